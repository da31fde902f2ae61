"""What the evidence leaves open, and how many examples would decide it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from boletim.contracts.finding import Finding
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.results.card import Card
from boletim.reports.card.findings import ranked_findings
from boletim.reports.card.gate_needs import MOST, RAISED_BY_CHANCE, examples_to_decide

_SIMULATED = ("accuracy_gap", "recall_gap")
_UNDECIDABLE = Reason.of("undecidable")
WhyUntold = Literal["not_judged", "left_out", "chance", "on_margin", "too_many"]


@dataclass(frozen=True)
class Need:
    """What one open finding hangs on, and how many examples would decide it."""

    finding: Finding
    measure: Measure | None
    """None where none is known."""
    widest: Measure | None
    """Of those that the finding speaks of and the data leave open, the one that may be furthest from 0."""
    n_needed: int | None
    """For a chance of 80 %; None where it cannot be told."""
    why_untold: WhyUntold | None


@dataclass(frozen=True)
class OpenQuestion:
    """One comparison of groups that is open, for one class or for several; or any other open finding."""

    needs: tuple[Need, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The open findings."""
        return tuple(need.finding for need in self.needs)

    @property
    def told(self) -> tuple[Need, ...]:
        """Those whose number can be told, the fewest first."""
        return tuple(sorted((n for n in self.needs if n.n_needed is not None), key=lambda n: n.n_needed or 0))

    @property
    def untold(self) -> tuple[Need, ...]:
        """Those whose number cannot be told."""
        return tuple(need for need in self.needs if need.n_needed is None)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What the findings hang on, as far as it is known."""
        return tuple(need.measure for need in self.needs if need.measure is not None)

    @property
    def widest(self) -> tuple[Measure, ...]:
        """The furthest that each finding may reach, as far as it is known."""
        return tuple(need.widest for need in self.needs if need.widest is not None)


def open_questions(card: Card, known: Mapping[str, Measure], margin: float) -> list[OpenQuestion]:
    """Undecided findings; gaps in recall by one column are one question with many classes."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for finding in ranked_findings(card):
        if finding.verdict != "insufficient evidence":
            continue
        of = known.get(finding.measures[0]) if finding.measures else None
        is_class_gap = of is not None and set(of.scope) == {"class", "attribute"}
        key = (
            (of.metric, of.scope["attribute"])
            if of is not None and is_class_gap
            else (finding.key, str(finding.measures))
        )
        grouped.setdefault(key, []).append(finding)
    return [_question(tuple(found), known, margin) for found in grouped.values()]


def _question(findings: tuple[Finding, ...], known: Mapping[str, Measure], margin: float) -> OpenQuestion:
    needs = []
    for finding in findings:
        still_open = _open(finding, known, margin)
        measure = _hardest(still_open, known, margin)
        needed, widest = _needed(measure, margin, known), max(still_open, key=most, default=None)
        why = None if needed is not None else _why_untold(measure, margin)
        needs.append(Need(finding, measure, widest, needed, why))
    return OpenQuestion(tuple(needs))


def most(measure: Measure) -> float:
    """How far from 0 the figure may be."""
    return max(abs(measure.low or 0.0), abs(measure.high or 0.0))


def _open(finding: Finding, known: Mapping[str, Measure], margin: float) -> list[Measure]:
    """Of many measures of one kind, as of professions, those that are open; else the first that the finding names."""
    measures = [measure for name in finding.measures if (measure := known.get(name)) is not None]
    alike = [m for m in measures if m.metric == measures[0].metric and set(m.scope) == set(measures[0].scope)]
    return [m for m in alike if _may_be_on_both_sides(_upright(m), margin)] or measures[:1]


def _may_be_on_both_sides(measure: Measure, margin: float) -> bool:
    return measure.low is None or measure.high is None or measure.low <= margin < measure.high


def _hardest(still_open: Sequence[Measure], known: Mapping[str, Measure], margin: float) -> Measure | None:
    """The measure that a finding hangs on: the one that needs most examples, or one whose number cannot be told."""
    untold = [m for m in still_open if _needed(m, margin, known) is None]
    return max(untold or still_open, key=lambda m: _needed(m, margin, known) or 0, default=None)


def _upright(measure: Measure) -> Measure:
    """The same difference, seen from the side on which it is positive: a margin holds for both."""
    if measure.value is None or measure.value >= 0 or measure.low is None or measure.high is None:
        return measure
    return measure.model_copy(update={"value": -measure.value, "low": -measure.high, "high": -measure.low})


def _needed(measure: Measure | None, margin: float, known: Mapping[str, Measure]) -> int | None:
    """Examples at which the interval would clear the margin; None where no number of them is known to.

    The audit has simulated them for gaps of shares; for any other figure they follow from its interval.
    """
    if measure is None or _why_untold(measure, margin) != "too_many":
        return None
    simulated = _simulated(measure, known)
    if simulated is not None and (simulated.value is not None or simulated.undefined_because == _UNDECIDABLE):
        needed = MOST + 1 if simulated.value is None else int(simulated.value)
    else:
        needed = examples_to_decide(_upright(measure), margin, is_floor=False)
    return needed if measure.n < needed <= MOST else None


def _simulated(measure: Measure, known: Mapping[str, Measure]) -> Measure | None:
    if measure.metric not in _SIMULATED:
        return None
    alike = (m for m in known.values() if m.metric == "examples_to_decide" and m.scope == measure.scope)
    return next(alike, None)


def _why_untold(measure: Measure | None, margin: float) -> WhyUntold:
    """What forbids a number; `too_many` where nothing does but the number itself."""
    if measure is None or measure.value is None or measure.level is None or measure.undefined_because:
        return "not_judged"
    if measure.low is None or measure.high is None or not measure.low < measure.high or not measure.n:
        return "not_judged"
    if measure.left_out is not None:
        return "left_out"
    if measure.metric in RAISED_BY_CHANCE:
        return "chance"
    return "on_margin" if abs(measure.value) == margin else "too_many"
