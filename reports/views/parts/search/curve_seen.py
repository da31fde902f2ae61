"""What each rule of a learning curve looks at, in words: falls and rises by name, and no share that cannot be."""

from typing import Any

from boletim.contracts import curve_rules as limits
from boletim.contracts.results.audit import CurveDiagnosis
from boletim.contracts.results.search import CurvePoint
from boletim.reports.page.context import Context

_LEAST = 0.005
"""A share that is written as 0 %."""


def seen(context: Context, rule: str, curve: CurveDiagnosis) -> str:
    """What this rule looks at, as this curve has it; empty where that is not known."""
    if not curve.observed or rule not in _SAID:
        return ""
    return str(_SAID[rule](context, curve))


def _text(context: Context, curve: CurveDiagnosis, key: str, **more: Any) -> str:
    return context.text(f"curve_page.seen.{key}", small=limits.SMALL, **{**curve.observed, **more})


def _medians(context: Context, curve: CurveDiagnosis) -> str:
    beside = limits.reach(sum(point.validation_loss is not None for point in curve.points))
    n = 2 * beside + 1
    return context.text("curve_page.seen_medians", n=n) if beside else context.text("curve_page.seen_here")


def _few_points(context: Context, curve: CurveDiagnosis) -> str:
    return _text(context, curve, "few_points")


def _unstable(context: Context, curve: CurveDiagnosis) -> str:
    first = next((point.train_loss for point in curve.points if point.train_loss is not None), None)
    is_small = first is not None and first < limits.SMALL
    return _text(context, curve, "unstable_small" if is_small else "unstable")


def _after_turn(context: Context, curve: CurveDiagnosis) -> str:
    rise = curve.observed.get("rise")
    if rise is None:
        return _text(context, curve, "after_turn_first")
    way = "level" if abs(rise) < _LEAST else "above" if rise > 0 else "below"
    return _text(context, curve, f"after_turn_{way}", seen=_medians(context, curve), share=abs(rise))


def _still_falling(context: Context, curve: CurveDiagnosis) -> str:
    told = curve.observed
    fell, of_train = told.get("fall"), told.get("train_fall")
    falls = [_move(context, curve, "validation", fell), _move(context, curve, "train", of_train)]
    said = "; ".join(part for part in falls if part)
    if (fell or 0) < limits.STILL_FALLING or (of_train is not None and of_train < limits.TRAIN_STILL_FALLING):
        return _text(context, curve, "still_falling", falls=said)
    rest = [_rest(context, "validation", told.get("to_come")), _rest(context, "train", told.get("train_to_come"))]
    known = "; ".join(part for part in rest if part)
    return _text(context, curve, "still_falling_rest", falls=said, rest=known) if known else ""


def _move(context: Context, curve: CurveDiagnosis, side: str, share: float | None) -> str:
    """How a loss moved over the second half; empty where that is not known."""
    if share is None:
        return ""
    way = "level" if abs(share) < _LEAST else "fell" if share > 0 else "rose"
    base = "small" if _mean_of_last(curve, side) < limits.SMALL else "own"
    of = context.text(f"curve_page.levels.{base}", small=limits.SMALL)
    loss = context.text(f"curve_page.loss_of.{side}")
    return context.text(f"curve_page.moves.{way}", loss=loss, share=abs(share), of=of)


def _mean_of_last(curve: CurveDiagnosis, side: str) -> float:
    points = [point for point in curve.points if point.validation_loss is not None]
    found = [_loss(point, side) for point in points[-limits.n_last(len(points)) :]]
    losses = [loss for loss in found if loss is not None]
    return sum(losses) / len(losses) if losses else limits.SMALL


def _loss(point: CurvePoint, side: str) -> float | None:
    return point.train_loss if side == "train" else point.validation_loss


def _rest(context: Context, side: str, share: float | None) -> str:
    """What as much training again promises; no loss can fall below zero, whatever a fitted decay says."""
    if share is None:
        return ""
    way = "no_lower" if share < _LEAST else "lower" if share < 1 - _LEAST else "to_zero"
    return context.text(f"curve_page.rest.{way}", loss=context.text(f"curve_page.loss_of.{side}"), share=share)


def _underfitting(context: Context, curve: CurveDiagnosis) -> str:
    begin, learnt = _medians(context, curve), curve.observed.get("learnt")
    if curve.observed.get("train_metric") is not None:
        return _text(context, curve, "underfitting", seen=begin, metric=_metric(context, curve))
    if learnt is None or curve.observed.get("train_loss") is None:
        return ""
    way = "fell" if learnt >= 0 else "rose"
    return _text(context, curve, f"underfitting_by_loss_{way}", seen=begin, share=abs(learnt))


def _gap(context: Context, curve: CurveDiagnosis) -> str:
    told = curve.observed
    score, gap, train, apart = (told.get(name) for name in ("train_metric", "metric_gap", "train_loss", "apart"))
    parts = []
    if score is not None and gap is not None:
        values = {"metric": _metric(context, curve), "train": score, "validation": score - gap, "gap": abs(gap)}
        parts.append(context.text("curve_page.gaps.metric", **values))
    if train is not None and apart is not None:
        way = "above" if apart > 0 else "not_above"
        values = {"train": train, "validation": train + apart, "apart": apart, "ratio": told.get("ratio") or 0.0}
        parts.append(context.text(f"curve_page.gaps.loss_{way}", **values))
    return _text(context, curve, "gap", seen=_medians(context, curve), parts="; ".join(parts)) if parts else ""


def _metric(context: Context, curve: CurveDiagnosis) -> str:
    """The objective's name inside a sentence."""
    search = context.card.search
    name = curve.values.get("metric") or (search.objective if search is not None else "")
    return context.metric_inside(str(name))


_SAID = {
    "few_points": _few_points,
    "unstable": _unstable,
    "after_turn": _after_turn,
    "still_falling": _still_falling,
    "underfitting": _underfitting,
    "gap": _gap,
}
