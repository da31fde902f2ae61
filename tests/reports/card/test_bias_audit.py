"""Expected figures are counted by hand: rate = selected / assessed, ratio = rate / highest rate."""

import pytest
from pydantic import ValidationError

from boletim.contracts.configuration.card import BiasAuditTable
from boletim.contracts.measure import Measure, measure_id
from boletim.reports.card.bias_audit import bias_audits


def rate(selected: int, assessed: int, **groups: str) -> Measure:
    scope = {"class": "hired", **groups}
    return Measure(
        id=measure_id("selection_rate", scope, groups),
        metric="selection_rate",
        value=selected / assessed,
        n=assessed,
        scope=scope,
    )


MEASURES = [
    rate(667, 1390, sex="m"),
    rate(555, 1181, sex="f"),
    rate(9, 20, sex="?"),
    rate(412, 797, race="w"),
    rate(170, 390, race="b"),
    rate(30, 60, race="b2"),
    rate(9, 30, race="n"),
    rate(120, 300, sex="f", race="w"),
    rate(20, 100, sex="f", race="b"),
    rate(250, 500, sex="m", race="w"),
    rate(7, 7, sex="?", race="w"),
]
ASKED = BiasAuditTable(
    selected="hired",
    sex="sex",
    race_ethnicity="race",
    categories={"m": "Male", "f": "Female", "w": "White", "b": "Black or African American",
                "b2": "Black or African American", "n": "American Indian or Alaska Native"},
)  # fmt: skip


def test_rates_and_ratios_by_sex_are_those_counted_by_hand() -> None:
    by_sex = bias_audits(ASKED, MEASURES, 2591)[0]
    assert [(row.categories, row.assessed, row.selected) for row in by_sex.rows] == [
        (("Female",), 1181, 555),
        (("Male",), 1390, 667),
    ]
    assert [round(row.rate, 4) for row in by_sex.rows] == [0.4699, 0.4799]
    assert [round(row.ratio or 0, 3) for row in by_sex.rows] == [0.979, 1.0]
    assert by_sex.n_unknown == 20


def test_groups_of_one_category_are_added_up_and_a_small_one_has_no_ratio() -> None:
    by_race = bias_audits(ASKED, MEASURES, 2591)[1]
    rows = {row.categories[0]: row for row in by_race.rows}
    assert (rows["Black or African American"].assessed, rows["Black or African American"].selected) == (450, 200)
    assert rows["Black or African American"].ratio == pytest.approx((200 / 450) / (412 / 797))
    small = rows["American Indian or Alaska Native"]
    assert (small.is_small, small.ratio, small.rate) == (True, None, 0.3)  # 30 of 2,591 are 1.2 %
    assert by_race.n_unknown == 2591 - 797 - 450 - 30


def test_crossed_categories_have_their_own_table() -> None:
    crossed = bias_audits(ASKED, MEASURES, 2591)[2]
    assert [row.categories for row in crossed.rows] == [
        ("Female", "White"),
        ("Female", "Black or African American"),
        ("Male", "White"),
    ]
    assert [round(row.ratio or 0, 2) for row in crossed.rows] == [0.8, 0.4, 1.0]


def test_nothing_is_made_of_a_label_that_nobody_is_given() -> None:
    assert bias_audits(ASKED.model_copy(update={"selected": "other"}), MEASURES, 2591) == []


def test_a_category_that_the_rule_does_not_have_is_refused() -> None:
    with pytest.raises(ValidationError, match="categories are those of the rule"):
        BiasAuditTable(selected="hired", sex="sex", categories={"x": "Martian"})
    with pytest.raises(ValidationError, match="needs the column"):
        BiasAuditTable(selected="hired")
