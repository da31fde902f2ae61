"""Where labels of points stand clear of lines, of one another and of the frame."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

Place = tuple[float, float]
Segment = tuple[Place, Place]
_LETTER, _ASCENT, _DESCENT, _ASIDE, _STEP = 6.0, 9.0, 3.0, 9.0, 4.0
"""Of bold text of 10.5 pixels: a letter's width at most, its height above and below the baseline."""
_N_STEPS = 24


class Box(NamedTuple):
    """A rectangle with its top smaller than its bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: "Box") -> bool:
        """Whether the other lies inside."""
        is_wide = self.left <= other.left and other.right <= self.right
        return is_wide and self.top <= other.top and other.bottom <= self.bottom

    def meets(self, other: "Box") -> bool:
        """Whether they overlap."""
        is_beside = self.right <= other.left or other.right <= self.left
        return not (is_beside or self.bottom <= other.top or other.bottom <= self.top)

    def is_crossed(self, line: Segment) -> bool:
        """Whether a line that runs to the right passes through."""
        (x1, y1), (x2, y2) = line
        first, last = max(x1, self.left), min(x2, self.right)
        if first > last:
            return False
        slope = (y2 - y1) / (x2 - x1) if x2 > x1 else 0.0
        heights = [y1 + slope * (x - x1) for x in (first, last)]
        return max(heights) >= self.top and min(heights) <= self.bottom


class _Label(NamedTuple):
    place: Place
    anchor: str
    box: Box
    cost: float


def free_places(labels: Sequence[tuple[Place, str]], inside: Box, lines: Sequence[Segment]) -> list[tuple[Place, str]]:
    """Baseline and anchor of each label: near its point, in the order given from top to bottom.

    Args:
        labels: Two at most: point and text, the higher point first.
        inside: Where labels may stand.
        lines: That no label should touch, each from left to right.
    """
    choices = [_choices(point, text, inside, lines) for point, text in labels]
    best = min(itertools.product(*choices), key=_cost)
    return [(label.place, label.anchor) for label in best]


def _choices(point: Place, text: str, inside: Box, lines: Sequence[Segment]) -> list[_Label]:
    found = []
    for step, side in itertools.product(range(-_N_STEPS, _N_STEPS + 1), ("end", "start")):
        x, y = point[0] + (-_ASIDE if side == "end" else _ASIDE), point[1] + 3.6 + step * _STEP
        width = _LETTER * len(text)
        left = x - width if side == "end" else x
        box = Box(left, y - _ASCENT, left + width, y + _DESCENT)
        cost = abs(step) + (0.5 if side == "start" else 0.0) + 100.0 * sum(box.is_crossed(line) for line in lines)
        found.append(_Label((x, y), side, box, cost + (0.0 if inside.holds(box) else 1000.0)))
    return found


def _cost(labels: Sequence[_Label]) -> float:
    cost = sum(label.cost for label in labels)
    for upper, lower in itertools.pairwise(labels):
        cost += 500.0 * upper.box.meets(lower.box) + 300.0 * (upper.place[1] >= lower.place[1])
    return cost
