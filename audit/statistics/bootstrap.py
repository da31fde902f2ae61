"""Bootstrap on counts, never on rows.

A metric of predicted labels depends on the examples only through the confusion matrix, so resampling n rows within each
true class is one multinomial draw per class, whatever n is. The intervals hold for the class composition of the test
set as it is; a figure that weighs classes by their numbers (weighted F1) has these drawn too.

A sample with no error in a class would be resampled without error for ever and give an interval of width zero. So one
pseudo-hit and one pseudo-error, shared evenly by the classes present, are added to the probabilities drawn from (never
to the value). The draws are then moved by their own bias: to where the metric of those probabilities lies.

References:
    Efron and Tibshirani (1993), An Introduction to the Bootstrap, ch. 8 and 10; Agresti and Coull (1998), American
    Statistician 52:119 (pseudo-counts); Davison and Hinkley (1997), ch. 2.5 (smoothed) and 5.2 (percentile).
"""

from collections.abc import Callable

import numpy as np

from boletim.audit.statistics.counts import ClassCounts

Limits = tuple[float, float]
LabelMetric = Callable[[ClassCounts], np.ndarray]


def draw_counts(
    cells: np.ndarray, n_draws: int, rng: np.random.Generator, *, is_fixed: bool = True
) -> tuple[ClassCounts, ClassCounts]:
    """Resample a confusion matrix within each true class.

    Args:
        cells: (k, k) counts, rows are true classes.
        n_draws: Number of replicates.
        rng: Source of randomness.
        is_fixed: Whether each class keeps its number of examples; otherwise those are drawn too.

    Returns:
        The replicates, (n_draws, k) each; and what they are expected to be, (k,) each.
    """
    k = len(cells)
    gold = cells.sum(axis=1)
    golds = np.broadcast_to(gold, (n_draws, k))
    if not is_fixed:
        golds = rng.multinomial(gold.sum(), gold / gold.sum(), size=n_draws)
    hits, predicted = np.zeros((n_draws, k)), np.zeros((n_draws, k))
    mean_hits, mean_predicted = np.zeros(k), np.zeros(k)
    present = np.flatnonzero(gold)
    for row in present:
        weights = cells[row] + pseudo_counts(cells, int(row), 1 / len(present))
        places = np.flatnonzero(weights)
        chances = weights[places] / weights.sum()
        drawn = rng.multinomial(golds[:, row], chances)
        predicted[:, places] += drawn
        mean_predicted[places] += gold[row] * chances
        own = np.flatnonzero(places == row)
        if len(own):
            hits[:, row] = drawn[:, own[0]]
            mean_hits[row] = gold[row] * chances[own[0]]
    return (
        ClassCounts(hits, golds, predicted),
        ClassCounts(mean_hits, gold, mean_predicted),
    )


def metric_limits(
    metric: LabelMetric,
    drawn: tuple[ClassCounts, ClassCounts],
    value: float,
    level: float,
    lowest: float,
    highest: float,
) -> Limits | None:
    """Percentile interval of a metric from resampled counts, corrected for the resampling's own bias.

    Args:
        metric: Function of counts.
        drawn: What `draw_counts` gave.
        value: The metric of the sample; the interval is stretched to hold it.
        level: Confidence level in (0, 1).
        lowest: The metric's smallest possible value.
        highest: Its largest.

    Returns:
        Low and high, or None when the replicates do not vary or are undefined.
    """
    replicates = metric(drawn[0])
    replicates = replicates[~np.isnan(replicates)]
    centre = float(metric(drawn[1]))
    if not len(replicates) or np.isnan(centre) or np.ptp(replicates) == 0:
        return None
    low, high = percentiles(replicates + 2 * (centre - replicates.mean()), level)
    return max(min(low, value), lowest), min(max(high, value), highest)


def percentiles(replicates: np.ndarray, level: float) -> Limits:
    """The middle `level` of the replicates."""
    low, high = np.quantile(replicates, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def pseudo_counts(cells: np.ndarray, row: int, mass: float) -> np.ndarray:
    """(k,) `mass` on the diagonal and `mass` on the row's errors, or on the likeliest other class when it has none."""
    extra = np.zeros(len(cells))
    errors = cells[row].astype(float)
    errors[row] = 0
    if errors.sum() == 0:
        others = (cells.sum(axis=0) + cells.sum(axis=1)).astype(float)
        others[row] = 0
        if others.max() == 0:
            return extra
        errors[int(others.argmax())] = 1
    extra += mass * errors / errors.sum()
    extra[row] += mass
    return extra
