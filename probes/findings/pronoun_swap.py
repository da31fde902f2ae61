"""What the measures of `pronoun_swap` let a reviewer claim."""

from collections.abc import Sequence

from boletim.contracts.finding import Finding, FindingVerdict
from boletim.contracts.measure import Measure
from boletim.probes.context import ProbeContext
from boletim.probes.findings.left_alone import left_alone_finding
from boletim.probes.findings.verdict import Value, judge, judge_all, make_finding, severity_of

_FLIPS: dict[FindingVerdict, str] = {
    "shown": "Swapping the gendered words changes the predicted class in {value} of {n} test texts ({low} to {high}), "
    "more than the margin of {margin}.",
    "shown absent": "Swapping the gendered words changes the predicted class in {value} of {n} test texts "
    "({low} to {high}), within the margin of {margin}.",
    "insufficient evidence": "Whether swapping the gendered words changes the predicted class in more than {margin} of "
    "test texts is open: {value} of {n} ({low} to {high}).",
}
_GAPS: dict[FindingVerdict, str] = {
    "shown": "Read as if about women rather than men, the same {n} test texts get shifted scores, beyond the margin of "
    "{margin}, for: {names}.",
    "shown absent": "Read as if about women rather than men, the same {n} test texts get scores that differ by no more "
    "than the margin of {margin} in every class.",
    "insufficient evidence": "Whether the same {n} test texts get scores shifted by more than {margin} when read as if "
    "about women rather than men is open.",
}
_TOWARD: dict[FindingVerdict, str] = {
    "shown": "Read as if about women rather than men, the same {n} test texts are moved, by more than the margin of "
    "{margin}, into or out of: {names}.",
    "shown absent": "Read as if about women rather than men, no class gains or loses more than the margin of {margin} "
    "among the same {n} test texts.",
    "insufficient evidence": "Whether any class gains or loses more than {margin} when the same {n} test texts are "
    "read as if about women rather than men is open.",
}


def find_all(context: ProbeContext, measures: Sequence[Measure]) -> tuple[Finding, ...]:
    """One finding per question: flips, shifted scores, the classes that flips go to, and who is left alone."""
    rate = next(measure for measure in measures if measure.metric == "flip_rate")
    verdict = judge(rate, context.margin, context.level)
    values: dict[str, Value] = {"value": rate.value, "low": rate.low, "high": rate.high}
    values |= {"n": rate.n, "margin": context.margin}
    severity = severity_of([rate], verdict, context.margin)
    return (
        make_finding("pronoun_swap_flips", verdict, _FLIPS, [rate], values, severity),
        _per_class(context, "pronoun_swap_gaps", _GAPS, [m for m in measures if m.metric == "score_gap"]),
        _per_class(context, "pronoun_swap_toward", _TOWARD, [m for m in measures if m.metric == "flips_toward"]),
        left_alone_finding(context, measures),
    )


def _per_class(
    context: ProbeContext, topic: str, claims: dict[FindingVerdict, str], measures: Sequence[Measure]
) -> Finding:
    verdict = judge_all(measures, context.margin, context.level)
    shown = [measure for measure in measures if judge(measure, context.margin, context.level) == "shown"]
    values: dict[str, Value] = {
        "n": measures[0].n,
        "margin": context.margin,
        "names": ", ".join(f"{measure.scope['class']} ({measure.value:+.3f})" for measure in shown),
    }
    severity = severity_of(shown, verdict, context.margin)
    return make_finding(topic, verdict, claims, shown or measures, values, severity)
