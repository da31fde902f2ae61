"""Group inputs of similar length, so that almost nothing is spent on padding."""

from collections.abc import Sequence

import numpy as np


def token_batches(lengths: Sequence[int], budget: int) -> list[np.ndarray]:
    """Cut the inputs, sorted by length, into batches that hold at most `budget` tokens after padding.

    Args:
        lengths: Tokens of each input, each at least 1.
        budget: Most tokens in a batch, padding included; an input longer than that is a batch of its own.

    Returns:
        Arrays of positions in `lengths`, int64, every position once, the longest inputs first so that a machine with
        too little memory fails at once. The order depends on the lengths alone.
    """
    order = np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable")
    batches = []
    start = 0
    while start < len(order):
        n_rows = max(1, budget // lengths[order[start]])
        batches.append(order[start : start + n_rows])
        start += n_rows
    return batches
