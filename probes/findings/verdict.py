"""Shown, shown absent or insufficient evidence: what an interval says about a margin."""

from collections.abc import Sequence

from boletim.contracts.finding import Finding, FindingVerdict, Rule, rule_beyond
from boletim.contracts.measure import Measure

_SUFFIX = {"shown": "shown", "shown absent": "absent", "insufficient evidence": "open"}
Value = str | float | int | None


def judge(measure: Measure, margin: float, level: float) -> FindingVerdict:
    """Judge a rate or a signed gap against a margin on its size.

    Returns:
        `shown` when the interval lies wholly beyond the margin and q, where there is one, is at most 1 - level;
        `shown absent` when it lies wholly within; otherwise, and without an interval, `insufficient evidence`.
    """
    if measure.low is None or measure.high is None:
        return "insufficient evidence"
    is_beyond = measure.low > margin or measure.high < -margin
    if is_beyond and (measure.q is None or measure.q <= 1 - level):
        return "shown"
    return "shown absent" if -margin <= measure.low and measure.high <= margin else "insufficient evidence"


def judge_all(measures: Sequence[Measure], margin: float, level: float) -> FindingVerdict:
    """`shown` when one is shown, `shown absent` when all are, else `insufficient evidence`."""
    verdicts = [judge(measure, margin, level) for measure in measures]
    if "shown" in verdicts:
        return "shown"
    return "shown absent" if verdicts and set(verdicts) == {"shown absent"} else "insufficient evidence"


def rule_of(measures: Sequence[Measure], verdict: FindingVerdict, margin: float) -> Rule | None:
    """What rates a finding: the rule of all gaps for what was shown, none for the rest."""
    return rule_beyond([(m.low, m.high) for m in measures], margin) if verdict == "shown" else None


def make_finding(
    topic: str,
    verdict: FindingVerdict,
    measures: Sequence[Measure],
    values: dict[str, Value],
    rule: Rule | None,
) -> Finding:
    """A finding whose sentence in the language packs is `findings.<topic>_<shown|absent|open>`.

    Args:
        topic: First part of the sentence's key.
        verdict: Which of the three sentences is said.
        measures: What proves it.
        values: Numbers and names for the sentence.
        rule: What rates it.
    """
    return Finding(
        rule=rule,
        kind="probe",
        verdict=verdict,
        measures=tuple(measure.id for measure in measures),
        key=f"{topic}_{_SUFFIX[verdict]}",
        values=values,
    )
