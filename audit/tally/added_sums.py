"""The sums of two tables as the sums of both."""

import numpy as np

from boletim.audit.tally.sums import Moments, PredictionSums, ScoreSums, are_too_many_bins, merged_moments
from boletim.contracts.name_order import in_order


def added(one: PredictionSums, other: PredictionSums) -> PredictionSums:
    """The sums of all rows of two tables; classes, groups and cells that only one of them has are kept.

    Args:
        one: Its cells come first.
        other: Has the same group columns and the same bins of scores.
    """
    labels = in_order({*one.labels, *other.labels})
    groups = {name: tuple(sorted({*one.groups[name], *other.groups[name]})) for name in one.groups}
    cells, places = _joined_cells(_cells_in(one, groups), _cells_in(other, groups))
    pairs = np.concatenate([_pairs_in(side, labels, place) for side, place in zip((one, other), places, strict=True)])
    found, where = np.unique(pairs[:, :3], axis=0, return_inverse=True)
    counts = np.zeros(len(found), dtype=np.int64)
    np.add.at(counts, where.ravel(), pairs[:, 3])
    scores = None
    if one.scores is not None and other.scores is not None:
        scores = _added_scores(one.scores, other.scores, places, len(cells))
    return PredictionSums(
        labels, groups, cells, np.column_stack([found, counts]), scores, one.n_contradicted + other.n_contradicted
    )


def _cells_in(sums: PredictionSums, groups: dict[str, tuple[str, ...]]) -> np.ndarray:
    """(n_cells, n_columns) the cells' places among the values of both tables."""
    cells = sums.cells.copy()
    for i, (name, values) in enumerate(groups.items()):
        place = {value: k for k, value in enumerate(values)}
        cells[:, i] = np.array([place[value] for value in sums.groups[name]], dtype=np.int64)[cells[:, i]]
    return cells


def _joined_cells(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """The cells of both tables, each once, and where those of either stand among them."""
    place = {tuple(cell): i for i, cell in enumerate(one.tolist())}
    moved = np.array([place.setdefault(tuple(cell), len(place)) for cell in other.tolist()], dtype=np.int64)
    return np.array(list(place), dtype=np.int64).reshape(len(place), one.shape[1]), (np.arange(len(one)), moved)


def _pairs_in(sums: PredictionSums, labels: tuple[str, ...], cells: np.ndarray) -> np.ndarray:
    place = {name: i for i, name in enumerate(labels)}
    codes = np.array([place[name] for name in sums.labels], dtype=np.int64)
    pairs = sums.pairs
    return np.column_stack([cells[pairs[:, 0]], codes[pairs[:, 1]], codes[pairs[:, 2]], pairs[:, 3]])


def _added_scores(one: ScoreSums, other: ScoreSums, places: tuple[np.ndarray, np.ndarray], n_cells: int) -> ScoreSums:
    """Of the same classes: each has a score column."""
    sides = tuple(zip((one, other), places, strict=True))
    is_per_cell = one.is_per_cell and other.is_per_cell and not are_too_many_bins(one.areas, one.confidence, n_cells)

    def added_bins(tables: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        if not is_per_cell:
            return np.asarray(sum(table.sum(axis=0, keepdims=True, dtype=table.dtype) for table in tables))
        whole = np.zeros((n_cells, *tables[0].shape[1:]), dtype=tables[0].dtype)
        for table, place in zip(tables, places, strict=True):
            whole[place] += table
        return whole

    def added_moments(name: str) -> Moments:
        spread = [np.zeros((3, n_cells)) for _ in sides]
        for table, (side, place) in zip(spread, sides, strict=True):
            of_side = side.moments[name]
            table[:, place] = of_side.n, of_side.mean, of_side.squares
        return Moments(*merged_moments(*spread))

    return ScoreSums(
        moments={name: added_moments(name) for name in one.moments},
        areas=tuple(map(added_bins, zip(one.areas, other.areas, strict=True))),
        single=one.single,
        confidence=added_bins((one.confidence, other.confidence)),
        is_per_cell=is_per_cell,
    )
