"""Two objectives on the card: which point was chosen and why, in words, in a chart and in a table."""

import re

import pytest

from boletim.contracts.measure import Measure
from boletim.contracts.method import BOOTSTRAP
from boletim.contracts.results.search import Front, FrontPoint
from boletim.reports.charts.pareto import ParetoLabels, draw_pareto
from boletim.reports.page.html import render_html
from boletim.reports.page.words import Words

GAP = "recall_gap{class=nurse,attribute=gender}"


def point(trial, score, gap, *, is_on_front=True, is_tied=True):
    def figure(name, value, half, higher_is_better):
        return Measure(
            id=name, metric=name.partition("{")[0], value=value, low=value - half, high=value + half, level=0.95, n=300,
            unit="score", higher_is_better=higher_is_better, method=BOOTSTRAP,
        )  # fmt: skip

    return FrontPoint(
        trial=trial, candidate="tiny", objective=figure("f1_macro", score, 0.02, True),
        second=figure(GAP, gap, 0.05, False), is_on_front=is_on_front, is_tied=is_tied,
    )  # fmt: skip


POINTS = (
    point(0, 0.91, 0.31),
    point(1, 0.905, 0.12),
    point(2, 0.80, 0.06, is_tied=False),
    point(3, 0.79, 0.30, is_on_front=False, is_tied=False),
)
FRONT = Front(second=GAP, higher_is_better=False, points=POINTS, chosen=1)


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "Of 4 complete trials 3 are on the Pareto front",
                "On the front, 2 have a first objective within chance of the best",
                "trial 1 has the best second objective, and was chosen: 0.905 [0.885, 0.925] and 0.120 [0.070, 0.170]",
                "0 0.910 [0.890, 0.930] 0.310 [0.260, 0.360] on the front, within chance of the best",
                "2 0.800 [0.780, 0.820] 0.060 [0.010, 0.110] on the front, behind the best",
                "3 0.790 [0.770, 0.810] 0.300 [0.250, 0.350] beaten in both",
                "Trials by both objectives, 300 validation examples",
            ],
        ),
        ("pt-BR", ["Dois objetivos", "3 estão na fronteira de Pareto", "0,120 [0,070; 0,170]", "superada nos dois"]),
    ],
)
def test_the_choice_is_on_the_card(make_card, search, language, expected):
    html = render_html(make_card(search=search.model_copy(update={"front": FRONT})), language)
    for part in expected:
        assert part in text_of(html), part


def test_one_objective_has_no_front(make_card, search):
    assert "Two objectives" not in text_of(render_html(make_card(search=search), "en"))


def test_one_trial_that_is_best_in_both_is_said_to_be(make_card, search):
    front = FRONT.model_copy(update={"points": (point(0, 0.9, 0.1), *POINTS[3:]), "chosen": 0})
    text = text_of(render_html(make_card(search=search.model_copy(update={"front": front})), "en"))
    assert "Of 2 complete trials one, trial 0, is best in both" in text


def test_steps_turn_on_the_side_that_is_beaten():
    """Two points, less of the second objective better: the edge goes right at the first one's height, then up."""
    two = FRONT.model_copy(update={"points": (point(0, 0.8, 0.1), point(1, 0.9, 0.3)), "chosen": 1})
    for is_more_better in (False, True):
        svg = draw_pareto(
            two.model_copy(update={"higher_is_better": is_more_better}),
            Words.of("en").numbers,
            ParetoLabels(x_axis="gap", y_axis="score", chosen="this <one>"),
        )
        places = re.search(r'<polyline points="([^"]+)"', svg)
        assert places
        first, corner, last = (tuple(map(float, place.split(","))) for place in places.group(1).split())
        assert corner == ((first[0], last[1]) if is_more_better else (last[0], first[1]))
        assert last[0] > first[0]
        assert last[1] < first[1]
        assert "this &lt;one&gt;" in svg
