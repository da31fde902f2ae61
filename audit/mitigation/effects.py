"""Figures of one setting over its seeds, each with how every unit of examples pulls on it.

A figure's pulls are its influence function on the sample: their squares sum to its variance over examples, and the
pulls of two settings on the same examples, subtracted, to that of the change. Recalls, macro F1 and flip rates are then
one kind of thing.

References:
    Hampel (1974), The influence curve and its role in robust estimation, JASA 69:383; Agresti and Min (2005), Simple
    improved confidence intervals for comparing matched proportions, Statistics in Medicine 24:729 (pseudo-examples).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from boletim.audit.settings import MISSING
from boletim.audit.tally.subsets import group_codes


@dataclass(frozen=True)
class Sample:
    """The examples that all settings answered."""

    labels: tuple[str, ...]
    gold: np.ndarray
    """(n, k) bool, which labels each example has; of one class each, exactly one."""
    groups: dict[str, np.ndarray]
    """Per group column, (n,) object: the group's name or None."""
    clusters: np.ndarray | None = None
    """(n,) author or template of each example, or None."""
    weights: np.ndarray | None = None
    """(n,) how many of the population each stands for, or None."""


@dataclass(frozen=True)
class Cell:
    """The examples of one class and one group, whose recall is asked for."""

    label: int
    group: str
    rows: np.ndarray
    """(n_cell,) int64."""


@dataclass(frozen=True)
class Effects:
    """m figures of one setting."""

    values: np.ndarray
    """(n_seeds, m)."""
    pulls: np.ndarray
    """(n_seeds, m, n_units)."""
    floor: np.ndarray
    """(m,) what one pseudo-example adds to each variance, so that settings that never differ are not called equal."""

    @property
    def means(self) -> np.ndarray:
        """(m,) over seeds."""
        return np.asarray(self.values.mean(axis=0))

    def through(self, matrix: np.ndarray) -> "Effects":
        """Linear combinations of the figures; (n_new, m) coefficients."""
        pulls = np.einsum("pm,smu->spu", matrix, self.pulls)
        return Effects(self.values @ matrix.T, pulls, matrix**2 @ self.floor)


def cells_of(sample: Sample, attribute: str, least: int) -> tuple[list[Cell], int]:
    """The class and group pairs with at least `least` examples, by class, then group; and how many have fewer.

    Examples without a group value are in none.
    """
    names, codes = group_codes(sample.groups[attribute])
    kept, n_small = list[Cell](), 0
    for label in np.flatnonzero(sample.gold.any(axis=0)):
        for place, group in enumerate(names):
            rows = np.flatnonzero(sample.gold[:, label] & (codes == place))
            if group == MISSING:
                continue
            if len(rows) >= least:
                kept.append(Cell(int(label), group, rows))
            else:
                n_small += 1
    return kept, n_small


def recalls(sample: Sample, predicted: np.ndarray, cells: Sequence[Cell]) -> Effects:
    """The recall of each cell.

    Args:
        sample: The examples.
        predicted: (n_seeds, n, k) bool.
        cells: From `cells_of`.
    """
    n_seeds, n = predicted.shape[:2]
    weights = _weights(sample.weights, n)
    values, pulls = np.zeros((n_seeds, len(cells))), np.zeros((n_seeds, len(cells), n))
    floor = np.zeros(len(cells))
    for place, cell in enumerate(cells):
        own = weights[cell.rows]
        hits = predicted[:, cell.rows, cell.label].astype(float)
        values[:, place] = hits @ own / own.sum()
        pulls[:, place, cell.rows] = own * (hits - values[:, [place]]) / own.sum()
        floor[place] = (own**2).sum() / own.sum() ** 2 / len(cell.rows)
    return Effects(values, _by_unit(pulls, sample.clusters), floor)


def macro_f1(sample: Sample, predicted: np.ndarray) -> Effects:
    """Mean F1 over the labels that an example has or is given, as the audit's `f1_macro`; one figure.

    Args:
        sample: The examples.
        predicted: (n_seeds, n, k) bool.
    """
    n_seeds, n = predicted.shape[:2]
    weights = _weights(sample.weights, n)
    gold = sample.gold.astype(float)
    values, pulls = np.zeros((n_seeds, 1)), np.zeros((n_seeds, 1, n))
    for seed, said in enumerate(predicted.astype(float)):
        hits, total = weights @ (said * gold), weights @ (said + gold)
        used = total > 0
        f1 = 2 * hits[used] / total[used]
        values[seed, 0] = f1.mean()
        own = (2 * said * gold - _spread_out(f1, used) * (said + gold))[:, used] / total[used]
        pulls[seed, 0] = weights * own.mean(axis=1)
    sizes = (weights @ gold)[sample.gold.any(axis=0)]
    floor = np.array([(1 / sizes**2).sum() / len(sizes) ** 3]) if len(sizes) else np.zeros(1)
    return Effects(values, _by_unit(pulls, sample.clusters), floor)


def _spread_out(f1: np.ndarray, used: np.ndarray) -> np.ndarray:
    """(k,) the F1 of each label, 0 where it is not used."""
    row = np.zeros(len(used))
    row[used] = f1
    return row


def flip_rate(flips: np.ndarray, clusters: np.ndarray | None, weights: np.ndarray | None) -> Effects:
    """The share of swapped texts whose answer changes; one figure.

    Args:
        flips: (n_seeds, n_swapped) bool, at least one text.
        clusters: (n_swapped,) author or template of each text, or None.
        weights: (n_swapped,) or None.
    """
    own = _weights(weights, flips.shape[1])
    values = flips @ own[:, None] / own.sum()
    pulls = own * (flips - values) / own.sum()
    floor = np.array([(own**2).sum() / own.sum() ** 2 / len(own)])
    return Effects(values, _by_unit(pulls[:, None, :], clusters), floor)


def _weights(weights: np.ndarray | None, n: int) -> np.ndarray:
    return np.ones(n) if weights is None else np.asarray(weights / weights.mean())


def _by_unit(pulls: np.ndarray, clusters: np.ndarray | None) -> np.ndarray:
    """Pulls summed within clusters; those of independent examples as they are."""
    if clusters is None:
        return pulls
    _, codes = np.unique(np.asarray(clusters).astype(str), return_inverse=True)
    n, n_units = len(codes), int(codes.max()) + 1
    member = sparse.csr_matrix((np.ones(n), (np.arange(n), codes)), shape=(n, n_units))
    return np.asarray(pulls.reshape(-1, n) @ member).reshape(*pulls.shape[:2], n_units)
