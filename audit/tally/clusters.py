"""Bootstrap of clusters: examples that share an author or a template are drawn together.

References:
    Davison and Hinkley (1997), Bootstrap Methods and their Application, ch. 3.8; Obuchowski (1997), Biometrics 53:567
    (AUC of clustered data: the influences are summed within clusters).
"""

import numpy as np
from scipy import sparse

from boletim.audit.statistics.counts import ClassCounts
from boletim.audit.statistics.proportions import critical, critical_t, wilson

_DRAWS_AT_ONCE = 100


class ClusterDraws:
    """One set of resampled clusters, shared by every figure of an audit."""

    def __init__(self, clusters: np.ndarray, n_draws: int, rng: np.random.Generator) -> None:
        """Draw whole clusters with replacement.

        Args:
            clusters: (n,) cluster of each example, any hashable values.
            n_draws: Number of replicates.
            rng: Source of randomness.
        """
        names, self.codes = np.unique(np.asarray(clusters).astype(str), return_inverse=True)
        self.n_clusters = len(names)
        self._weights = np.empty((n_draws, self.n_clusters), dtype=np.uint16)
        for draw in range(n_draws):
            chosen = rng.integers(0, self.n_clusters, self.n_clusters)
            self._weights[draw] = np.bincount(chosen, minlength=self.n_clusters)

    def sums(self, codes: np.ndarray, columns: np.ndarray | sparse.spmatrix) -> np.ndarray:
        """Resampled column sums.

        Args:
            codes: (n_rows,) cluster code of each row.
            columns: (n_rows, n_columns) what to sum.

        Returns:
            (n_draws, n_columns) float64.
        """
        per_cluster = self.per_cluster(codes, columns)
        starts = range(0, len(self._weights), _DRAWS_AT_ONCE)
        parts = [self._weights[s : s + _DRAWS_AT_ONCE].astype(np.float64) @ per_cluster for s in starts]
        return np.concatenate(parts)

    def per_cluster(self, codes: np.ndarray, columns: np.ndarray | sparse.spmatrix) -> np.ndarray:
        """Column sums within each cluster, (n_clusters, n_columns) float64.

        Args:
            codes: (n_rows,) cluster code of each row.
            columns: (n_rows, n_columns) what to sum.
        """
        n_rows = len(codes)
        member = sparse.csr_matrix((np.ones(n_rows), (codes, np.arange(n_rows))), shape=(self.n_clusters, n_rows))
        return np.asarray((member @ sparse.csr_matrix(columns)).toarray())

    def counts(self, gold: np.ndarray, predicted: np.ndarray, n_labels: int) -> ClassCounts:
        """Resampled class counts of all rows, (n_draws, n_labels) each."""
        return as_counts(self.sums(self.codes, indicators(gold, predicted, n_labels)), n_labels)


def clustered_wilson(successes: np.ndarray, trials: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's interval with the number of trials that clusters leave, and t for their small number.

    The variance of the share between clusters gives the design effect, and with it the effective number of independent
    trials, which the quantile of t shrinks further. Where k clusters hold all of the rarer outcome, the design effect
    is averaged, k to one, with its largest, the size of a cluster: from a handful of clusters it is underestimated, and
    a share of 0.02 in 30 clusters was covered in 90 % instead of 95 % (benchmarks/coverage/coverage.py).

    Args:
        successes: (n_clusters, k) counts.
        trials: (n_clusters, k) counts.
        level: Confidence level in (0, 1).

    Returns:
        Low and high, (k,) each; NaN without trials.

    References:
        Korn and Graubard (1998), Confidence intervals for proportions with small expected number of positive counts
        estimated from survey data, Survey Methodology 24:193; Franco et al. (2019), JSSAM 7:334 (Wilson's form).
    """
    effective = effective_trials(successes, trials)
    share = successes.sum(axis=0) / np.where(trials.sum(axis=0) > 0, trials.sum(axis=0), 1.0)
    degrees = np.maximum((trials > 0).sum(axis=0) - 1, 1)
    effective = effective * np.array([critical(level) / critical_t(level, int(one)) for one in degrees]) ** 2
    return wilson(share * effective, effective, level)


def effective_trials(successes: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """Independent trials that clustered ones are worth, (k,) float64; see `clustered_wilson`."""
    total, n_clusters = trials.sum(axis=0), (trials > 0).sum(axis=0)
    size = np.where(total > 0, total, 1.0)
    share = successes.sum(axis=0) / size
    spread = ((successes - share * trials) ** 2).sum(axis=0) * n_clusters / np.maximum(n_clusters - 1, 1) / size**2
    n_rarer = np.minimum((successes > 0).sum(axis=0), (trials > successes).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        design = np.where(spread > 0, np.maximum(spread * total / (share * (1 - share)), 1.0), total / n_clusters)
        largest = np.maximum((trials**2).sum(axis=0) / size, design)
        return np.asarray(total / ((n_rarer * design + largest) / (n_rarer + 1)))


def stretch_of_t(n_clusters: int, level: float) -> float:
    """How much wider t makes an interval from so many clusters than the normal distribution; 1 for many."""
    if n_clusters < 2:
        return 1.0
    quantiles = critical_t(level, n_clusters - 1) / critical(level)
    return float(quantiles * np.sqrt(n_clusters / (n_clusters - 1)))


def indicators(
    gold: np.ndarray, predicted: np.ndarray, n_labels: int, weights: np.ndarray | None = None
) -> sparse.csr_matrix:
    """What each row adds to hits, gold and predicted of each class, (n, 3 n_labels); `as_counts` reads sums of rows."""
    rows = np.arange(len(gold))
    hit = np.flatnonzero(gold == predicted)
    row_index = np.concatenate([rows[hit], rows, rows])
    column = np.concatenate([gold[hit], gold + n_labels, predicted + 2 * n_labels])
    values = np.ones(len(column)) if weights is None else weights[row_index]
    return sparse.csr_matrix((values, (row_index, column)), shape=(len(gold), 3 * n_labels))


def as_counts(sums: np.ndarray, n_labels: int) -> ClassCounts:
    """Sums of `indicators` as counts."""
    return ClassCounts(sums[:, :n_labels], sums[:, n_labels : 2 * n_labels], sums[:, 2 * n_labels :])
