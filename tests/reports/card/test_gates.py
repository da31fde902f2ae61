from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.errors import InputError
from boletim.contracts.meaning import Reason, message
from boletim.contracts.measure import Measure
from boletim.reports.card.gates import judge_gates, overall_verdict


def measured(low: float | None, high: float | None, **changes: object) -> Measure:
    value = None if low is None or high is None else (low + high) / 2
    parts = {"id": "m", "metric": "m", "value": value, "low": low, "high": high, "n": 100}
    return Measure.model_validate(parts | changes)


def status(gate: GateConfig, measure: Measure) -> str:
    return judge_gates([gate], [measure], DAY)[0].status


DAY = date(2026, 3, 5)
AT_LEAST, AT_MOST = GateConfig(measure="m", at_least=0.5), GateConfig(measure="m", at_most=0.5)


@pytest.mark.parametrize(
    ("low", "high", "at_least", "at_most"),
    [
        (0.6, 0.7, "pass", "fail"),
        (0.5, 0.7, "pass", "insufficient evidence"),  # touching passes; it is not wholly beyond
        (0.3, 0.4, "fail", "pass"),
        (0.3, 0.5, "insufficient evidence", "pass"),
        (0.4, 0.6, "insufficient evidence", "insufficient evidence"),
    ],
)
def test_the_whole_interval_decides(low: float, high: float, at_least: str, at_most: str) -> None:
    assert status(AT_LEAST, measured(low, high)) == at_least
    assert status(AT_MOST, measured(low, high)) == at_most


@pytest.mark.parametrize(
    "measure",
    [
        measured(None, None, undefined_because=Reason.of("no_examples")),
        measured(None, None, value=0.99),
        measured(0.9, 0.99, undefined_because=Reason.of("below_min_group", n=4, least=30)),
        measured(None, 0.99, value=0.9),
    ],
)
def test_lack_of_data_never_passes(measure: Measure) -> None:
    outcome = judge_gates([AT_LEAST], [measure], DAY)[0]
    assert outcome.status == "insufficient evidence"
    assert outcome.because


@given(
    low=st.floats(-1, 1),
    width=st.floats(0, 1),
    bar=st.floats(-1, 1),
    is_floor=st.booleans(),
    has_interval=st.booleans(),
    doubt=st.sampled_from([None, message("too few")]),
)
def test_a_pass_has_an_interval_on_the_right_side_and_no_doubt(
    low: float, width: float, bar: float, is_floor: bool, has_interval: bool, doubt: Reason | None
) -> None:
    limits = (low, low + width) if has_interval else (None, None)
    measure = measured(*limits, value=low, undefined_because=doubt)
    gate = GateConfig(measure="m", at_least=bar) if is_floor else GateConfig(measure="m", at_most=bar)
    if status(gate, measure) == "pass":
        assert has_interval
        assert doubt is None
        assert low >= bar if is_floor else low + width <= bar


def test_the_order_of_a_scope_does_not_matter() -> None:
    measure = measured(
        0.6,
        0.7,
        id="recall{class=nurse,gender=female}",
        metric="recall",
        scope={"class": "nurse", "gender": "female"},
    )
    gate = GateConfig(measure="recall{gender=female, class=nurse}", at_least=0.5)
    assert judge_gates([gate], [measure], DAY)[0].measure == "recall{class=nurse,gender=female}"


def test_an_unknown_measure_names_the_nearest() -> None:
    measures = [measured(0.1, 0.2, id="recall_gap{attribute=gender}", metric="recall_gap"), measured(0.1, 0.2)]
    with pytest.raises(InputError, match=r"recall_gap\{attribute=gender\}"):
        judge_gates([GateConfig(measure="recall_gap{attribute=gendr}", at_most=0.1)], measures, DAY)


def test_a_probe_that_did_not_run_leaves_its_gate_open() -> None:
    gate = GateConfig(measure="flip_rate{probe=pronoun_swap}", at_most=0.1)
    outcome = judge_gates([gate], [measured(0.1, 0.2)], DAY)[0]
    assert (outcome.status, outcome.n, outcome.value) == ("insufficient evidence", 0, None)


def test_one_failed_gate_outweighs_open_ones_and_no_gates_judge_nothing() -> None:
    good, bad, split = (
        measured(0.6, 0.7),
        measured(0.1, 0.2, id="b", metric="b"),
        measured(0.4, 0.6, id="c", metric="c"),
    )
    gates = [GateConfig(measure=name, at_least=0.5) for name in ("m", "b", "c")]
    outcomes = judge_gates(gates, [good, bad, split], DAY)
    assert [outcome.status for outcome in outcomes] == ["pass", "fail", "insufficient evidence"]
    assert overall_verdict(outcomes) == "fail"
    assert overall_verdict(outcomes[::2]) == "insufficient evidence"
    assert overall_verdict(outcomes[:1]) == "pass"
    assert overall_verdict([]) == "not gated"
