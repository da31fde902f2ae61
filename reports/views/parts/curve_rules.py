"""The rules by which a learning curve got its name, and why two losses that differ are still called a good fit."""

from dataclasses import dataclass

from boletim.contracts import curve_rules as limits
from boletim.contracts.results.audit import CurveDiagnosis
from boletim.reports.page.context import Context

_RULES = {
    "few_points": "few_points", "not_finite": "unstable", "train_loss_grows": "unstable", "swings": "unstable",
    "loss_rises": "after_turn", "still_falling": "still_falling", "train_metric_low": "underfitting",
    "train_loss_high": "underfitting", "metric_gap": "gap", "loss_gap": "gap",
}  # fmt: skip
"""Rule by the key of the diagnosis."""


@dataclass(frozen=True)
class Rule:
    """One rule in a sentence."""

    text: str
    is_met: bool
    seen: str
    """What it looks at, as this curve has it; empty where that is not known."""


def rules(context: Context, curve: CurveDiagnosis) -> list[Rule]:
    """All rules in the order in which they are tried, with the one that is met; none of them is a good fit."""
    met = _RULES.get(curve.key, "good_fit")
    values = {name.lower(): value for name, value in vars(limits).items() if isinstance(value, int | float)}
    names = [*dict.fromkeys(_RULES.values()), "good_fit"]
    said = {name: context.text(f"curve_page.rules.{name}", **values) for name in names}
    return [Rule(text, name == met, _seen(context, name, curve)) for name, text in said.items()]


def _seen(context: Context, name: str, curve: CurveDiagnosis) -> str:
    if name == "underfitting" and curve.observed.get("train_metric") is None:
        name = "underfitting_by_loss"
    if not curve.observed or context.words.find(f"curve_page.seen.{name}") is None:
        return ""
    return context.text(f"curve_page.seen.{name}", **curve.observed)


def why_good(context: Context, curve: CurveDiagnosis) -> str:
    """Which limits of the rule for overfitting the kept weights keep; empty without a good fit or both losses."""
    train, validation = (curve.values.get(f"near_{side}") for side in ("train", "validation"))
    if curve.diagnosis != "good fit" or not isinstance(train, float) or not isinstance(validation, float) or not train:
        return ""
    apart = validation - train
    if apart <= 0:
        return context.text("curve_page.no_loss_gap", train=train, validation=validation)
    reasons = [
        context.text(f"curve_page.kept_limits.{key}", **values)
        for key, is_kept, values in _kept_limits(context, curve, apart, validation / train)
        if is_kept
    ]
    return context.text(
        "curve_page.why_good", ratio=validation / train, train=train, validation=validation, reasons="; ".join(reasons)
    )


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
