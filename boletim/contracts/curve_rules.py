"""The limits by which a learning curve is named; the audit judges by them, and the card prints them."""

FEWEST_POINTS = 4
DIVERGED = 1.25
"""Training loss at the end over that at the start."""
SMALL = 0.25
"""Nats; moves of a loss below it are judged as if it were this large."""
SWING = 0.10
RISE = 0.20
STILL_FALLING, TRAIN_STILL_FALLING = 0.13, 0.08
TO_COME, TRAIN_TO_COME = 0.06, 0.03
METRIC_GAP, NO_METRIC_GAP = 0.10, 0.05
LOSS_GAP, LOSS_RATIO = 0.15, 2.0
LOW_TRAIN_METRIC = 0.75
LITTLE_LEARNT, LOW_LOSS = 0.25, 0.45


def reach(n: int) -> int:
    """How many neighbours on each side take part in the median at an evaluation, of a curve of n."""
    return 0 if n < 6 else 1 if n <= 12 else 2


def n_last(n: int) -> int:
    """Through how many of the last evaluations of n the line goes that tells whether a loss still falls."""
    return max(3, n // 2 + 1)
