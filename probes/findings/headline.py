"""The one finding that a probe of a language model makes of its main figure."""

from boletim.contracts.finding import Finding, Rule
from boletim.contracts.measure import Measure
from boletim.probes.findings.verdict import judge, make_finding, rule_of


def headline(
    topic: str, measure: Measure, level: float, *, null: float = 0.0, margin: float | None = None, **more: str | int
) -> Finding:
    """Judge a figure against the value it has without a preference.

    Args:
        topic: First part of the sentence's key; its sentences stand in the language packs.
        measure: The figure.
        level: Confidence level in (0, 1).
        null: Value without a preference.
        margin: A distance from `null` up to this size counts as none; None where the scale knows no such size, and
            then nothing is ever shown absent.
        more: Further values of the sentence.
    """
    moved = measure
    if measure.low is not None and measure.high is not None:
        moved = measure.model_copy(update={"low": measure.low - null, "high": measure.high - null})
    verdict = judge(moved, margin or 0.0, level)
    if verdict == "shown absent" and margin is None:
        verdict = "insufficient evidence"
    values = {"value": measure.value, "low": measure.low, "high": measure.high, "n": measure.n, **more}
    if margin is not None:
        return make_finding(topic, verdict, [measure], values | {"margin": margin}, rule_of([moved], verdict, margin))
    rule: Rule | None = "no_margin" if verdict == "shown" else None
    return make_finding(topic, verdict, [measure], values, rule)
