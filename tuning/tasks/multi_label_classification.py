"""Multi-label classification: any number of labels for each text, each with a probability of its own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn import metrics as sk

from boletim.contracts.answers.label_sets import MULTI_LABEL, THRESHOLD, membership, names_of
from boletim.contracts.corpus import LABEL, TuningData
from boletim.contracts.errors import ConfigError
from boletim.contracts.meaning import Reason
from boletim.tuning.task import Texts
from boletim.tuning.tasks import text_classification
from boletim.tuning.tasks.text_classification import Candidate, encoded
from boletim.tuning.training.rows.tokens import TokenRows

METRICS = {
    "f1_macro": True,
    "f1_micro": True,
    "f1_samples": True,
    "accuracy": True,
    "hamming_loss": False,
    "roc_auc_macro": True,
}
"""What an objective may be, and whether higher is better; accuracy is that of whole sets."""


def build_model(candidate: Candidate) -> Any:
    """The candidate with a fresh head of independent labels, in fp32; the head comes from torch's current seed.

    Raises:
        ModelError: It cannot be loaded.
    """
    return text_classification.build_model(candidate, MULTI_LABEL)


def rows_of(split: Texts) -> TokenRows:
    """Token ids with (n, n_labels) float32, 0 or 1, of the texts' labels."""
    held = membership([names_of(row) for row in split.written], split.labels).astype(np.float32)
    return encoded(split.candidate.tokenizer, split.texts, held)


def check_objective(objective: str, data: TuningData) -> bool:
    """Whether higher is better for this metric.

    Raises:
        ConfigError: No such metric; the known ones are named. Or the validation split leaves it undefined.
    """
    if objective not in METRICS:
        raise ConfigError("objective_of", multi_label=MULTI_LABEL, metrics=METRICS, objective=objective)
    held = membership([names_of(row) for row in data.validation[LABEL]], data.labels)
    constant = [label for place, label in enumerate(data.labels) if held[:, place].all() or not held[:, place].any()]
    if objective == "roc_auc_macro" and constant:
        raise ConfigError("auc_labels", name=constant[0])
    return METRICS[objective]


def compute_metrics(prediction: Any) -> dict[str, float]:
    """The metrics of one evaluation; a label is predicted where its probability reaches one half.

    Args:
        prediction: `predictions` (n, n_labels) logits, and `label_ids` (n, n_labels) 0 or 1, at least one row.

    Returns:
        Plain scikit-learn figures by name; hamming_loss falls, the others rise, with quality. A label that is neither
        true nor predicted leaves the macro mean; roc_auc_macro is left out where a label is constant.

    Raises:
        FloatingPointError: A logit is not finite.
    """
    logits = prediction.predictions[0] if isinstance(prediction.predictions, tuple) else prediction.predictions
    gold, scores = np.asarray(prediction.label_ids) > 0, probabilities(logits)
    names = [name for name in METRICS if name != "roc_auc_macro" or _is_varied(gold)]
    return {name: _METRICS[name](gold, scores) for name in names}


def score(metric: str, logits: np.ndarray, gold: np.ndarray) -> float:
    """One metric of `METRICS`; NaN where these labels leave it undefined.

    Args:
        metric: Its name.
        logits: (n, n_labels).
        gold: (n, n_labels) bool.
    """
    if metric == "roc_auc_macro" and not _is_varied(gold):
        return float("nan")
    return _METRICS[metric](gold, probabilities(logits))


def gold_of(frame: pd.DataFrame, labels: tuple[str, ...]) -> np.ndarray:
    """(n, n_labels) bool, which labels the texts of a split have, in the order of `labels`."""
    return membership([names_of(row) for row in frame[LABEL]], labels)


def probabilities(logits: Any) -> np.ndarray:
    """Logits (n, n_labels) to one probability per label, float64.

    Raises:
        FloatingPointError: A logit is not finite.
    """
    logits = np.asarray(logits, dtype=np.float64)
    if not np.isfinite(logits).all():
        raise FloatingPointError(Reason.of("loss_not_finite"))
    return np.asarray(expit(logits))


def _is_varied(gold: np.ndarray) -> bool:
    return bool((gold.any(axis=0) & ~gold.all(axis=0)).all())


def _f1(gold: np.ndarray, said: np.ndarray, average: str) -> float:
    """Of a macro mean labels that are neither true nor predicted are left out."""
    if average == "macro":
        return float(sk.f1_score(gold, said, average=average, zero_division=np.nan)) if (gold | said).any() else 0.0
    return float(sk.f1_score(gold, said, average=average, zero_division=0))


_METRICS: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "f1_macro": lambda gold, scores: _f1(gold, scores >= THRESHOLD, "macro"),
    "f1_micro": lambda gold, scores: _f1(gold, scores >= THRESHOLD, "micro"),
    "f1_samples": lambda gold, scores: _f1(gold, scores >= THRESHOLD, "samples"),
    "accuracy": lambda gold, scores: float(sk.accuracy_score(gold, scores >= THRESHOLD)),
    "hamming_loss": lambda gold, scores: float(sk.hamming_loss(gold, scores >= THRESHOLD)),
    "roc_auc_macro": lambda gold, scores: float(sk.roc_auc_score(gold, scores, average="macro")),
}


TASK = replace(
    text_classification.TASK,
    metrics=METRICS,
    build_model=build_model,
    rows_of=rows_of,
    check_objective=check_objective,
    gold_of=gold_of,
    compute_metrics=compute_metrics,
    score=score,
    probabilities=probabilities,
)
