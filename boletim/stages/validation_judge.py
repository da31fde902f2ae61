"""What the search is judged by beside its objective: the audit's measures, on the validation data."""

from collections.abc import Callable, Mapping

import numpy as np

from boletim.contracts.config import RunConfig
from boletim.contracts.corpus import ID, LABEL, TuningData
from boletim.contracts.label_sets import MULTI_LABEL, THRESHOLD, LabelSets, membership, names_of
from boletim.contracts.predictions import Predictions

_FEW_REPLICATES = 100
"""Constraints look at values, not at intervals."""


def validation_judge(config: RunConfig, data: TuningData) -> Callable[[np.ndarray], Mapping[str, float | None]] | None:
    """From a model's scores (n_validation, n_labels) to the audit's measures by id; None without constraints."""
    if not config.tuning.constraints:
        return None
    from audit.label_set_run import audit_label_sets
    from audit.run import audit_predictions

    frame, place = data.validation, {label: code for code, label in enumerate(data.labels)}
    metrics = tuple(name for name in config.audit.metrics if not name.startswith("evaluate:"))
    settings = config.audit.model_copy(update={"bootstrap": _FEW_REPLICATES, "metrics": metrics, "costs": {}})

    ids = frame[ID].to_numpy(dtype=object)
    groups = {g: frame[g].astype(object).where(frame[g].notna(), None).to_numpy() for g in data.groups}

    def judge_classes(scores: np.ndarray) -> Mapping[str, float | None]:
        gold = frame[LABEL].map(place).to_numpy(dtype=np.int64)
        predicted = scores.argmax(axis=1).astype(np.int64)
        found = Predictions(ids, gold, predicted, data.labels, scores=scores, groups=groups)
        return {m.id: m.value for m in audit_predictions(found, settings, seed=config.seed).measures}

    def judge_label_sets(scores: np.ndarray) -> Mapping[str, float | None]:
        gold = membership([names_of(row) for row in frame[LABEL]], data.labels)
        found = LabelSets(ids, gold, scores >= THRESHOLD, data.labels, scores=scores, groups=groups)
        return {m.id: m.value for m in audit_label_sets(found, settings, seed=config.seed).measures}

    return judge_label_sets if config.task == MULTI_LABEL else judge_classes
