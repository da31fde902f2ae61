"""What share of clustered examples counts as independent ones, for a figure that is a function of counts.

The figure moves, when one example's weight grows by a little, by that example's influence. The squares of the
influences, summed within clusters first, estimate the variance of clustered examples, and each by itself that of
independent ones; their ratio is the design effect. Where few clusters make most of the variance it is underestimated,
so it is averaged, their effective number to one, with its largest, the size of a cluster; the quantile of t shrinks the
share further. Replicates of so many fewer examples are drawn then, smoothed as those of independent ones are.

References:
    Davison and Hinkley (1997), Bootstrap Methods and their Application, ch. 2.7 (empirical influence); Korn and
    Graubard (1998), Survey Methodology 24:193 (effective size); Carter, Schnepel and Steigerwald (2017), Review of
    Economics and Statistics 99:698 (effective number of clusters).
"""

from collections.abc import Callable

import numpy as np
from scipy import sparse

from boletim.audit.statistics.clustered_mean import cluster_sums
from boletim.audit.statistics.proportions import critical, critical_t

Figure = Callable[[np.ndarray], np.ndarray]
"""(n_rows, n_columns) sums of columns to (n_rows,) values."""
_STEP = 1e-4
_NUMBERS_AT_ONCE = 2_000_000


def effective_share(figure: Figure, columns: np.ndarray | sparse.spmatrix, clusters: np.ndarray, level: float) -> float:
    """In (0, 1]; see above.

    Args:
        figure: Of the columns' sums, the same when all of them are multiplied by one number.
        columns: (n, n_columns) what each example adds to them, at least one example.
        clusters: (n,) codes.
        level: Confidence level in (0, 1).
    """
    sizes = cluster_sums(clusters, np.ones(len(clusters)))
    m, n = len(sizes), len(clusters)
    sums = np.asarray(columns.sum(axis=0), dtype=float).ravel()
    slope = slopes(figure, sums)
    influence = np.asarray(columns @ slope).ravel() - float(sums @ slope) / n
    alone, together = float((influence**2).sum()), cluster_sums(clusters, influence) ** 2
    largest = float((sizes**2).sum() / n)
    n_felt, design = 0.0, largest
    if m > 1 and together.sum() > 1e-18:
        n_felt = float(together.sum() ** 2 / (together**2).sum())
        design = max(float(together.sum()) * m / (m - 1) / alone, 1.0)
    design = (n_felt * design + max(largest, design)) / (n_felt + 1)
    return float((critical(level) / critical_t(level, max(m - 1, 1))) ** 2 / design)


def slopes(figure: Figure, sums: np.ndarray) -> np.ndarray:
    """(n_columns,) central differences of the figure at the sums; 0 for columns without any, which no example moves."""
    found, moved = np.zeros(len(sums)), np.flatnonzero(sums > 0)
    at_once = max(1, _NUMBERS_AT_ONCE // (2 * len(sums)))
    for start in range(0, len(moved), at_once):
        places = moved[start : start + at_once]
        step = np.zeros((len(places), len(sums)))
        step[np.arange(len(places)), places] = _STEP * sums[places]
        found[places] = (figure(sums + step) - figure(sums - step)) / (2 * _STEP * sums[places])
    return np.nan_to_num(found)
