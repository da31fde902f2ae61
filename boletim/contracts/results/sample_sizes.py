"""Refits at growing sizes of the training split, and what they say about more data."""

from boletim.contracts.record import Record


class SizePoint(Record):
    """Refits of one size."""

    n_train: int
    n_refits: int
    value: float
    """Mean score on the test set."""
    low: float | None = None
    high: float | None = None


class SizeCurve(Record):
    """Score by number of training examples."""

    metric: str
    points: tuple[SizePoint, ...]
    """By growing size."""
    floor: float | None = None
    """Of error = floor + slope x^-exponent, x the size over the largest; None with fewer than three sizes."""
    slope: float | None = None
    exponent: float | None = None
    n_test: int
    level: float
    worthwhile: float
    """The smallest gain that the configuration calls worth having."""
    n_missing: int = 0
    """Refits that were asked for and not made, for lack of time or because they failed."""
