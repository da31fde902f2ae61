"""What a learning curve says about the training.

The rules, tried in this order; v is validation loss, t train loss, m the objective's metric where it lies in [0, 1]:

1. too few points: fewer than 4 evaluations with a validation loss.
2. unstable: a loss that is not finite, or t ends 25 % above where it started, or v swings: its reversals, the smaller
   of two successive moves in opposite directions, average at least 10 % of the median v.
3. overfitting: v ends (mean of the last two) at least 10 % above its minimum while t kept falling after it.
4. not converged: the line through the last third of v still falls by at least 5 % of its level, and training was not
   stopped early.
5. overfitting: where the weights were kept, m on the training sample exceeds m on validation by at least 0.10.
6. underfitting: m on the training sample ends below 0.75; without such a metric, t fell by less than 25 %.
7. good fit: none of these.

The thresholds are conventions, chosen so that noise of 2 % in the loss does not trigger a rule. They name what to look
at first; they prove nothing about the cause.

References:
    Prechelt (1998), Early Stopping - But When?, in Neural Networks: Tricks of the Trade (loss above its minimum, GL);
    Goodfellow, Bengio and Courville (2016), Deep Learning, ch. 5.2 and 11.4.
"""

import math

import numpy as np

from boletim.contracts.results import CurveDiagnosis, Diagnosis
from boletim.contracts.search import CurvePoint, LearningCurve

FEWEST_POINTS = 4
DIVERGED = 1.25
SWING = 0.10
RISE = 0.10
STILL_FALLING = 0.05
METRIC_GAP = 0.10
LOW_TRAIN_METRIC = 0.75
LITTLE_LEARNT = 0.25

Values = dict[str, str | float | int | None]

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


def diagnose(curve: LearningCurve) -> CurveDiagnosis:
    """Name what the curve shows, by the rules at the top of this file.

    Args:
        curve: Evaluations in order of steps; none at all gives `too few points`.

    Returns:
        The diagnosis with the rule and numbers that decided, causes to consider and remedies to try.
    """
    points = [point for point in curve.points if point.validation_loss is not None]
    if any(_is_broken(point) for point in points):
        step = next(point.step for point in points if _is_broken(point))
        return _diagnosis(curve, "unstable", "not_finite", {"step": step})
    if len(points) < FEWEST_POINTS:
        return _diagnosis(curve, "too few points", "few_points", {"n": len(points), "least": FEWEST_POINTS})
    loss = np.array([point.validation_loss for point in points], dtype=float)
    return (
        _unstable(curve, points, loss)
        or _loss_rises(curve, points, loss)
        or _not_converged(curve, loss)
        or _metric_gap(curve, points)
        or _underfitting(curve, points)
        or _diagnosis(curve, "good fit", "settled", {"validation_loss": float(loss.min())})
    )


def _unstable(curve: LearningCurve, points: list[CurvePoint], loss: np.ndarray) -> CurveDiagnosis | None:
    train = _train_loss(points)
    if len(train) > 1 and train[-1] > DIVERGED * train[0]:
        values: Values = {"first": float(train[0]), "last": float(train[-1])}
        return _diagnosis(curve, "unstable", "train_loss_grows", values)
    moves = np.diff(loss)
    is_reversal = moves[:-1] * moves[1:] < 0
    swing = float(
        (np.minimum(np.abs(moves[:-1]), np.abs(moves[1:])) * is_reversal).mean() / max(np.median(loss), 1e-12)
    )
    if is_reversal.sum() >= 2 and swing >= SWING:
        return _diagnosis(curve, "unstable", "swings", {"swing": swing, "threshold": SWING})
    return None


def _loss_rises(curve: LearningCurve, points: list[CurvePoint], loss: np.ndarray) -> CurveDiagnosis | None:
    best = int(loss.argmin())
    end = float(loss[-2:].mean())
    rise = end / max(float(loss[best]), 1e-12) - 1
    if best == len(loss) - 1 or rise < RISE:
        return None
    before, after = points[best].train_loss, points[-1].train_loss
    if before is not None and after is not None and after >= before:
        return None
    values: Values = {"step": points[best].step, "lowest": float(loss[best]), "end": end, "rise": rise}
    return _diagnosis(curve, "overfitting", "loss_rises", values)


def _not_converged(curve: LearningCurve, loss: np.ndarray) -> CurveDiagnosis | None:
    last = loss[-max(3, len(loss) // 3 + 1) :]
    slope = float(np.polyfit(np.arange(len(last)), last, 1)[0])
    fall = -slope * (len(last) - 1) / max(float(last.mean()), 1e-12)
    if curve.stopped_early or fall < STILL_FALLING:
        return None
    return _diagnosis(curve, "not converged", "still_falling", {"fall": fall, "threshold": STILL_FALLING})


def _metric_gap(curve: LearningCurve, points: list[CurvePoint]) -> CurveDiagnosis | None:
    kept = next((point for point in points if point.step == curve.best_step), points[-1])
    train, validation = kept.train_metrics.get(curve.metric), kept.validation_metrics.get(curve.metric)
    if not curve.higher_is_better or train is None or validation is None or train - validation < METRIC_GAP:
        return None
    values: Values = {"metric": curve.metric, "train": train, "validation": validation, "gap": train - validation}
    return _diagnosis(curve, "overfitting", "metric_gap", values)


def _underfitting(curve: LearningCurve, points: list[CurvePoint]) -> CurveDiagnosis | None:
    scores = [p.train_metrics[curve.metric] for p in points if curve.metric in p.train_metrics]
    if scores and curve.higher_is_better:
        end = float(np.mean(scores[-2:]))
        if end >= LOW_TRAIN_METRIC:
            return None
        values: Values = {"metric": curve.metric, "train": end, "threshold": LOW_TRAIN_METRIC}
        return _diagnosis(curve, "underfitting", "train_metric_low", values)
    train = _train_loss(points)
    if len(train) < 2 or train[-1] <= (1 - LITTLE_LEARNT) * train[0]:
        return None
    values = {"first": float(train[0]), "last": float(train[-1]), "threshold": LITTLE_LEARNT}
    return _diagnosis(curve, "underfitting", "train_loss_high", values)


def _train_loss(points: list[CurvePoint]) -> np.ndarray:
    return np.array([point.train_loss for point in points if point.train_loss is not None], dtype=float)


def _is_broken(point: CurvePoint) -> bool:
    return any(loss is not None and not math.isfinite(loss) for loss in (point.validation_loss, point.train_loss))


_SENTENCES = {
    "few_points": "{n} evaluations with a validation loss, and a diagnosis needs {least}",
    "not_finite": "the loss is not a finite number at step {step}",
    "train_loss_grows": "train loss grew from {first:.3f} to {last:.3f}",
    "swings": "validation loss swings by {swing:.0%} of its level between evaluations (threshold {threshold:.0%})",
    "loss_rises": "validation loss rose by {rise:.0%}, from {lowest:.3f} at step {step} to {end:.3f}, "
    "while train loss kept falling",
    "still_falling": "validation loss was still falling by {fall:.0%} over the last third (threshold {threshold:.0%})",
    "metric_gap": "{metric} of the kept weights is {train:.3f} on training and {validation:.3f} on validation texts",
    "train_metric_low": "{metric} on training texts ends at {train:.3f}, below {threshold:.2f}",
    "train_loss_high": "train loss only fell from {first:.3f} to {last:.3f}, less than {threshold:.0%}",
    "settled": "validation loss settled at {validation_loss:.3f}, near the train loss, and did not rise again",
}


def _diagnosis(curve: LearningCurve, diagnosis: Diagnosis, key: str, values: Values) -> CurveDiagnosis:
    causes, remedies = _ADVICE[diagnosis]
    return CurveDiagnosis(
        diagnosis=diagnosis,
        because=_SENTENCES[key].format(**values),
        because_key=key,
        values=values,
        causes=causes,
        remedies=remedies,
        points=curve.points,
    )
