"""Settings compared with `none` on the same examples and seeds: figures, changes, verdicts, and which is chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from boletim.audit.mitigation.effects import Cell, Effects, Sample, cells_of, flip_rate, macro_f1, recalls
from boletim.audit.mitigation.extremes import (
    Estimate,
    change_of,
    change_of_largest_gap,
    change_of_lowest,
    largest_gap,
    lowest,
    own,
    pairs_matrix,
)
from boletim.audit.mitigation.intervals import Seeds, own_seed_variance, pooled, seed_variance
from boletim.audit.mitigation.verdict import BETTER, F1, FLIPS, GAP, LOWEST, WORSE, judge
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, Unit, measure_id
from boletim.contracts.method import PAIRED, SIMULTANEOUS, Method
from boletim.contracts.results.mitigations import MitigationRow

NONE = "none"
_FALLS = ("largest_recall_gap", "flip_rate")


@dataclass(frozen=True)
class Trained:
    """What one setting's models said, a seed each, in the same order of seeds for all settings."""

    name: str
    predicted: np.ndarray
    """(n_seeds, n, k) bool."""
    flips: np.ndarray
    """(n_seeds, n_swapped) bool: whether the answer to a text changes when the genders in it are swapped."""
    is_derived: bool = False
    """Whether its models were made from those of `none` and not trained, so that seeds move the change less."""


def compare_settings(
    sample: Sample, swapped: np.ndarray, trained: Sequence[Trained], config: AuditConfig, split: str
) -> tuple[list[MitigationRow], int]:
    """Figures of each setting, changes from `none`, verdicts.

    The intervals of one row's changes hold together over its disparities and over all rows: a verdict is rarely wrong
    anywhere in the table.

    Args:
        sample: The examples.
        swapped: (n_swapped,) int64, rows of the examples that have a copy with the genders swapped.
        trained: `none` and at least one other, two seeds or more.
        config: Level, margin and the fewest examples of a class in a group.
        split: Name of the examples, for the measures.

    Returns:
        A row for each setting, and how many pairs of class and group had too few examples.
    """
    compared = {one.name: _Compared(sample, swapped, one, config.min_group) for one in trained}
    none = compared[NONE]
    others = [one for name, one in compared.items() if name != NONE]
    n_disparities = sum(bool(len(none.pairs[name])) for name in sample.groups) + bool(len(swapped))
    level = 1 - (1 - config.level) / max(len(others) * n_disparities, 1)
    rows = []
    for one in compared.values():
        say = _Speaker(one.trained, split, level, config.level)
        changes: tuple[Measure, ...] = ()
        found = None
        if one is not none:
            peers = [other for other in others if other.trained.is_derived == one.trained.is_derived]
            changes = tuple(_changes(one, none, peers, say))
            found = judge(changes, config.margin)
        rows.append(
            MitigationRow(
                mitigation=one.trained.name,
                n_seeds=len(one.trained.predicted),
                measures=tuple(_figures(one, say)),
                changes=changes,
                verdict=found.verdict if found else None,
                because=found.because if found else None,
                shrank=found.shrank if found else (),
                untold=found.untold if found else (),
            )
        )
    return rows, none.n_small


def chosen_of(rows: Sequence[MitigationRow]) -> str:
    """Of the settings that improved, the one whose worst-served group fares best; `none` where none improved."""
    improved = [row for row in rows if row.verdict == "improved"]
    return max(improved, key=_standing).mitigation if improved else NONE


def _standing(row: MitigationRow) -> tuple[float, float]:
    values = {one.metric: one.value or 0.0 for one in row.measures}
    return values.get("lowest_recall", 0.0), values.get("f1_macro", 0.0)


class _Compared:
    """One setting's figures."""

    def __init__(self, sample: Sample, swapped: np.ndarray, trained: Trained, least: int) -> None:
        self.sample, self.swapped, self.trained = sample, swapped, trained
        found = {name: cells_of(sample, name, least) for name in sample.groups}
        self.cells: dict[str, list[Cell]] = {name: cells for name, (cells, _) in found.items()}
        self.n_small = sum(n for _, n in found.values())
        self.pairs = {name: pairs_matrix(cells) for name, cells in self.cells.items()}

    @cached_property
    def f1(self) -> Effects:
        return macro_f1(self.sample, self.trained.predicted)

    @cached_property
    def recalls(self) -> Mapping[str, Effects]:
        predicted = self.trained.predicted
        return {name: recalls(self.sample, predicted, cells) for name, cells in self.cells.items()}

    @cached_property
    def every_recall(self) -> Effects | None:
        """Those of all columns' cells; None where there is no cell."""
        cells = [cell for own in self.cells.values() for cell in own]
        return recalls(self.sample, self.trained.predicted, cells) if cells else None

    @cached_property
    def gaps(self) -> Mapping[str, Effects]:
        return {name: self.recalls[name].through(pairs) for name, pairs in self.pairs.items() if len(pairs)}

    @cached_property
    def flips(self) -> Effects | None:
        if not len(self.swapped):
            return None
        clusters, weights = self.sample.clusters, self.sample.weights
        rows = self.swapped
        return flip_rate(
            self.trained.flips,
            None if clusters is None else clusters[rows],
            None if weights is None else weights[rows],
        )


@dataclass(frozen=True)
class _Speaker:
    """Makes measures of estimates."""

    trained: Trained
    split: str
    level: float
    """Of each interval of a change, so that all rows' hold together."""
    named_level: float
    """What the configuration asks for, of one interval or of all of them together."""

    def measure(
        self, metric: str, estimate: Estimate | None, n: int, scope: dict[str, str] | None = None, unit: Unit = "share"
    ) -> Measure:
        """A figure, or that there are too few examples for it."""
        scope = {**(scope or {}), "mitigation": self.trained.name, "split": self.split}
        is_change = metric.endswith("_change")
        base = metric.removesuffix("_change")
        method = Method.of("examples_and_seeds", n=len(self.trained.predicted))
        method = method + PAIRED + SIMULTANEOUS if is_change else method
        return Measure(
            id=measure_id(metric, scope),
            metric=metric,
            value=None if estimate is None else estimate.value,
            low=None if estimate is None else min(estimate.low, estimate.value),
            high=None if estimate is None else max(estimate.high, estimate.value),
            level=None if estimate is None else self.named_level,
            n=n,
            unit="difference" if is_change else unit,
            higher_is_better=base not in _FALLS,
            scope=scope,
            method=None if estimate is None else method,
            undefined_because=Reason.of("no_two_judged") if estimate is None else None,
        )


def _figures(one: _Compared, say: _Speaker) -> list[Measure]:
    n, n_seeds, level = len(one.sample.gold), len(one.trained.predicted), say.named_level

    def seeds(effects: Effects) -> Seeds:
        return pooled([own_seed_variance(effects)], n_seeds)

    made = [say.measure("f1_macro", own(one.f1, 0, seeds(one.f1), level), n, unit="score")]
    for name in one.sample.groups:
        gaps = one.gaps.get(name)
        found = None if gaps is None else largest_gap(gaps, seeds(gaps), level)
        made.append(say.measure("largest_recall_gap", found, _n(one, name), {"attribute": name}, "difference"))
    every = one.every_recall
    least = None if every is None else lowest(every, seeds(every), level)
    made.append(say.measure("lowest_recall", least, sum(_n(one, name) for name in one.cells)))
    if one.flips is not None:
        made.append(say.measure("flip_rate", own(one.flips, 0, seeds(one.flips), level), len(one.swapped)))
    return made


def _changes(one: _Compared, none: _Compared, peers: Sequence[_Compared], say: _Speaker) -> list[Measure]:
    n_seeds, level = len(one.trained.predicted), say.level

    def seeds(of: str, name: str | None = None, sign: int = -1) -> Seeds:
        return pooled([seed_variance(_get(peer, of, name), _get(none, of, name), sign) for peer in peers], n_seeds)

    made = [say.measure(F1, change_of(one.f1, none.f1, 0, seeds("f1"), level), len(one.sample.gold))]
    for name in one.sample.groups:
        scope, n = {"attribute": name}, _n(one, name)
        if name not in none.gaps:
            made += [say.measure(metric, None, n, scope) for metric in (GAP, BETTER, WORSE)]
            continue
        now, then = one.gaps[name], none.gaps[name]
        apart, together = seeds("gaps", name), seeds("gaps", name, 1)
        made.append(say.measure(GAP, change_of_largest_gap(now, then, apart, together, level), n, scope))
        for metric, place in zip((BETTER, WORSE), _ahead_and_behind(none, name), strict=True):
            cell = none.cells[name][place]
            found = change_of(one.recalls[name], none.recalls[name], place, seeds("recalls", name), level)
            where = {"class": one.sample.labels[cell.label], "attribute": name, "group": cell.group}
            made.append(say.measure(metric, found, len(cell.rows), where))
    now_all, then_all = one.every_recall, none.every_recall
    least = None
    if now_all is not None and then_all is not None:
        least = change_of_lowest(now_all, then_all, seeds("every_recall"), level)
    made.append(say.measure(LOWEST, least, sum(_n(one, name) for name in one.cells)))
    if one.flips is not None and none.flips is not None:
        made.append(say.measure(FLIPS, change_of(one.flips, none.flips, 0, seeds("flips"), level), len(one.swapped)))
    return made


def _get(one: _Compared, of: str, name: str | None) -> Effects:
    found = getattr(one, of)
    effects: Effects = found if name is None else found[name]
    return effects


def _n(one: _Compared, attribute: str) -> int:
    return sum(len(cell.rows) for cell in one.cells[attribute])


def _ahead_and_behind(none: _Compared, attribute: str) -> tuple[int, int]:
    """Places of the two cells with the largest gap under `none`: the group that is ahead, and the one behind."""
    widest = none.pairs[attribute][int(abs(none.gaps[attribute].means).argmax())]
    places = np.flatnonzero(widest)
    means = none.recalls[attribute].means[places]
    return int(places[means.argmax()]), int(places[means.argmin()])
