from boletim.contracts.meaning import Reason, message
from boletim.contracts.measure import Measure


def test_a_reason_survives_json_whole() -> None:
    for reason in (
        Reason.of("below_min_group", n=4, least=30),
        Reason.of("pruned", epoch=1.5, metric="f1"),
        message("no"),
    ):
        made = Measure(id="m", metric="m", value=None, n=0, undefined_because=reason)
        assert Measure.model_validate_json(made.model_dump_json()) == made
        assert made.undefined_because == reason


def test_a_reason_without_a_language_is_quoted_plainly() -> None:
    assert str(Reason.of("few_sizes", n=3)) == "few sizes: 3"
    assert str(Reason.of("no_scores")) == "no scores"
    assert str(message("RuntimeError: no room {x}")) == "RuntimeError: no room {x}"


def test_reasons_are_told_apart_by_kind_and_values() -> None:
    assert len({Reason.of("a", n=1), Reason.of("a", n=1), Reason.of("a", n=2), Reason.of("b", n=1)}) == 3
