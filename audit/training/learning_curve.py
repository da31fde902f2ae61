"""What a learning curve says about the weights that were kept.

The rules, tried in this order; v is validation loss, t train loss, m the objective's metric where it lies in [0, 1].
Figures at a point are medians of it and its neighbours: of one evaluation where there are fewer than 6, of three up to
12, of five beyond. The kept point is the one whose weights were kept; the lowest v where that is not known.

1. too few points: fewer than 4 evaluations with a validation loss.
2. unstable: a loss that is not finite, or t ends 25 % above where it started, or v swings: its reversals, the smaller
   of two successive moves in opposite directions, average at least 10 % of v, and two or more reach that.
3. overfitting, the kept point lies after the turn: v there is at least 20 % above its lowest before, while t fell; and
   v of the kept point alone is above that of some point before.
4. not converged: over the second half of the evaluations the line through v still falls by at least 13 % of its level
   and that through t by at least 8 %, decays fitted to both promise at least 6 % (t: 3 %) more in as much training
   again, v ends above 0.125 nats, and training was not stopped early.
5. underfitting: m on the training sample is below 0.75 at the kept point; without m, t has fallen by less than 25 %
   since the first evaluation and is above 0.45 nats.
6. overfitting, a gap at the kept point: m on training exceeds m on validation by at least 0.10, or v exceeds t by at
   least 0.15 nats and is at least twice t, and m does not say otherwise (differs by less than 0.05).
7. good fit: none of these. Where v rose after the kept point, it says so: the rise did not harm what was kept.

The medians decide; the sentence of a diagnosis names the figures of the kept point itself, which its table shows.
Fewer epochs are advised only where some point before the kept one has a lower v or a better m.

Where a loss is below 0.25 nats its moves are measured against 0.25: a loss that wanders between 0.02 and 0.04 is not
unstable.

The thresholds are conventions: of curves drawn from known kinds, with 4 to 20 evaluations and noise of up to 5 %, at
most one in ten is called by a wrong name in every setting (benchmarks/learning_curves.py). They name what to look at
first; they prove nothing about the cause.

References:
    Prechelt (1998), Early Stopping - But When?, in Neural Networks: Tricks of the Trade (loss above its minimum, GL);
    Goodfellow, Bengio and Courville (2016), Deep Learning, ch. 5.2 and 11.4.
"""

import math
from collections.abc import Sequence

import numpy as np

from boletim.audit.training.curve_advice import advice
from boletim.audit.training.curve_seen import Seen, observed
from boletim.audit.training.curve_shape import fall, to_come
from boletim.contracts.curve_rules import (
    DIVERGED,
    FEWEST_POINTS,
    LITTLE_LEARNT,
    LOSS_GAP,
    LOSS_RATIO,
    LOW_LOSS,
    LOW_TRAIN_METRIC,
    METRIC_GAP,
    NO_METRIC_GAP,
    RISE,
    SMALL,
    STILL_FALLING,
    SWING,
    TO_COME,
    TRAIN_STILL_FALLING,
    TRAIN_TO_COME,
)  # fmt: skip
from boletim.contracts.results.audit import CurveDiagnosis, Diagnosis
from boletim.contracts.results.search import CurvePoint, LearningCurve

Values = dict[str, str | float | int | None]


def diagnose(curve: LearningCurve) -> CurveDiagnosis:
    """Name what the curve shows, by the rules at the top of this file.

    Args:
        curve: Evaluations in order of steps; none at all gives `too few points`.

    Returns:
        The diagnosis with the rule and numbers that decided, the kept point with both its losses, and causes to
        consider and remedies to try, without those that the search refuted.
    """
    points = [point for point in curve.points if point.validation_loss is not None]
    kept = _kept(curve, points)
    if any(_is_broken(point) for point in points):
        step = next(point.step for point in points if _is_broken(point))
        return _diagnosis(curve, kept, "unstable", "not_finite", {"step": step})
    if len(points) < FEWEST_POINTS or kept is None:
        return _diagnosis(curve, kept, "too few points", "few_points", {"n": len(points), "least": FEWEST_POINTS})
    seen = Seen(
        curve,
        tuple(points),
        np.array([point.validation_loss for point in points], dtype=float),
        np.array([np.nan if point.train_loss is None else point.train_loss for point in points], dtype=float),
        points.index(kept),
    )
    figures = observed(seen)
    for rule in (_unstable, _after_the_turn, _not_converged, _underfitting, _gap):
        found = rule(seen)
        if found is not None:
            in_vain = () if seen.has_better_before else ("lower epochs",)
            return _diagnosis(curve, kept, *found, refuted=in_vain).model_copy(update={"observed": figures})
    return _diagnosis(curve, kept, "good fit", *_good(seen)).model_copy(update={"observed": figures})


Found = tuple[Diagnosis, str, Values]


def _kept(curve: LearningCurve, points: Sequence[CurvePoint]) -> CurvePoint | None:
    named = next((point for point in points if point.step == curve.best_step), None)
    finite = [point for point in points if not _is_broken(point)]
    return named or min(finite, key=lambda point: point.validation_loss or 0.0, default=None)


def _unstable(seen: Seen) -> Found | None:
    train = seen.train[~np.isnan(seen.train)]
    if seen.growth is not None and seen.growth > DIVERGED:
        return "unstable", "train_loss_grows", {"first": float(train[0]), "last": float(train[-1])}
    swing, n_large = seen.swing
    if n_large >= 2 and swing >= SWING:
        return "unstable", "swings", {"swing": swing, "threshold": SWING}
    return None


def _after_the_turn(seen: Seen) -> Found | None:
    if seen.turn is None:
        return None
    turn, _, rise = seen.turn
    lowest = int(np.argmin(seen.loss[: seen.kept]))
    if rise < RISE or any(seen.train[seen.kept] >= seen.train[place] for place in (turn, lowest)):
        return None
    if seen.loss[seen.kept] <= seen.loss[lowest]:
        return None
    values: Values = {"step": seen.points[lowest].step, "lowest": float(seen.loss[lowest])}
    values |= {"end": float(seen.loss[seen.kept]), "rise": rise}
    return "overfitting", "loss_rises", values


def _not_converged(seen: Seen) -> Found | None:
    fell = fall(seen.loss, SMALL)
    if seen.curve.stopped_early or fell < STILL_FALLING or fall(seen.train, SMALL) < TRAIN_STILL_FALLING:
        return None
    if seen.near(seen.loss, len(seen.loss) - 1) < SMALL / 2:
        return None
    rest, of_train = to_come(seen.loss, seen.train)
    if rest < TO_COME or of_train < TRAIN_TO_COME:
        return None
    return "not converged", "still_falling", {"fall": fell, "threshold": STILL_FALLING}


def _underfitting(seen: Seen) -> Found | None:
    score = seen.metric("train")
    if score is not None:
        if score >= LOW_TRAIN_METRIC:
            return None
        values: Values = {"metric": seen.curve.metric, **seen.kept_metrics, "threshold": LOW_TRAIN_METRIC}
        return "underfitting", "train_metric_low", values
    if np.isnan(seen.train[[0, seen.kept]]).any():
        return None
    first, last = float(seen.train[0]), seen.near(seen.train, seen.kept)
    if last <= max((1 - LITTLE_LEARNT) * first, LOW_LOSS):
        return None
    values = {"first": first, "last": seen.kept_losses["train"], "threshold": LITTLE_LEARNT}
    return "underfitting", "train_loss_high", values


def _gap(seen: Seen) -> Found | None:
    apart = seen.metric_gap
    if apart is not None and apart >= METRIC_GAP:
        values: Values = {"metric": seen.curve.metric, **seen.kept_metrics, "gap": apart}
        return "overfitting", "metric_gap", values
    if np.isnan(seen.train[seen.kept]):
        return None
    low, high = seen.near(seen.train, seen.kept), seen.near(seen.loss, seen.kept)
    if high - low < LOSS_GAP or high < LOSS_RATIO * low or (apart is not None and apart < NO_METRIC_GAP):
        return None
    return "overfitting", "loss_gap", {**seen.kept_losses}


def _good(seen: Seen) -> tuple[str, Values]:
    kept, end = seen.near(seen.loss, seen.kept), seen.near(seen.loss, len(seen.loss) - 1)
    values: Values = {"validation_loss": float(seen.loss[seen.kept]), "near_validation": kept}
    train, apart = seen.train[seen.kept], seen.metric_gap
    values |= {"near_train": None if np.isnan(train) else seen.near(seen.train, seen.kept)}
    values |= {"metric": seen.curve.metric, "metric_apart": apart}
    last = float(seen.loss[-1])
    if (end - kept) / max(kept, SMALL) >= RISE and last > seen.loss[seen.kept]:
        return "kept_before_the_rise", {**values, "end": last}
    return "settled", values


def _is_broken(point: CurvePoint) -> bool:
    return any(loss is not None and not math.isfinite(loss) for loss in (point.validation_loss, point.train_loss))


def _diagnosis(
    curve: LearningCurve,
    kept: CurvePoint | None,
    diagnosis: Diagnosis,
    key: str,
    values: Values,
    refuted: tuple[str, ...] = (),
) -> CurveDiagnosis:
    causes, remedies = advice(diagnosis, (*curve.refuted, *refuted))
    return CurveDiagnosis(
        diagnosis=diagnosis,
        key=key,
        values=values,
        causes=causes,
        remedies=remedies,
        points=curve.points,
        kept_step=kept.step if kept else None,
        kept_train_loss=_finite(kept.train_loss) if kept else None,
        kept_validation_loss=_finite(kept.validation_loss) if kept else None,
    )


def _finite(loss: float | None) -> float | None:
    return loss if loss is not None and math.isfinite(loss) else None
