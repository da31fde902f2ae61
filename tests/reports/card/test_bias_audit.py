"""Expected figures are counted by hand: rate = selected / assessed, ratio = rate / highest rate."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

import boletim
from boletim.app.stages.render import read_card
from boletim.contracts.configuration.card import BiasAuditTable
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.measure import Measure, measure_id
from boletim.reports.card.bias_audit import bias_audits


def rate(selected: int, assessed: int, metric: str = "selection_rate", **groups: str) -> Measure:
    scope = {"class": "hired", **groups}
    return Measure(
        id=measure_id(metric, scope, groups),
        metric=metric,
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


def test_scoring_rates_take_those_above_the_median_for_those_selected() -> None:
    """900 of 1,390 men, 450 of 1,181 women and 5 of 20 unknown score above the median: 64.7 %, 38.1 %, ratio 0.588."""
    scored = [rate(900, 1390, "scoring_rate", sex="m"), rate(450, 1181, "scoring_rate", sex="f")]
    female, male = bias_audits(ASKED, [*MEASURES, *scored, rate(5, 20, "scoring_rate", sex="?")], 2591)[0].rows
    assert (female.assessed, female.selected, female.above) == (1181, 555, 450)
    assert (round(female.scoring_rate or 0, 3), round(male.scoring_rate or 0, 3)) == (0.381, 0.647)
    assert (round(female.scoring_ratio or 0, 3), male.scoring_ratio) == (0.588, 1.0)
    assert round(female.ratio or 0, 3) == 0.979
    assert bias_audits(ASKED, MEASURES, 2591)[0].rows[0].scoring_rate is None


def test_of_scores_in_a_file_the_rates_are_those_counted_by_hand() -> None:
    """Scores 1 to 8 (tenths): the median is 4.5, so 5 to 8 lie above it. By hand: women 1 of 4, men 3 of 4.

    Crossed: white women 1 of 2, black women 0 of 2, white men 2 of 2, a black man 0 of 1; one man's race is unknown.
    """
    people = [("f", "w", 1), ("f", "w", 5), ("f", "b", 2), ("f", "b", 3),
              ("m", "w", 6), ("m", "w", 7), ("m", "b", 4), ("m", None, 8)]  # fmt: skip
    sex, race, score = zip(*(person for person in people for _ in range(40)), strict=True)
    score = np.array(score) / 10
    frame = {"sex": sex, "race": race, "label": ["hired", "no"] * 160, "predicted": np.where(score > 0.5, "hired", "no")}  # fmt: skip  # noqa: E501
    rows = pd.DataFrame({**frame, "score_hired": score, "score_no": 1 - score})
    report = boletim.evaluate(rows, scores="score_", groups=["sex", "race"], audit={"bootstrap": 100})
    measures = read_card(RunFolder(report.path)).audit.measures
    by_sex, by_race, crossed = bias_audits(ASKED, measures, 320)
    assert [(row.categories[0], row.above, row.scoring_ratio) for row in by_sex.rows] == [
        ("Female", 40, pytest.approx(1 / 3)),
        ("Male", 120, 1.0),
    ]
    assert [(row.above, row.assessed) for row in by_race.rows] == [(120, 160), (0, 120)]
    assert by_race.n_unknown == 40
    found = {row.categories: (row.above, row.assessed, row.scoring_ratio) for row in crossed.rows}
    assert found["Female", "White"] == (40, 80, 0.5)
    assert found["Female", "Black or African American"] == (0, 80, 0.0)
    assert found["Male", "White"] == (80, 80, 1.0)
    assert found["Male", "Black or African American"] == (0, 40, 0.0)
    assert crossed.n_unknown == 40


def test_nothing_is_made_of_a_label_that_nobody_is_given() -> None:
    assert bias_audits(ASKED.model_copy(update={"selected": "other"}), MEASURES, 2591) == []


def test_a_category_that_the_rule_does_not_have_is_refused() -> None:
    with pytest.raises(ValidationError, match="categories are those of the rule"):
        BiasAuditTable(selected="hired", sex="sex", categories={"x": "Martian"})
    with pytest.raises(ValidationError, match="needs the column"):
        BiasAuditTable(selected="hired")
