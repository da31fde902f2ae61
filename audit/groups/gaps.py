"""Gaps between groups: the largest difference, with an interval that holds near zero too.

The value is max - min over the judged groups. A bootstrap of |difference| cannot reach zero, and a maximum over pairs
is biased upwards, so neither is used. Each signed pairwise difference gets an interval [l, u], all of them simultaneous
by Bonferroni; then |d| lies in [max(0, l, -u), max(|l|, |u|)], and the maximum over pairs lies between the largest
lower and the largest upper limit. The interval is conservative: it covers at least at its level.

References:
    Newcombe (1998), Statistics in Medicine 17:873; Zou and Donner (2008), Statistics in Medicine 27:1693.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from boletim.audit.statistics.proportions import Limits, critical, difference, ratio, simultaneous_level, wilson
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Unit
from boletim.contracts.method import NEWCOMBE, SQUARE_AND_ADD, Method, simultaneous_over_pairs

PROPORTIONS = {
    "accuracy",
    "exact_match",
    "no_answer_accuracy",
    "recall",
    "precision",
    "selection_rate",
    "false_positive_rate",
}
PER_CLASS = {
    "recall_gap": ("recall",),
    "equal_opportunity_difference": ("recall",),
    "predictive_parity_difference": ("precision",),
    "demographic_parity_difference": ("selection_rate",),
    "equalized_odds_difference": ("recall", "false_positive_rate"),
}
"""Gaps per class, and the metrics whose differences they are."""


@dataclass(frozen=True)
class Scale:
    """What the figures of groups are counted in."""

    gap_unit: Unit = "difference"
    lowest: float = 0.0
    highest: float = 1.0
    said_as: str = ""
    """Key of the sentences about gaps of metrics that have none of their own, such as `score`."""

    @property
    def is_of_shares(self) -> bool:
        """Whether the figures are shares, and not somebody else's score."""
        return self.gap_unit == "difference"

    @property
    def span(self) -> float:
        """How far apart two figures can be; 1 where that is not known."""
        span = self.highest - self.lowest
        return span if np.isfinite(span) else 1.0


SHARES = Scale()


@dataclass(frozen=True)
class GroupFigures:
    """One metric (of one class) in the groups that are judged."""

    names: tuple[str, ...]
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: np.ndarray
    level: float
    """Of `low` and `high`."""
    is_proportion: bool
    """Values are counts out of n, so Wilson's limits hold at any level; otherwise the limits are stretched."""
    scale: Scale = SHARES
    method: Method | None = None
    """How their intervals are made."""

    def compared_by(self, step: Method = SQUARE_AND_ADD, plain: Method = NEWCOMBE) -> Method:
        """How intervals of comparisons are made: `plain` of plain shares, else the groups' own method and the step."""
        return plain if self.is_proportion else self.method + step if self.method else step

    @property
    def n_pairs(self) -> int:
        """Comparisons of two groups."""
        return len(self.values) * (len(self.values) - 1) // 2

    @property
    def standard_errors(self) -> np.ndarray:
        """Half-width of the interval over its quantile."""
        return np.asarray((self.high - self.low) / (2 * critical(self.level)))

    def limits(self, level: float) -> Limits:
        """Limits at another level."""
        if self.is_proportion:
            return wilson(np.rint(self.values * self.n), self.n, level)
        stretch = critical(level) / critical(self.level)
        low = np.maximum(self.values - stretch * (self.values - self.low), self.scale.lowest)
        return low, np.minimum(self.values + stretch * (self.high - self.values), self.scale.highest)

    def only(self, names: Sequence[str]) -> "GroupFigures":
        """The same for some of the groups."""
        keep = np.array([name in names for name in self.names], dtype=bool)
        kept = tuple(name for name in self.names if name in names)
        parts = (self.values[keep], self.low[keep], self.high[keep], self.n[keep])
        return GroupFigures(kept, *parts, self.level, self.is_proportion, self.scale, self.method)


@dataclass(frozen=True)
class Gap:
    """A largest difference (or smallest ratio) with its interval."""

    value: float
    low: float
    high: float
    n: int
    """Examples in the denominators of the groups compared."""


def largest_difference(sets: Sequence[GroupFigures], level: float) -> Gap:
    """The largest max - min over sets of groups (classes, or two rates of one class).

    Args:
        sets: At least one, each with two groups or more.
        level: At which the interval of the maximum holds.
    """
    each = simultaneous_level(level, sum(figures.n_pairs for figures in sets))
    values, lows, highs = [], [], []
    for figures in sets:
        first, second = np.triu_indices(len(figures.values), 1)
        low, high = figures.limits(each)
        below, above = difference(
            figures.values[first], (low[first], high[first]), figures.values[second], (low[second], high[second])
        )
        values.append(float(np.ptp(figures.values)))
        lows.append(float(np.maximum(np.maximum(below, -above), 0).max()))
        highs.append(float(np.maximum(np.abs(below), np.abs(above)).max()))
    worst = int(np.argmax(values))
    value = values[worst]
    top = min(max(*highs, value), max(figures.scale.highest - figures.scale.lowest for figures in sets))
    return Gap(value, min(max(lows), value), top, int(sets[worst].n.sum()))


def smallest_ratio(sets: Sequence[GroupFigures], level: float) -> Gap | None:
    """The smallest min / max over sets of groups; None when no set has a value above zero.

    Args:
        sets: Each with two groups or more.
        level: At which the interval of the minimum holds.
    """
    sets = [figures for figures in sets if figures.values.max() > 0]
    if not sets:
        return None
    each = simultaneous_level(level, sum(figures.n_pairs for figures in sets))
    values, lows, highs = [], [], []
    for figures in sets:
        first, second = np.triu_indices(len(figures.values), 1)
        smaller = np.where(figures.values[first] <= figures.values[second], first, second)
        larger = first + second - smaller
        low, high = figures.limits(each)
        below, above = ratio(
            figures.values[smaller], (low[smaller], high[smaller]), figures.values[larger], (low[larger], high[larger])
        )
        with np.errstate(divide="ignore"):
            folded_low = np.minimum(below, np.where(above > 0, 1 / above, np.inf))
        values.append(float(figures.values.min() / figures.values.max()))
        lows.append(float(np.clip(folded_low, 0, 1).min()))
        highs.append(float(np.where(above < 1, above, 1.0).min()))
    worst = int(np.argmin(values))
    value = values[worst]
    return Gap(value, min(*lows, value), max(min(highs), value), int(sets[worst].n.sum()))


def pairs_method(sets: Sequence[GroupFigures], step: Method = SQUARE_AND_ADD, plain: Method = NEWCOMBE) -> Method:
    """How the interval of the largest of all comparisons is made; see `GroupFigures.compared_by`."""
    n_pairs, method = sum(figures.n_pairs for figures in sets), sets[0].compared_by(step, plain)
    return method + simultaneous_over_pairs(n_pairs) if n_pairs > 1 else method


def in_common(sets: Sequence[GroupFigures]) -> list[GroupFigures]:
    """The same figures for the groups that all of them judge."""
    shared = set(sets[0].names).intersection(*(figures.names for figures in sets[1:]))
    return [figures.only(tuple(shared)) for figures in sets]


@dataclass(frozen=True)
class SharedF1:
    """Macro F1 of the groups compared, over the classes that all of them have."""

    figures: GroupFigures | None
    """None where it cannot be compared."""
    p: float | None
    absent: tuple[str, ...]
    """Classes that are not in all of the groups, and take no part."""
    n_classes: int
    undefined_because: Reason | None = None


def too_few(least: int, where: str = "") -> Reason:
    """Why a comparison of groups is undefined: fewer than two have `least` examples, of a class where it is of one."""
    match where:
        case "recall":
            return Reason.of("few_groups_with_class", least=least)
        case "precision":
            return Reason.of("few_groups_with_predicted", least=least)
        case "any class":
            return Reason.of("few_groups_in_every_class", least=least)
    return Reason.of("few_groups", least=least)
