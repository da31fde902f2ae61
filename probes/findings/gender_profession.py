"""What the measures of `gender_profession` let a reviewer conclude."""

from collections.abc import Sequence
from typing import Any

from boletim.contracts.finding import Finding, FindingVerdict, Rule
from boletim.contracts.measure import Measure
from boletim.probes.context import ProbeContext
from boletim.probes.findings.verdict import Value, judge, judge_all, make_finding, rule_of

_MOST_NAMES = 8


def find_all(context: ProbeContext, measures: Sequence[Measure], data: dict[str, Any]) -> tuple[Finding, ...]:
    """One finding per question: flips, mean shift, shift per profession, and the share of women where it is known."""
    by_metric = {measure.metric: measure for measure in measures}
    has_own = any(entry["has_own_class"] for entry in data["professions"].values())
    mean = by_metric["mean_score_gap"]
    found = [
        _one(context, "gender_profession_flips", by_metric["flip_rate"]),
        _one(context, "gender_profession_mean_own", mean)
        if has_own
        else _one(context, "gender_profession_mean", mean, class_name=data["reference_class"]),
        _professions(context, [measure for measure in measures if measure.metric == "score_gap"], data),
    ]
    correlation = by_metric["gap_share_correlation"]
    if correlation.value is not None:
        found.append(_correlated(context, correlation))
    return tuple(found)


def _one(context: ProbeContext, topic: str, measure: Measure, **names: str) -> Finding:
    verdict = judge(measure, context.margin, context.level)
    values = {
        "value": measure.value,
        "low": measure.low,
        "high": measure.high,
        "n": measure.n,
        "margin": context.margin,
        **names,
    }
    return make_finding(topic, verdict, [measure], values, rule_of([measure], verdict, context.margin))


def _professions(context: ProbeContext, gaps: Sequence[Measure], data: dict[str, Any]) -> Finding:
    verdict = judge_all(gaps, context.margin, context.level)
    verdicts = {measure.id: judge(measure, context.margin, context.level) for measure in gaps}
    ordered = sorted(gaps, key=lambda m: -abs(m.value or 0.0))
    shown, undecided = ([m for m in ordered if verdicts[m.id] == found] for found in ("shown", "insufficient evidence"))
    values: dict[str, str | float | int | None] = {
        "n": len(gaps),
        "n_shown": len(shown),
        "n_open": len(undecided),
        "margin": context.margin,
        "names": _named(shown, data),
        "undecided": _named(undecided[:_MOST_NAMES], data) + (", …" if len(undecided) > _MOST_NAMES else "") or None,
        "class_name": data["reference_class"],
    }
    proof = shown or gaps
    return make_finding(
        "gender_profession_professions", verdict, proof, values, rule_of(shown, verdict, context.margin)
    )


def _correlated(context: ProbeContext, measure: Measure) -> Finding:
    verdict: FindingVerdict = "insufficient evidence"
    if judge(measure, 0.0, context.level) == "shown":
        verdict = "shown"
    values: dict[str, Value] = {"value": measure.value, "low": measure.low, "high": measure.high, "n": measure.n}
    rule: Rule | None = "no_margin" if verdict == "shown" else None
    return make_finding("gender_profession_shares", verdict, [measure], values, rule)


def _named(gaps: Sequence[Measure], data: dict[str, Any]) -> str:
    return ", ".join(_name(data["professions"][m.scope["profession"]]) for m in gaps)


def _name(profession: dict[str, Any]) -> str:
    female, male = profession["female"], profession["male"]
    return str(female) if female == male else f"{female}/{male}"
