"""The model of the chosen mitigation becomes the run's."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from boletim.contracts.answers.label_sets import MULTI_LABEL
from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.meaning import Reason
from boletim.contracts.results.search import SearchResult
from boletim.tuning.search.result import trained_model
from boletim.tuning.task import find_task
from boletim.tuning.training.best_model import publish_model
from boletim.tuning.winner.kept_runs import Run, as_trained
from boletim.tuning.winner.refit import place_of
from boletim.tuning.winner.scores import validation_scores

_LEAST = 1e-12


def publish_mitigated(
    config: RunConfig,
    data: TuningData,
    search: SearchResult,
    folder: Path,
    name: str,
    params: Mapping[str, Any],
    run: Run,
    model: Path,
    scores: np.ndarray,
) -> SearchResult:
    """Put a model into model/, and say so in the search's result.

    Args:
        config: The run's.
        data: Train and validation splits.
        search: Whose best trial's settings were trained again.
        folder: The run folder.
        name: Of the mitigation.
        params: Of the trial, with the mitigation's switches on.
        run: How the training went.
        model: Folder of the weights.
        scores: (n_validation, n_labels) of that model.

    Returns:
        With the best trial as it was trained under the mitigation, and a validation score of this model; corrected for
        having been chosen it is not, since it was not chosen by that score.
    """
    task = find_task(config.task)
    trial = next(one for one in search.trials if one.number == search.best_trial)
    candidate = config.candidates[place_of(config, trial)]
    record = as_trained(trial.model_copy(update={"params": dict(params)}), run)
    logits = _logits(scores, config.task == MULTI_LABEL)
    gold, score = task.gold_of(data.validation, data.labels), partial(task.score, search.objective)
    record = record.model_copy(update={"objective": score(logits, gold)})
    published = publish_model(folder, model)
    changes = {
        "model": trained_model(published, candidate, search.model.base_revision, {**params, "mitigation": name}),
        "trials": tuple(record if one.number == record.number else one for one in search.trials),
        "measures": tuple(
            validation_scores(search, record.objective, logits, gold, score, config, Reason.of("mitigated"))
        ),
    }
    return search.model_copy(update=changes)


def _logits(scores: np.ndarray, is_of_sets: bool) -> np.ndarray:
    """Numbers that give these probabilities."""
    held = np.clip(scores, _LEAST, 1.0)
    return np.asarray(np.log(held) - np.log(np.clip(1 - scores, _LEAST, 1.0)) if is_of_sets else np.log(held))
