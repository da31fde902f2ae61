"""Gates as a family: with ten of them on their bars, one in five cards would fail by chance alone.

References:
    Holm (1979), A Simple Sequentially Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 6:65.
"""

from collections.abc import Mapping, Sequence

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, parse_measure_id
from boletim.contracts.results.card import GateOutcome
from boletim.reports.card.gate_needs import with_need
from boletim.reports.card.misses import holm, p_of_miss

Known = Mapping[tuple[str, frozenset[tuple[str, str]]], Measure]


def as_a_family(outcomes: Sequence[GateOutcome], known: Known) -> list[GateOutcome]:
    """The outcomes with p, before and after Holm; what fails by itself and not in the family is left open.

    Args:
        outcomes: Of all declared gates, each judged by its own interval.
        known: The measures, by metric and scope.
    """
    p_values = [_p(outcome, known) for outcome in outcomes]
    places = [i for i, p in enumerate(p_values) if p is not None]
    adjusted = dict(zip(places, holm([p for p in p_values if p is not None]), strict=True))
    settled = [_settled(o, p_values[i], adjusted.get(i), known, len(places)) for i, o in enumerate(outcomes)]
    return [with_need(outcome, _measure(outcome, known), max(len(places), 1)) for outcome in settled]


def _p(outcome: GateOutcome, known: Known) -> float | None:
    """Two-sided p of the bar, 1 where it is not missed; None where nothing can be told."""
    measure = _measure(outcome, known)
    if measure is None or measure.undefined_because:
        return None
    return p_of_miss(measure, outcome.threshold, is_floor=outcome.bar == "at_least")


def _measure(outcome: GateOutcome, known: Known) -> Measure | None:
    metric, scope = parse_measure_id(outcome.measure)
    return known.get((metric, frozenset(scope.items())))


def _settled(outcome: GateOutcome, p: float | None, p_holm: float | None, known: Known, n_gates: int) -> GateOutcome:
    measure = _measure(outcome, known)
    level = measure.level if measure is not None else None
    if p is None or p_holm is None or level is None:
        return outcome
    judged = outcome.model_copy(update={"p": p, "p_holm": p_holm} if p < 1 else {})
    if outcome.status != "fail" or p_holm <= 1 - level + 1e-12:
        return judged
    because = Reason.of("gate_by_chance", n=n_gates, p=p_holm)
    return judged.model_copy(update={"status": "insufficient evidence", "because": because})
