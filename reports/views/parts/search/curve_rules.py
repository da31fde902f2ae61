"""The rules by which a learning curve got its name, and why two losses that differ are still called a good fit."""

from dataclasses import dataclass

from boletim.contracts import curve_rules as limits
from boletim.contracts.results.audit import CurveDiagnosis
from boletim.reports.page.context import Context
from boletim.reports.views.parts.search.curve_seen import seen

_RULES = {
    "few_points": "few_points", "not_finite": "unstable", "train_loss_grows": "unstable", "swings": "unstable",
    "loss_rises": "after_turn", "still_falling": "still_falling", "train_metric_low": "underfitting",
    "train_loss_high": "underfitting", "metric_gap": "gap", "loss_gap": "gap",
}  # fmt: skip
"""Rule by the key of the diagnosis."""
_NAMES = (*dict.fromkeys(_RULES.values()), "good_fit")


@dataclass(frozen=True)
class Rule:
    """One rule in a sentence."""

    text: str
    is_met: bool
    seen: str
    """What it looks at, as this curve has it; empty where that is not known."""


def rules(context: Context, curve: CurveDiagnosis) -> list[Rule]:
    """All rules in the order in which they are tried, with the one that is met; none of them is a good fit."""
    met = _met(curve)
    values = {name.lower(): value for name, value in vars(limits).items() if isinstance(value, int | float)}
    said = {name: context.text(f"curve_page.rules.{name}", **values) for name in _NAMES}
    return [Rule(text, name == met, seen(context, name, curve)) for name, text in said.items()]


def number_of(curve: CurveDiagnosis) -> int:
    """Place of the rule that is met in the list of them, from 1."""
    return _NAMES.index(_met(curve)) + 1


def _met(curve: CurveDiagnosis) -> str:
    return _RULES.get(curve.key, "good_fit")


def why_good(context: Context, curve: CurveDiagnosis) -> str:
    """Which limits of the rule for overfitting the kept weights keep; empty without a good fit or both losses."""
    train, validation = (curve.values.get(f"near_{side}") for side in ("train", "validation"))
    if curve.diagnosis != "good fit" or not isinstance(train, float) or not isinstance(validation, float) or not train:
        return ""
    apart = validation - train
    smoothed = _smoothed(context, curve, train, validation)
    if apart <= 0:
        return smoothed + context.text("curve_page.no_loss_gap", train=train, validation=validation)
    reasons = [
        context.text(f"curve_page.kept_limits.{key}", **values)
        for key, is_kept, values in _kept_limits(context, curve, apart, validation / train)
        if is_kept
    ]
    return smoothed + context.text("curve_page.why_good", ratio=validation / train, reasons="; ".join(reasons))


def _smoothed(context: Context, curve: CurveDiagnosis, train: float, validation: float) -> str:
    """Which evaluations the figures of the rules stand for; empty where they are those of the kept one alone."""
    steps = [point.step for point in curve.points if point.validation_loss is not None]
    beside = limits.reach(len(steps))
    if not beside or curve.kept_step not in steps:
        return ""
    kept = steps.index(curve.kept_step)
    near = steps[max(kept - beside, 0) : kept + beside + 1]
    return context.text(
        "curve_page.smoothed", n=len(near), first=near[0], last=near[-1], train=train, validation=validation
    ) + " "  # fmt: skip


def how_seen(context: Context, curve: CurveDiagnosis) -> str:
    """Why the figures of the rules are not those of the table; empty where none are printed."""
    steps = [point.step for point in curve.points if point.validation_loss is not None]
    if not curve.observed or len(steps) < limits.FEWEST_POINTS:
        return ""
    beside, n = limits.reach(len(steps)), limits.n_last(len(steps))
    lines = context.text("curve_page.rules_lines", n=n, first=steps[-n], small=limits.SMALL)
    return f"{context.text('curve_page.rules_smoothed', n=2 * beside + 1)} {lines}" if beside else lines


def _kept_limits(
    context: Context, curve: CurveDiagnosis, apart: float, ratio: float
) -> list[tuple[str, bool, dict[str, object]]]:
    number = context.numbers.number
    gap, metric = curve.values.get("metric_apart"), context.metric_name(str(curve.values.get("metric", "")))
    is_near = isinstance(gap, float) and gap < limits.NO_METRIC_GAP
    points = number(100 * gap, 1) if isinstance(gap, float) else ""
    return [
        ("loss_gap", apart < limits.LOSS_GAP, {"apart": apart, "limit": limits.LOSS_GAP}),
        ("loss_ratio", ratio < limits.LOSS_RATIO, {"limit": number(limits.LOSS_RATIO, 0)}),
        ("metric", is_near, {"metric": metric, "points": points, "limit": number(100 * limits.NO_METRIC_GAP, 0)}),
    ]
