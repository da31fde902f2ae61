"""Bootstrap of clusters: examples that share an author or a template are drawn together.

References:
    Davison and Hinkley (1997), Bootstrap Methods and their Application, ch. 3.8; Obuchowski (1997), Biometrics 53:567
    (AUC of clustered data: the influences are summed within clusters).
"""

import numpy as np
from scipy import sparse

from audit.counts import ClassCounts

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
        n_rows = len(codes)
        member = sparse.csr_matrix((np.ones(n_rows), (codes, np.arange(n_rows))), shape=(self.n_clusters, n_rows))
        per_cluster = (member @ sparse.csr_matrix(columns)).toarray()
        starts = range(0, len(self._weights), _DRAWS_AT_ONCE)
        parts = [self._weights[s : s + _DRAWS_AT_ONCE].astype(np.float64) @ per_cluster for s in starts]
        return np.concatenate(parts)

    def counts(self, codes: np.ndarray, gold: np.ndarray, predicted: np.ndarray, n_labels: int) -> ClassCounts:
        """Resampled class counts, (n_draws, n_labels) each."""
        rows = np.arange(len(gold))
        hit = np.flatnonzero(gold == predicted)
        row_index = np.concatenate([rows[hit], rows, rows])
        column = np.concatenate([gold[hit], gold + n_labels, predicted + 2 * n_labels])
        shape = (len(gold), 3 * n_labels)
        drawn = self.sums(codes, sparse.csr_matrix((np.ones(len(column)), (row_index, column)), shape=shape))
        return ClassCounts(drawn[:, :n_labels], drawn[:, n_labels : 2 * n_labels], drawn[:, 2 * n_labels :])
