from boletim.contracts.measure import Measure
from boletim.contracts.method import (
    BOOTSTRAP,
    NEWCOMBE,
    WEIGHTED,
    WILSON,
    WILSON_EFFECTIVE,
    Method,
    majority_of,
    power_of_tests,
    simultaneous_over_pairs,
)


def test_parts_add_up_in_order_and_survive_json() -> None:
    method = NEWCOMBE + WEIGHTED + simultaneous_over_pairs(6)
    assert [part.kind for part in method.parts] == ["newcombe", "weighted", "simultaneous_pairs"]
    assert method.parts[-1].values == {"n": 6}
    made = Measure(id="m", metric="m", value=0.5, n=1, method=power_of_tests(0.8, 0.05, 12) + method)
    assert Measure.model_validate_json(made.model_dump_json()) == made


def test_equal_methods_are_one_and_a_plug_in_may_bring_its_own() -> None:
    assert {WILSON: 1}[Method.of("wilson")] == 1
    assert Method.of("my_own", k=2) != Method.of("my_own", k=3)
    assert (majority_of("training"), majority_of("test")) == (
        Method.of("majority_training"),
        Method.of("majority_test"),
    )


def test_wilson_is_told_from_the_rest_whatever_is_added() -> None:
    assert all(method.is_wilson for method in (WILSON, WILSON + WEIGHTED, WILSON_EFFECTIVE))
    assert not (BOOTSTRAP + WEIGHTED).is_wilson
