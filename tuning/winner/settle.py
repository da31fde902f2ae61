"""Settle the search: confirm the winner where that is asked for, publish its model, say what its score is worth."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from scipy import stats

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import BOOTSTRAP, CHI_SQUARE, OUT_OF_BAG
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.search import N_DRAWS, SearchResult
from boletim.tuning.search.constraints import Judge
from boletim.tuning.search.result import trained_model
from boletim.tuning.search.winners_curse import corrected_score
from boletim.tuning.task import find_task
from boletim.tuning.training.best_model import publish_model, read_logits
from boletim.tuning.winner.confirm import Confirmed, confirm_winner
from boletim.tuning.winner.refit import place_of
from boletim.tuning.winner.scores import score_measure, validation_scores


def settle_winner(
    config: RunConfig,
    data: TuningData,
    search: SearchResult,
    folder: Path,
    say: Callable[[str], None],
    progress: Progress = no_progress,
    judge: Judge | None = None,
) -> SearchResult:
    """The search's result with its winner confirmed and its winner's score corrected.

    Args:
        config: The run's.
        data: Train and validation splits.
        search: Whose best trial's model lies in model/.
        folder: The run folder.
        say: Given one line per training with another seed.
        progress: Told the optimiser steps done.
        judge: Measures a model on the validation data; needed where `tuning.constraints` names any.

    Returns:
        With `confirmations`, and `measures`: `validation_score`, `validation_score_corrected` and, where settings were
        trained again, `seed_spread` (standard deviation), each with `{metric=…}`.

    Raises:
        StopRequest: The process was asked to stop; what was trained is kept.
    """
    confirmed = None
    if config.tuning.confirm is not None:
        confirmed = confirm_winner(config, data, search, folder, say, progress, judge)
    if confirmed is not None:
        search = _with_choice(config, search, confirmed, folder)
    task = find_task(config.task)
    gold = task.gold_of(data.validation, data.labels)
    measures = _scores(search, confirmed, folder, gold, partial(task.score, search.objective), config)
    if confirmed is not None:
        measures.append(_spread(search.objective, confirmed.values, config.audit.level))
    return search.model_copy(update={"measures": tuple(measures), "n_draws": N_DRAWS})


def _with_choice(config: RunConfig, search: SearchResult, confirmed: Confirmed, folder: Path) -> SearchResult:
    """The result as it is when the confirmed settings are the winner's; their model is published."""
    record, changes = confirmed.record, {"confirmations": confirmed.confirmations}
    if confirmed.model is None:
        return search.model_copy(update=changes)
    candidate = config.candidates[place_of(config, record)]
    is_same = candidate.model == search.model.base_model
    revision = search.model.base_revision if is_same else candidate.revision
    model = trained_model(publish_model(folder, confirmed.model), candidate, revision, record.params)
    trials = tuple(record if trial.number == record.number else trial for trial in search.trials)
    return search.model_copy(update=changes | {"model": model, "trials": trials, "best_trial": record.number})


def _scores(
    search: SearchResult,
    confirmed: Confirmed | None,
    folder: Path,
    gold: np.ndarray,
    score: Callable[[np.ndarray, np.ndarray], float],
    config: RunConfig,
) -> list[Measure]:
    best = next(trial for trial in search.trials if trial.number == search.best_trial)
    complete = [trial for trial in search.trials if trial.state == "complete"]
    least = min(trial.violation for trial in complete)
    complete = [trial for trial in complete if trial.violation == least]  # the others could not have been chosen
    logits = [read_logits(folder, trial.number) for trial in complete]
    known = [one for one in logits if one is not None]
    sign, level = 1 if search.higher_is_better else -1, config.audit.level
    own = confirmed.logits if confirmed is not None and confirmed.logits is not None else None
    own = read_logits(folder, best.number) if own is None else own
    if search.front is not None:
        return validation_scores(search, best.objective, own, gold, score, config, Reason.of("two_objectives"))
    if len(known) < len(complete):
        return validation_scores(search, best.objective, own, gold, score, config, Reason.of("trials_gone"))
    corrected = corrected_score(known, gold, score, sign, config.seed, level)
    if corrected is None:
        return validation_scores(search, best.objective, own, gold, score, config, Reason.of("small_validation"))
    ends, name = (corrected.low, corrected.high), "validation_score_corrected"
    plain = validation_scores(search, best.objective, own, gold, score, config)
    return [*plain, score_measure(search, level, len(gold), name, corrected.value, ends, BOOTSTRAP + OUT_OF_BAG, None)]


def _spread(objective: str, values: tuple[float, ...], level: float) -> Measure:
    """Standard deviation over seeds, with the chi-square interval of a normal sample."""
    scope, n = {"metric": objective}, len(values)
    if n < 2:
        return Measure(
            id=measure_id("seed_spread", scope),
            metric="seed_spread",
            value=None,
            n=n,
            unit="score",
            scope=scope,
            undefined_because=Reason.of("few_trainings"),
        )
    value = float(np.std(values, ddof=1))
    tails = stats.chi2.ppf([(1 + level) / 2, (1 - level) / 2], n - 1)
    low, high = (float(value * np.sqrt((n - 1) / tail)) for tail in tails)
    return Measure(
        id=measure_id("seed_spread", scope),
        metric="seed_spread",
        value=value,
        low=low,
        high=high,
        level=level,
        n=n,
        unit="score",
        higher_is_better=False,
        scope=scope,
        method=CHI_SQUARE,
    )
