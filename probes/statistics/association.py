"""The Word Embedding Association Test on any vectors.

References:
    Caliskan et al. 2017, Semantics derived automatically from language corpora contain human-like biases, pages
    183-186 and supplement: the effect size uses the sample standard deviation (n - 1 in the denominator), which
    reproduces the published numbers and the population one does not.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from boletim.probes.statistics.crossed import Estimate

_CHUNK = 20_000


@dataclass(frozen=True)
class Association:
    """Effect size and its test."""

    effect: float
    """Difference of the mean associations in standard deviations; positive: X goes with A, Y with B."""
    p: float | None
    """One-sided, over equal-size partitions of X and Y; None where the two differ in size."""
    is_exact: bool
    """Whether all partitions were counted; else random ones, the observed among them."""


def associate(
    x: np.ndarray, y: np.ndarray, a: np.ndarray, b: np.ndarray, *, n_partitions: int = 100_000, seed: int = 0
) -> Association:
    """Test whether target words X are closer to attribute words A, and Y to B.

    Args:
        x: (n_x, n_dimensions) vectors; none may be zero.
        y: The same for Y; the permutation test needs n_x = n_y.
        a: The same for A.
        b: The same for B.
        n_partitions: Up to that many partitions are all counted; beyond, that many are drawn.
        seed: Of the draw.
    """
    s = word_associations(np.vstack([x, y]), a, b)
    n = len(x)
    effect = effect_size(s[:n], s[n:])
    if n != len(y):
        return Association(effect, None, False)
    observed = s[:n].sum()
    # the partition statistic is 2 * sum over X minus the constant total, so the sum over X alone decides
    tolerance = 1e-12 * max(1.0, float(np.abs(s).sum()))
    if math.comb(2 * n, n) <= n_partitions:
        subsets = itertools.combinations(range(2 * n), n)
        n_all, n_above = 0, 0
        while chunk := list(itertools.islice(subsets, _CHUNK)):
            n_above += int((s[np.array(chunk)].sum(axis=1) >= observed - tolerance).sum())
            n_all += len(chunk)
        return Association(effect, n_above / n_all, True)
    generator = np.random.default_rng(seed)
    n_above = 1
    for start in range(0, n_partitions, _CHUNK):
        draws = generator.permuted(np.tile(s, (min(_CHUNK, n_partitions - start), 1)), axis=1)[:, :n].sum(axis=1)
        n_above += int((draws >= observed - tolerance).sum())
    return Association(effect, n_above / (n_partitions + 1), False)


def word_associations(w: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """s(w, A, B): mean cosine with A minus mean cosine with B, (n_w,) float64."""
    w, a, b = (m / np.linalg.norm(m, axis=1, keepdims=True) for m in (w, a, b))
    s: np.ndarray = (w @ a.T).mean(axis=1) - (w @ b.T).mean(axis=1)
    return s


def effect_size(s_x: np.ndarray, s_y: np.ndarray) -> float:
    """[mean over X - mean over Y] / sample standard deviation over both; 0 where all words associate alike."""
    spread = float(np.concatenate([s_x, s_y]).std(ddof=1))
    return float((s_x.mean() - s_y.mean()) / spread) if spread > 0 else 0.0


def effect_interval(s_x: np.ndarray, s_y: np.ndarray, level: float, seed: int, n_replicates: int) -> Estimate:
    """The effect size with a percentile bootstrap over the target words of each side."""
    generator = np.random.default_rng(seed)
    draws = [effect_size(generator.choice(s_x, len(s_x)), generator.choice(s_y, len(s_y))) for _ in range(n_replicates)]
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(effect_size(s_x, s_y), float(low), float(high))


def holm(p_values: list[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given: rejecting at r keeps any false rejection below r."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted
