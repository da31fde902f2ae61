"""What the search is judged by beside its objective: the audit's measures, on the validation data."""

from collections.abc import Callable, Mapping

import numpy as np

from boletim.app.stages.answers import label_sets, one_label_each
from boletim.contracts.answers.label_sets import MULTI_LABEL
from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.measure import Measure


def validation_judge(config: RunConfig, data: TuningData) -> Callable[[np.ndarray], Mapping[str, Measure]] | None:
    """From a model's scores (n_validation, n_labels) to the audit's measures by id; None where nobody asks."""
    if not config.tuning.constraints and not config.tuning.objectives:
        return None
    from boletim.audit.label_set_run import audit_label_sets
    from boletim.audit.run import audit_predictions

    metrics = tuple(name for name in config.audit.metrics if not name.startswith("evaluate:"))
    settings = config.audit.model_copy(update={"metrics": metrics, "costs": {}})

    def judge(scores: np.ndarray) -> Mapping[str, Measure]:
        about = data.validation, data.labels, data.groups, scores
        if config.task == MULTI_LABEL:
            result = audit_label_sets(label_sets(*about), settings, seed=config.seed)
        else:
            result = audit_predictions(one_label_each(*about), settings, seed=config.seed)
        return {measure.id: measure for measure in result.measures}

    return judge
