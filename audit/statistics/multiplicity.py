"""Many comparisons at once.

References:
    Benjamini and Hochberg (1995), JRSS B 57:289.
"""

from collections.abc import Sequence

import numpy as np


def benjamini_hochberg(p_values: Sequence[float]) -> np.ndarray:
    """Adjusted p-values (q): rejecting where q <= r keeps the false discovery rate at r.

    Args:
        p_values: p in [0, 1], in any order.

    Returns:
        (n,) float64 in the order given, each at least its p; empty for an empty family.

    Raises:
        ValueError: A p is NaN or outside [0, 1]; a test that was not made is left out of the family.
    """
    p = np.asarray(p_values, dtype=np.float64)
    if np.isnan(p).any() or ((p < 0) | (p > 1)).any():
        raise ValueError(f"p-values must lie in [0, 1], got {p[~((p >= 0) & (p <= 1))][:3].tolist()}")
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted
