"""Causes to consider and remedies to try for each diagnosis of a learning curve, less what the search refuted."""

from collections.abc import Iterable

from boletim.contracts.results.audit import Diagnosis

_ADVICE: dict[Diagnosis, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "good fit": ((), ()),
    "too few points": (("too_few_evaluations",), ("more_evaluations", "more_epochs")),
    "unstable": (("learning_rate_too_high", "batch_too_small"), ("lower_learning_rate", "larger_batch")),
    "overfitting": (
        ("too_little_data", "too_many_epochs", "noisy_labels"),
        ("earlier_stop", "more_data", "weight_decay", "simpler_model"),
    ),
    "not converged": (("too_few_epochs", "learning_rate_too_low"), ("more_epochs", "higher_learning_rate")),
    "underfitting": (
        ("learning_rate_too_low", "model_too_small", "noisy_labels"),
        ("higher_learning_rate", "larger_model", "more_epochs", "check_labels"),
    ),
}
_OF_A_CHANGE = {
    "higher learning_rate": {"higher_learning_rate", "learning_rate_too_low"},
    "lower learning_rate": {"lower_learning_rate", "learning_rate_too_high"},
    "higher batch_size": {"larger_batch", "batch_too_small"},
    "higher epochs": {"more_epochs", "too_few_epochs"},
    "lower epochs": {"earlier_stop", "too_many_epochs"},
    "higher weight_decay": {"weight_decay"},
}
"""What is not said where the search tried the change and scored no better by it."""


def advice(diagnosis: Diagnosis, refuted: Iterable[str] = ()) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Keys of causes and of remedies.

    Args:
        diagnosis: Of the curve.
        refuted: Changes that scored no better, as `LearningCurve.refuted`, or that the curve itself speaks against.
    """
    silent = {key for change in refuted for key in _OF_A_CHANGE.get(change, ())}
    causes, remedies = (tuple(key for key in keys if key not in silent) for keys in _ADVICE[diagnosis])
    return causes, remedies
