import itertools
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boletim.contracts.answers.one_label import Point
from boletim.contracts.language import load_language
from boletim.contracts.results.search import CurvePoint
from boletim.reports.charts.confusion import draw_confusion
from boletim.reports.charts.interval_dots import DotRow, draw_interval_dots
from boletim.reports.charts.learning_curve import CurveLabels, draw_learning_curve
from boletim.reports.charts.reliability import draw_reliability
from boletim.reports.charts.svg import tick_decimals, ticks
from boletim.reports.page.numbers import Numbers

NUMBERS = Numbers(load_language("pt-BR").numbers)
SPACE = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [entry.text or "" for entry in parsed(svg).iter(f"{SPACE}text")]


def test_dots_lie_where_their_values_say() -> None:
    rows = [DotRow("a", 0.25, 0.0, 0.5, "x"), DotRow("b", 0.75, 0.5, 1.0, "y", is_judged=False)]
    root = parsed(draw_interval_dots(rows, NUMBERS, limits=(0.0, 1.0), axis="axis"))
    places = [float(dot.attrib["cx"]) for dot in root.iter(f"{SPACE}circle")]
    bars = [
        (float(line.attrib["x1"]), float(line.attrib["x2"]))
        for line in root.iter(f"{SPACE}line")
        if line.attrib["y1"] == line.attrib["y2"]
    ]
    width = bars[1][1] - bars[0][0]
    assert [(place - bars[0][0]) / width for place in places] == pytest.approx([0.25, 0.75], abs=1e-4)
    assert bars[0][1] == bars[1][0]
    hollow = [dot.attrib["fill"] for dot in root.iter(f"{SPACE}circle")]
    assert hollow[0] != hollow[1] == "#FFFFFF"


def test_charts_write_numbers_as_the_reader_does() -> None:
    svg = draw_reliability(
        [Point(confidence=0.5, accuracy=0.4, low=0.3, high=0.5, n=10)],
        NUMBERS, x_axis="c", y_axis="a", promised="word", kept="deed",
    )  # fmt: skip
    assert "0,8" in texts(svg)
    assert {"— word", "● deed"} <= set(texts(svg))


def test_bins_of_almost_one_confidence_stand_apart() -> None:
    bins = [Point(confidence=0.94 + i / 1000, accuracy=1.0, low=0.97, high=1.0, n=131) for i in range(9)]
    svg = draw_reliability(bins, NUMBERS, x_axis="c", y_axis="a", promised="word", kept="deed")
    places = [float(dot.attrib["cx"]) for dot in parsed(svg).iter(f"{SPACE}circle")]
    assert len(places) == 9
    assert min(later - earlier for earlier, later in itertools.pairwise(places)) > 10  # a dot is 6 wide


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_label_gives_well_formed_svg(labels: list[str]) -> None:
    counts = [[index + 1] * len(labels) for index in range(len(labels))]
    svg = draw_confusion(labels, counts, NUMBERS, rows="<r>", columns="&c")
    assert "<r>" in texts(svg)


def test_a_curve_without_training_loss_is_drawn() -> None:
    labels = CurveLabels("train", "validation", "kept", "x", "y")
    points = [CurvePoint(step=step, epoch=1.0, validation_loss=1.0 / step) for step in (1, 2, 4)]
    svg = draw_learning_curve(points, 2, NUMBERS, labels)
    assert "validation" in texts(svg)
    assert "train" not in texts(svg)


@given(st.floats(-50, 50), st.floats(0.01, 100))
def test_ticks_are_round_inside_the_range_and_told_apart(low: float, span: float) -> None:
    marks = ticks(low, low + span)
    assert 1 <= len(marks) <= 12
    assert all(low - 1e-6 * span <= mark <= low + span * (1 + 1e-6) for mark in marks)
    written = [f"{mark:.{tick_decimals(marks)}f}" for mark in marks]
    assert len(set(written)) == len(marks)
