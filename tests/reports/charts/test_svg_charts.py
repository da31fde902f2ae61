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


@pytest.mark.parametrize(("train", "validation", "kept"), [
    ([1.425, 0.591, 0.321, 0.198, 0.171, 0.148], [1.46, 0.686, 0.409, 0.293, 0.277, 0.256], 6),
    ([0.188, 0.1, 0.05, 0.03, 0.02, 0.013], [0.3, 0.2, 0.12, 0.1, 0.09, 0.02], 6),
    ([0.599, 0.575, 0.445, 0.296, 0.272, 0.225], [0.605, 0.6, 0.561, 0.553, 0.648, 0.624], 4),
    ([0.6, 0.5, 0.4, 0.3, 0.2, 0.1], [0.6, 0.7, 0.8, 0.9, 1.0, 1.1], 1),
])  # fmt: skip
def test_both_kept_losses_are_named_and_touch_neither_axis_nor_lines(
    train: list[float], validation: list[float], kept: int
) -> None:
    labels = CurveLabels("train", "validation", "kept", "x", "y")
    points = [
        CurvePoint(step=step, epoch=1.0, train_loss=t, validation_loss=v)
        for step, (t, v) in enumerate(zip(train, validation, strict=True), 1)
    ]
    drawing = parsed(draw_learning_curve(points, kept, NUMBERS, labels))
    boxes = []
    for name, loss in (("train", train), ("validation", validation)):
        text = f"{name} {NUMBERS.number(loss[kept - 1], 3)}"
        (label,) = [item for item in drawing.iter(f"{SPACE}text") if item.text == text]
        x, y, width = float(label.attrib["x"]), float(label.attrib["y"]), 6.0 * len(text)
        left = x - width if label.attrib["text-anchor"] == "end" else x
        boxes.append((left, y - 9, left + width, y + 3))
    assert all(bottom < 170 for *_, bottom in boxes)  # the axis of 0
    assert boxes[0][1] >= boxes[1][3] or boxes[1][1] >= boxes[0][3]
    for line in drawing.iter(f"{SPACE}polyline"):
        places = [tuple(map(float, place.split(","))) for place in line.attrib["points"].split()]
        for (x1, y1), (x2, y2) in itertools.pairwise(places):
            for share in range(101):
                x, y = x1 + (x2 - x1) * share / 100, y1 + (y2 - y1) * share / 100
                assert not any(left < x < right and top < y < bottom for left, top, right, bottom in boxes)


@given(st.floats(-50, 50), st.floats(0.01, 100))
def test_ticks_are_round_inside_the_range_and_told_apart(low: float, span: float) -> None:
    marks = ticks(low, low + span)
    assert 1 <= len(marks) <= 12
    assert all(low - 1e-6 * span <= mark <= low + span * (1 + 1e-6) for mark in marks)
    written = [f"{mark:.{tick_decimals(marks)}f}" for mark in marks]
    assert len(set(written)) == len(marks)
