"""Findings that probes of terms, names and templates share."""

from collections.abc import Mapping, Sequence

from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure
from boletim.probes.findings.verdict import Value, judge, judge_all, make_finding, rule_of

_MOST_NAMES = 8


def rate_finding(topic: str, measure: Measure, margin: float, level: float, **names: Value) -> Finding:
    """One finding of one figure against the margin."""
    verdict = judge(measure, margin, level)
    values: dict[str, Value] = {
        "value": measure.value,
        "low": measure.low,
        "high": measure.high,
        "n": measure.n,
        "margin": margin,
        **names,
    }
    return make_finding(topic, verdict, [measure], values, rule_of([measure], verdict, margin))


def list_finding(
    topic: str,
    measures: Sequence[Measure],
    key: str,
    margin: float,
    level: float,
    called: Mapping[str, str] | None = None,
    **names: Value,
) -> Finding:
    """One finding of many figures: which of them lie beyond the margin, and on which side of zero.

    Args:
        topic: First part of the sentence's key.
        measures: The figures, each with its simultaneous or adjusted interval.
        key: Key of their scope that names them.
        margin: A size up to this counts as none.
        level: Confidence level in (0, 1).
        called: What a reader calls them, where their scope does not say it.
        names: Further values of the sentence.
    """
    called = called or {}
    shown = [measure for measure in measures if judge(measure, margin, level) == "shown"]
    n_open = sum(judge(measure, margin, level) == "insufficient evidence" for measure in measures)
    verdict = judge_all(measures, margin, level)
    ordered = sorted(shown, key=lambda m: -abs(m.value or 0.0))

    def listed(found: Sequence[Measure]) -> str:
        names = [called.get(name, name.replace("_", " ")) for name in (m.scope[key] for m in found)]
        return ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")

    values: dict[str, Value] = {
        "n": len(measures),
        "n_shown": len(shown),
        "n_open": n_open,
        "margin": margin,
        "names": listed(ordered),
        "above": listed([m for m in ordered if (m.value or 0.0) > 0]) or None,
        "below": listed([m for m in ordered if (m.value or 0.0) < 0]) or None,
        **names,
    }
    proof = shown or list(measures)
    return make_finding(topic, verdict, proof, values, rule_of(shown, verdict, margin))
