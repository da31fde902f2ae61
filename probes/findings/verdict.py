"""Shown, shown absent or insufficient evidence: what an interval says about a margin."""

from collections.abc import Sequence

from boletim.contracts.finding import Finding, FindingVerdict, Severity
from boletim.contracts.measure import Measure

_SUFFIX = {"shown": "shown", "shown absent": "absent", "insufficient evidence": "open"}
_WIDE = 0.1
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


def severity_of(measures: Sequence[Measure], verdict: FindingVerdict, margin: float) -> Severity:
    """`high` where an interval lies beyond twice the margin (0.1 for a margin of 0), `medium` for the rest shown."""
    if verdict != "shown":
        return "info"
    bar = 2 * margin or _WIDE
    is_wide = any((m.low is not None and m.low >= bar) or (m.high is not None and m.high <= -bar) for m in measures)
    return "high" if is_wide else "medium"


def make_finding(
    topic: str,
    verdict: FindingVerdict,
    measures: Sequence[Measure],
    values: dict[str, Value],
    severity: Severity,
) -> Finding:
    """A finding whose sentence in the language packs is `findings.<topic>_<shown|absent|open>`.

    Args:
        topic: First part of the sentence's key.
        verdict: Which of the three sentences is said.
        measures: What proves it.
        values: Numbers and names for the sentence.
        severity: How much it matters.
    """
    return Finding(
        severity=severity,
        kind="probe",
        verdict=verdict,
        measures=tuple(measure.id for measure in measures),
        key=f"{topic}_{_SUFFIX[verdict]}",
        values=values,
    )
