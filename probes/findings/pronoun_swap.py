"""What the measures of `pronoun_swap` let a reviewer conclude."""

from collections.abc import Sequence

from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure
from boletim.probes.context import ProbeContext
from boletim.probes.findings.left_alone import left_alone_finding
from boletim.probes.findings.verdict import Value, judge, judge_all, make_finding, rule_of


def find_all(context: ProbeContext, measures: Sequence[Measure]) -> tuple[Finding, ...]:
    """One finding per question: flips, shifted scores, the classes that flips go to, and who is left alone."""
    rate = next(measure for measure in measures if measure.metric == "flip_rate")
    verdict = judge(rate, context.margin, context.level)
    values: dict[str, Value] = {"value": rate.value, "low": rate.low, "high": rate.high}
    values |= {"n": rate.n, "margin": context.margin}
    rule = rule_of([rate], verdict, context.margin)
    return (
        make_finding("pronoun_swap_flips", verdict, [rate], values, rule),
        _per_class(context, "pronoun_swap_gaps", [m for m in measures if m.metric == "score_gap"]),
        _per_class(context, "pronoun_swap_toward", [m for m in measures if m.metric == "flips_toward"]),
        left_alone_finding(context, measures),
    )


def _per_class(context: ProbeContext, topic: str, measures: Sequence[Measure]) -> Finding:
    verdict = judge_all(measures, context.margin, context.level)
    shown = [measure for measure in measures if judge(measure, context.margin, context.level) == "shown"]
    values: dict[str, Value] = {
        "n": measures[0].n,
        "margin": context.margin,
        "names": ", ".join(f"{measure.scope['class']} ({measure.value:+.3f})" for measure in shown),
    }
    return make_finding(topic, verdict, shown or measures, values, rule_of(shown, verdict, context.margin))
