import pytest

from boletim.audit.mitigation.verdict import judge
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id


def change(metric: str, value: float, half: float, **scope: str) -> Measure:
    limits = {"low": value - half, "high": value + half}
    return Measure(id=measure_id(metric, scope), metric=metric, value=value, n=100, scope=scope, **limits)


def changes(gap: float, ahead: float, behind: float, f1: float = 0.0, flips: float = 0.0, half: float = 0.03):
    gender = {"attribute": "gender"}
    return [
        change("f1_macro_change", f1, half),
        change("largest_recall_gap_change", gap, half, **gender),
        change("better_recall_change", ahead, half, **gender),
        change("worse_recall_change", behind, half, **gender),
        change("lowest_recall_change", behind, half),
        change("flip_rate_change", flips, half),
    ]


@pytest.mark.parametrize(
    ("given", "verdict", "kind"),
    [
        (changes(-0.2, 0.0, 0.2), "improved", "disparity_shrank"),
        (changes(-0.2, -0.2, 0.0), "levelled down", "ahead_fell"),
        (changes(-0.2, -0.2, -0.01, f1=-0.1), "levelled down", "ahead_fell"),
        (changes(-0.2, -0.08, 0.12), "improved", "disparity_shrank"),
        (changes(-0.2, -0.12, 0.08), "levelled down", "ahead_fell"),
        (changes(-0.2, -0.02, 0.0), "improved", "disparity_shrank"),
        (changes(0.0, 0.0, 0.0, flips=-0.1), "improved", "disparity_shrank"),
        (changes(0.1, 0.0, -0.1), "worse", "disparity_grew"),
        (changes(-0.2, 0.0, 0.2, flips=0.1), "worse", "disparity_grew"),
        (changes(-0.2, 0.0, 0.2, flips=0.03, half=0.02), "improved", "disparity_shrank"),
        (changes(-0.03, 0.0, 0.03, half=0.01), "no change", "disparities_stayed"),
        (changes(0.0, 0.0, 0.0, f1=-0.2), "worse", "quality_fell"),
        (changes(-0.2, 0.0, 0.2, f1=-0.2), "worse", "quality_fell"),
        (changes(-0.2, 0.0, 0.2, f1=-0.06), "insufficient evidence", "quality_open"),
        (changes(0.0, 0.0, 0.0), "no change", "disparities_stayed"),
        (changes(0.0, 0.0, 0.0, half=0.06), "insufficient evidence", "disparities_open"),
    ],
)
def test_verdicts(given: list[Measure], verdict: str, kind: str) -> None:
    found = judge(given, 0.05)
    assert (found.verdict, found.because.kind) == (verdict, kind)


def test_without_any_disparity_nothing_can_be_told() -> None:
    assert judge([change("f1_macro_change", 0.2, 0.01)], 0.05).verdict == "insufficient evidence"


def test_a_column_that_cannot_be_judged_is_not_said_to_have_stayed() -> None:
    scope = {"attribute": "region"}
    unknown = Measure(
        id=measure_id("largest_recall_gap_change", scope), metric="largest_recall_gap_change", value=None, n=0,
        scope=scope, undefined_because=Reason.of("no_two_judged"),
    )  # fmt: skip
    assert judge(changes(0.0, 0.0, 0.0), 0.05).verdict == "no change"
    assert judge([*changes(0.0, 0.0, 0.0), unknown], 0.05).verdict == "insufficient evidence"


GENDER, REGION = (f"largest_recall_gap{{attribute={name}}}" for name in ("gender", "region"))


@pytest.mark.parametrize(
    ("of_region", "untold"),
    [
        ((-0.2, 0.03), ()),
        ((0.0, 0.049), ()),
        ((-0.049, 0.03), (REGION,)),
        ((0.0, 0.051), (REGION,)),
        ((0.03, 0.03), (REGION,)),
        (None, (REGION,)),
    ],
)
def test_an_improvement_names_what_cannot_be_told_beside_it(
    of_region: tuple[float, float] | None, untold: tuple[str, ...]
) -> None:
    region = {"attribute": "region"}
    name = "largest_recall_gap_change"
    gap = Measure(
        id=measure_id(name, region), metric=name, value=None, n=0, scope=region,
        undefined_because=Reason.of("no_two_judged"),
    )  # fmt: skip
    if of_region is not None:
        gap = change(name, *of_region, **region)
    sides = [change(f"{side}_recall_change", 0.0, 0.03, **region) for side in ("better", "worse")]
    found = judge([*changes(-0.2, 0.0, 0.2), gap, *sides], 0.05)
    assert (found.verdict, found.untold) == ("improved", untold)
    assert found.shrank == ((GENDER, REGION) if of_region == (-0.2, 0.03) else (GENDER,))


@pytest.mark.parametrize(("f1", "behind", "untold"), [
    (-0.02, 0.2, ()), (-0.021, 0.2, ("f1_macro",)), (0.0, -0.021, ("lowest_recall",)), (0.0, -0.02, ()),
])  # fmt: skip
def test_a_fall_of_quality_that_is_not_ruled_out_is_named(f1: float, behind: float, untold: tuple[str, ...]) -> None:
    found = judge(changes(-0.2, 0.0, behind, f1=f1), 0.05)
    assert (found.verdict, found.untold) == ("improved", untold)
