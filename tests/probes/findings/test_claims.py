"""A finding of many figures says on which side of zero each lies."""

from boletim.contracts.measure import Measure, measure_id
from boletim.probes.findings.claims import list_finding
from boletim.reports.page.words import Words


def figure(group: str, value: float) -> Measure:
    scope = {"probe": "ner_name_swap", "group": group}
    limits = {"low": value - 0.01, "high": value + 0.01, "level": 0.95, "p": 1e-9, "q": 1e-9}
    name = "swap_recall_gap"
    return Measure(
        id=measure_id(name, scope), metric=name, value=value, n=900, scope=scope, unit="difference", **limits
    )


def said(*figures: Measure) -> str:
    return Words.of("en").finding(list_finding("ner_name_swap", figures, "group", 0.05, 0.95))


def test_who_is_found_less_often_and_who_more() -> None:
    found = said(figure("north", -0.2), figure("south", 0.1), figure("west", -0.3), figure("east", 0.0))
    assert found.endswith("under those of: west, north; more often under those of: south.")


def test_nobody_is_a_dash() -> None:
    assert said(figure("north", -0.2)).endswith("under those of: north; more often under those of: –.")
