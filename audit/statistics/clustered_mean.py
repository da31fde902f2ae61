"""A mean of examples that hang together, and its standard error."""

import numpy as np


def cluster_sums(clusters: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Sums of (n,) values within each cluster that occurs, float64."""
    codes = np.unique(clusters, return_inverse=True)[1]
    return np.asarray(np.bincount(codes, weights=np.asarray(values, float)))


def mean_error(
    values: np.ndarray, weights: np.ndarray | None, clusters: np.ndarray | None
) -> tuple[float, float, float]:
    """Weighted mean, its standard error, and the degrees of freedom of its t (below 1 where there is no interval).

    Args:
        values: (n,), at least one.
        weights: (n,) above 0, or None.
        clusters: (n,) codes, or None for independent examples.
    """
    n, weight = len(values), np.ones(len(values)) if weights is None else weights
    whole = float(weight.sum())
    mean = float(weight @ values / whole)
    degrees = whole**2 / float((weight**2).sum()) - 1
    if n < 2 or degrees < 1:
        return mean, float("nan"), degrees
    shares = weight * (values - mean)
    error = float(np.sqrt((shares**2).sum() * n / (n - 1))) / whole
    if clusters is None:
        return mean, error, degrees
    sums = cluster_sums(clusters, shares)
    m = len(sums)
    if m < 2:
        return mean, error * float(np.sqrt(n)), 1.0
    between = float(np.sqrt((sums**2).sum() * m / (m - 1))) / whole
    return mean, max(error, between), min(degrees, m - 1.0)
