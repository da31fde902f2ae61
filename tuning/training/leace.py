"""LEACE: the smallest affine change of vectors after which no linear reader can tell a concept from them.

References:
    Belrose et al. (2023), LEACE: Perfect linear concept erasure in closed form, NeurIPS, theorem 4.3.
"""

from dataclasses import dataclass

import numpy as np

_SMALLEST = 1e-10
"""Of the largest eigenvalue or singular value: what is below counts as none."""


@dataclass(frozen=True)
class Eraser:
    """x becomes x - removed (x - mean)."""

    removed: np.ndarray
    """(d, d) float64, an oblique projection onto what tells the concept."""
    mean: np.ndarray
    """(d,) float64."""

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors (n, d) without the concept."""
        return np.asarray(vectors - (vectors - self.mean) @ self.removed.T)

    def folded(self, weight: np.ndarray, bias: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Weight (k, d) and bias (k,) of a linear layer that erases before it does what it did."""
        return weight - weight @ self.removed, bias + weight @ self.removed @ self.mean


def fit_eraser(vectors: np.ndarray, concepts: np.ndarray) -> Eraser:
    """The eraser of concepts from vectors.

    Args:
        vectors: (n, d), n of 2 or more.
        concepts: (n, c), such as one column of zeros and ones for each group.
    """
    vectors, concepts = np.asarray(vectors, dtype=np.float64), np.asarray(concepts, dtype=np.float64)
    mean = vectors.mean(axis=0)
    centred = vectors - mean
    spread = centred.T @ centred / (len(vectors) - 1)
    shared = centred.T @ (concepts - concepts.mean(axis=0)) / (len(vectors) - 1)
    values, axes = np.linalg.eigh(spread)
    is_kept = values > _SMALLEST * max(values[-1], np.finfo(float).tiny)
    root = np.sqrt(values[is_kept])
    whiten, unwhiten = (axes[:, is_kept] / root) @ axes[:, is_kept].T, (axes[:, is_kept] * root) @ axes[:, is_kept].T
    left, sizes, _ = np.linalg.svd(whiten @ shared, full_matrices=False)
    left = left[:, sizes > _SMALLEST * max(sizes.max(initial=0.0), np.finfo(float).tiny)]
    return Eraser(unwhiten @ left @ left.T @ whiten, mean)
