"""What the search is judged by beside its objective: the audit's measures, on the validation data."""

from collections.abc import Callable, Mapping

import numpy as np

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.examples import answers_class
from boletim.contracts.measure import Measure


def validation_judge(config: RunConfig, data: TuningData) -> Callable[[np.ndarray], Mapping[str, Measure]] | None:
    """From a model's scores (n_validation, n_labels) to the audit's measures by id; None where nobody asks."""
    if not config.tuning.constraints and not config.tuning.objectives:
        return None
    from boletim.audit.run import audit

    metrics = tuple(name for name in config.audit.metrics if not name.startswith("evaluate:"))
    settings = config.audit.model_copy(update={"metrics": metrics, "costs": {}})

    def judge(scores: np.ndarray) -> Mapping[str, Measure]:
        answers = answers_class(config.kind).of_scores(data.validation, data.labels, data.groups, scores)
        return {measure.id: measure for measure in audit(answers, settings, seed=config.seed).measures}

    return judge
