"""Gates: a bar is cleared, missed, or cannot be told from the data. Three outcomes, never two."""

import difflib
from collections.abc import Iterable, Sequence
from datetime import date

from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.errors import InputError
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, parse_measure_id
from boletim.contracts.results.card import GateOutcome, GateStatus
from boletim.contracts.results.left_out import LeftOut
from boletim.contracts.results.verdict import Verdict
from boletim.reports.card.gate_family import as_a_family

_N_NEAREST = 3


def judge_gates(gates: Sequence[GateConfig], measures: Iterable[Measure], run_day: date) -> tuple[GateOutcome, ...]:
    """Compare each gate with its measure's interval.

    A gate passes when the whole interval lies on the right side of the bar (touching it is allowed), fails when
    the whole interval lies on the wrong side, and is insufficient evidence otherwise: the interval holds the
    bar, there is no interval or no value, the measure is marked as not judged, or its probe gave nothing. A figure
    that compares groups passes only when what it left out cannot bring it to the wrong side. Failures hold for all
    gates together (Holm): with many gates one is missed by chance. A pass needs each gate's own interval alone.

    Args:
        gates: In the order of the configuration.
        measures: All measures of audit and probes.
        run_day: Of the run; a waiver is in force up to and including its last day.

    Returns:
        One outcome per gate, in the same order; none for no gates.

    Raises:
        InputError: A gate names a measure that no result has; the message lists the nearest ids.
    """
    known = {(measure.metric, frozenset(measure.scope.items())): measure for measure in measures}
    outcomes = as_a_family([_judge(gate, known) for gate in gates], known)
    return tuple(_waive(gate, outcome, run_day) for gate, outcome in zip(gates, outcomes, strict=True))


def overall_verdict(outcomes: Sequence[GateOutcome]) -> Verdict:
    """One failed gate fails the card; one open gate leaves it open; no gates but waived ones, no judgement."""
    statuses = {outcome.status for outcome in outcomes if not outcome.is_waived}
    if not statuses:
        return "not gated"
    if "fail" in statuses:
        return "fail"
    return "insufficient evidence" if "insufficient evidence" in statuses else "pass"


def _waive(gate: GateConfig, outcome: GateOutcome, run_day: date) -> GateOutcome:
    """The outcome as it is, with its waiver beside it."""
    if gate.waiver is None:
        return outcome
    is_waived = outcome.status != "pass" and run_day <= gate.waiver.until
    return outcome.model_copy(update={"waiver": gate.waiver, "is_waived": is_waived})


def _judge(gate: GateConfig, known: dict[tuple[str, frozenset[tuple[str, str]]], Measure]) -> GateOutcome:
    metric, scope = parse_measure_id(gate.measure)
    measure = known.get((metric, frozenset(scope.items())))
    if measure is None:
        return _missing(gate, known.values())
    bar: float = gate.at_least if gate.at_least is not None else gate.at_most  # type: ignore[assignment]
    status, because = _compare(measure, bar, is_floor=gate.at_least is not None)
    return GateOutcome(
        measure=measure.id,
        bar="at_least" if gate.at_least is not None else "at_most",
        threshold=bar,
        value=measure.value,
        low=measure.low,
        high=measure.high,
        n=measure.n,
        status=status,
        because=because,
        undefined_because=measure.undefined_because,
        left_out=measure.left_out,
    )


def _compare(measure: Measure, bar: float, *, is_floor: bool) -> tuple[GateStatus, Reason]:
    if measure.value is None:
        return "insufficient evidence", Reason.of("gate_no_value")
    if measure.undefined_because:
        return "insufficient evidence", Reason.of("gate_not_judged")
    if measure.low is None or measure.high is None:
        return "insufficient evidence", Reason.of("gate_no_interval")
    if (measure.low >= bar) if is_floor else (measure.high <= bar):
        if measure.left_out and not _allows(measure.left_out, bar, is_floor=is_floor):
            return "insufficient evidence", Reason.of("gate_left_out")
        return "pass", Reason.of("gate_pass")
    if (measure.high < bar) if is_floor else (measure.low > bar):
        return "fail", Reason.of("gate_fail")
    return "insufficient evidence", Reason.of("gate_straddles")


def _allows(left_out: LeftOut, bar: float, *, is_floor: bool) -> bool:
    """Whether what was left out keeps the figure on the right side of the bar."""
    return left_out.limit is not None and (left_out.limit >= bar if is_floor else left_out.limit <= bar)


def _missing(gate: GateConfig, measures: Iterable[Measure]) -> GateOutcome:
    """A probe that gave no measures leaves its gates open; any other unknown name is a mistake."""
    _, scope = parse_measure_id(gate.measure)
    all_measures = list(measures)
    probe = scope.get("probe")
    if probe is None or any(measure.scope.get("probe") == probe for measure in all_measures):
        ids = [measure.id for measure in all_measures]
        nearest = difflib.get_close_matches(gate.measure, ids, n=_N_NEAREST, cutoff=0.3) or ids[:_N_NEAREST]
        raise InputError("no_measure", measure=gate.measure, nearest=nearest)
    return GateOutcome(
        measure=gate.measure,
        bar="at_least" if gate.at_least is not None else "at_most",
        threshold=gate.at_least if gate.at_least is not None else gate.at_most,  # type: ignore[arg-type]
        value=None,
        low=None,
        high=None,
        n=0,
        status="insufficient evidence",
        because=Reason.of("gate_without_measures", probe=probe),
    )
