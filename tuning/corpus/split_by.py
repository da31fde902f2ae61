"""Cut rows into splits so that no owner's rows cross them."""

import numpy as np
import pandas as pd

from boletim.contracts.answers.label_sets import label_names, membership, names_of
from boletim.contracts.errors import DataError
from boletim.tuning.corpus.split import Shares


def split_by_owner(
    source: str, labels: pd.Series, owners: pd.Series, shares: Shares, *, stratify: bool, seed: int
) -> np.ndarray:
    """Which split each row goes to, when the rows of an owner (an author, say) stay together.

    Owners go one by one, large before small, to the split that they bring nearest to its share of rows and, when
    stratified, of each class. Before that each split is given an owner for every class.

    Args:
        source: Named in errors.
        labels: (n,) class of each row, or the text of its set of labels; each label is balanced then.
        owners: (n,) owner of each row.
        shares: Of each split.
        stratify: Whether to keep class shares about equal.
        seed: Same seed, same split.

    Returns:
        (n,) object, split names.

    Raises:
        DataError: The owners, or the owners of a class, are fewer than the splits.
    """
    owner_codes, owner_names = pd.factorize(owners, sort=True)
    classes = pd.Index(label_names(labels.unique()))
    held = membership([names_of(row) for row in labels], tuple(classes))
    rows = np.zeros((len(owner_names), len(classes)), dtype=np.int64)
    np.add.at(rows, owner_codes, held)
    sizes = np.bincount(owner_codes)
    _check_owners(source, str(owners.name), rows, classes, len(shares))
    order = _large_first(sizes, np.random.default_rng(seed))
    chosen = np.full(len(rows), -1)
    chosen[order] = _assign(rows[order], sizes[order], np.asarray(list(shares.values())), stratify)
    places: np.ndarray = np.asarray(list(shares), dtype=object)[chosen[owner_codes]]
    return places


def _check_owners(source: str, by: str, rows: np.ndarray, classes: pd.Index, n_splits: int) -> None:
    if len(rows) < n_splits:
        raise DataError("split_by_few", n_splits=n_splits, by=by, n_rows=len(rows), at=source)
    n_owners = (rows > 0).sum(axis=0)
    if n_owners.min() < n_splits:
        index = int(n_owners.argmin())
        raise DataError(
            "split_by_class", n_splits=n_splits, name=classes[index], n_owners=n_owners[index], by=by, at=source
        )


def _large_first(sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Owners by size, halving from step to step, in random order within a step."""
    order = rng.permutation(len(sizes))
    return order[np.argsort(-np.floor(np.log2(sizes[order])), kind="stable")]


def _assign(rows: np.ndarray, sizes: np.ndarray, shares: np.ndarray, stratify: bool) -> np.ndarray:
    """The split of each owner, (n_owners,) int64."""
    totals = sizes[:, None]
    counted = np.hstack([totals, rows]).astype(np.float64) if stratify else totals.astype(np.float64)
    weights = 1 / counted.sum(axis=0) ** 2
    weights[1:] /= max(1, rows.shape[1])
    lacking = shares[:, None] * counted.sum(axis=0)
    chosen = np.full(len(rows), -1)

    def cost(owners: np.ndarray, split: np.ndarray) -> np.ndarray:
        """How much farther from its shares the split would be with the owner."""
        brought = counted[owners]
        farther: np.ndarray = ((brought**2 - 2 * brought * lacking[split]) * weights).sum(axis=-1)
        return farther

    for label in np.argsort((rows > 0).sum(axis=0), kind="stable"):  # the class with the fewest owners chooses first
        for split in np.argsort(shares, kind="stable"):
            if not rows[chosen == split, label].any():
                free = np.flatnonzero((chosen == -1) & (rows[:, label] > 0))
                if len(free):
                    best = free[np.argmin(cost(free, np.asarray(split)))]
                    chosen[best] = split
                    lacking[split] -= counted[best]
    for owner in np.flatnonzero(chosen == -1):
        chosen[owner] = np.argmin(cost(np.asarray(owner), np.arange(len(shares))))
        lacking[chosen[owner]] -= counted[owner]
    return chosen
