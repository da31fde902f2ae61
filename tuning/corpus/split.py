"""Cut rows into splits of asked shares."""

import numpy as np
import pandas as pd

Shares = dict[str, float]
"""Split name to share; the shares sum to 1."""


def split_rows(labels: pd.Series, shares: Shares, *, stratify: bool, seed: int) -> np.ndarray:
    """Which split each row goes to, when rows stand alone.

    Stratified, each class keeps its share in every split up to one row, has at least one row in each split if it has
    as many rows as there are splits, and the splits keep their sizes. Otherwise rows are drawn whatever their class.

    Args:
        labels: (n,) class of each row.
        shares: Of each split.
        stratify: Whether to keep class shares equal.
        seed: Same seed, same split.

    Returns:
        (n,) object, split names.
    """
    rng = np.random.default_rng(seed)
    classes = pd.factorize(labels, sort=True)[0] if stratify else np.zeros(len(labels), dtype=np.int64)
    sizes = _class_sizes(np.bincount(classes), np.asarray(list(shares.values())), rng)
    names = np.asarray(list(shares), dtype=object)
    places = np.empty(len(labels), dtype=object)
    for index, row_sizes in enumerate(sizes):
        places[rng.permutation(np.flatnonzero(classes == index))] = np.repeat(names, row_sizes)
    return places


def _class_sizes(counts: np.ndarray, shares: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rows of each class in each split, (n_classes, n_splits) int64.

    Each class gets its whole shares; what is left over goes where the split as a whole lacks most.
    """
    quotas = np.outer(counts, shares)
    sizes = np.maximum(np.floor(quotas + 1e-9).astype(np.int64), 1)
    for index in np.flatnonzero(sizes.sum(axis=1) > counts):
        while sizes[index].sum() > counts[index]:
            sizes[index, np.argmax(sizes[index])] -= 1
    lacking = quotas.sum(axis=0) - sizes.sum(axis=0)
    for index in rng.permutation(len(counts)):
        for split in np.argsort(-lacking, kind="stable")[: counts[index] - sizes[index].sum()]:
            sizes[index, split] += 1
            lacking[split] -= 1
    return sizes
