"""Multi-label classification: any number of labels for each text, each with a probability of its own."""

from typing import Any

import numpy as np
from sklearn import metrics as sk

from boletim.contracts.config import CandidateConfig
from boletim.contracts.corpus import LABEL, TEXT, TuningData
from boletim.contracts.errors import ConfigError
from boletim.contracts.label_sets import MULTI_LABEL, membership, names_of
from boletim.contracts.protocols import Progress, no_progress
from tuning.tasks import text_classification
from tuning.tasks.text_classification import Candidate, encoded, make_collator
from tuning.token_rows import TokenRows

__all__ = [
    "METRICS",
    "build_model",
    "check_objective",
    "compute_metrics",
    "make_collator",
    "open_candidate",
    "tokenise",
]

METRICS = {
    "f1_macro": True,
    "f1_micro": True,
    "f1_samples": True,
    "accuracy": True,
    "hamming_loss": False,
    "roc_auc_macro": True,
}
"""What an objective may be, and whether higher is better; accuracy is that of whole sets."""


def open_candidate(config: CandidateConfig, labels: tuple[str, ...]) -> Candidate:
    """Find a candidate and load it once.

    Raises:
        ModelError: It cannot be loaded safely.
    """
    return text_classification.open_candidate(config, labels)


def build_model(candidate: Candidate) -> Any:
    """The candidate with a fresh head of independent labels, in fp32; the head comes from torch's current seed.

    Raises:
        ModelError: It cannot be loaded.
    """
    return text_classification.build_model(candidate, MULTI_LABEL)


def tokenise(
    candidate: Candidate, data: TuningData, sample_rows: np.ndarray, progress: Progress = no_progress
) -> dict[str, TokenRows]:
    """Token ids of what tuning needs, unpadded, held in memory.

    Args:
        candidate: Whose tokenizer to use.
        data: The two splits that tuning may see; their labels name sets.
        sample_rows: (n_sample,) int64, rows of the training split on which its own metrics are measured.
        progress: Told how many texts are done.

    Returns:
        Rows for `train`, `validation` and `train_sample`; labels are (n, n_labels) float32, 0 or 1.
    """
    splits = {}
    for name, frame in (("train", data.train), ("validation", data.validation)):
        held = membership([names_of(row) for row in frame[LABEL]], data.labels).astype(np.float32)
        splits[name] = encoded(candidate.tokenizer, [str(text) for text in frame[TEXT]], held, progress)
    return splits | {"train_sample": splits["train"].select(sample_rows)}


def check_objective(objective: str, data: TuningData) -> bool:
    """Whether higher is better for this metric.

    Raises:
        ConfigError: No such metric; the known ones are named. Or the validation split leaves it undefined.
    """
    if objective not in METRICS:
        raise ConfigError(
            f"tuning.objective of {MULTI_LABEL} must be one of {', '.join(METRICS)}, got {objective!r}; correct it"
        )
    held = membership([names_of(row) for row in data.validation[LABEL]], data.labels)
    constant = [label for place, label in enumerate(data.labels) if held[:, place].all() or not held[:, place].any()]
    if objective == "roc_auc_macro" and constant:
        raise ConfigError(
            f"roc_auc_macro needs texts with and without every label in the validation split, {constant[0]!r} has not; "
            "choose another tuning.objective or a larger data.split.validation"
        )
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
    logits = np.asarray(logits, dtype=np.float64)
    gold = np.asarray(prediction.label_ids) > 0
    if not np.isfinite(logits).all():
        raise FloatingPointError("the loss is no longer finite; lower the learning rate")
    said = logits >= 0
    found = {
        "accuracy": sk.accuracy_score(gold, said),
        "hamming_loss": sk.hamming_loss(gold, said),
        "f1_samples": sk.f1_score(gold, said, average="samples", zero_division=0),
        "f1_micro": sk.f1_score(gold, said, average="micro", zero_division=0),
        "f1_macro": sk.f1_score(gold, said, average="macro", zero_division=np.nan) if (gold | said).any() else 0.0,
    }
    if (gold.any(axis=0) & ~gold.all(axis=0)).all():
        found["roc_auc_macro"] = sk.roc_auc_score(gold, logits, average="macro")
    return {name: float(value) for name, value in found.items()}
