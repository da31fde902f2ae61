"""Whether more data would help is on the page of the learning curve, with chart, table and verdict."""

import re

import pytest

from boletim.contracts.finding import Finding
from boletim.contracts.language import load_language
from boletim.contracts.measure import Measure
from boletim.contracts.results.sample_sizes import SizeCurve, SizePoint
from boletim.reports.charts.sample_sizes import SizeLabels, draw_sample_sizes
from boletim.reports.page.html import render_html
from boletim.reports.page.numbers import Numbers

POINTS = ((70, 0.61, 0.55, 0.67), (140, 0.72, 0.68, 0.76), (560, 0.90, 0.88, 0.92))


@pytest.fixture
def with_sizes(make_card, audit):
    def make(n_missing=0):
        curve = SizeCurve(
            metric="f1_macro",
            points=tuple(SizePoint(n_train=n, n_refits=2, value=v, low=lo, high=hi) for n, v, lo, hi in POINTS),
            floor=0.02,
            slope=0.08,
            exponent=0.7,
            n_test=1960,
            level=0.95,
            worthwhile=0.01,
            n_missing=n_missing,
        )
        scores = [
            Measure(
                id=f"score_by_sample_size{{n_train={n}}}",
                metric="score_by_sample_size",
                value=v,
                low=lo,
                high=hi,
                level=0.95,
                n=1960,
                unit="score",
                scope={"n_train": str(n)},
            )
            for n, v, lo, hi in POINTS
        ]
        gain = Measure(
            id="gain_from_doubling",
            metric="gain_from_doubling",
            value=0.031,
            low=0.012,
            high=0.055,
            level=0.95,
            n=1960,
            unit="difference",
        )
        claim = Finding(
            severity="info",
            kind="data",
            verdict="shown",
            measures=(gain.id,),
            key="more_data_shown",
            values={"metric": "f1_macro", "gain": 0.031, "low": 0.012, "high": 0.055},
        )
        changes = {
            "sample_sizes": curve,
            "measures": (*audit.measures, *scores, gain),
            "findings": (*audit.findings, claim),
        }
        return make_card(audit=audit.model_copy(update=changes))

    return make


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "Would more data help?",
                "Twice the training data would raise Macro F1 by 0.031 (0.012 to 0.055)",
                "560 2 0.900 [0.880, 0.920]",
                "Gain from twice the data 0.031 [0.012, 0.055]",
                "3 refits that were asked for are missing",
            ],
        ),
        ("pt-BR", ["Mais dados ajudariam?", "O dobro dos dados de treino aumentaria", "560 2 0,900 [0,880; 0,920]"]),
    ],
)
def test_sizes_are_on_the_card(with_sizes, language, expected):
    html = render_html(with_sizes(n_missing=3), language)
    text = " ".join(re.sub(r"<[^>]+>", " ", html).replace("\N{NO-BREAK SPACE}", " ").split())
    for part in expected:
        assert part in text, part


def test_nothing_is_said_where_nothing_was_trained_again(card):
    assert "Would more data help" not in render_html(card, "en")


@pytest.mark.parametrize(("doubled", "is_there"), [((0.93, 0.91, 0.95), True), (None, False)])
def test_the_chart_reaches_to_twice_the_data_where_they_are_known(with_sizes, doubled, is_there):
    curve = with_sizes().audit.sample_sizes
    labels = SizeLabels(x_axis="Training texts", y_axis="Macro F1", law="law", doubled="twice")
    svg = draw_sample_sizes(curve, doubled, Numbers(load_language("en").numbers), labels)
    assert all(f">{size}<" in svg for size in (70, 140, 560))
    assert (">1,120<" in svg) == is_there
