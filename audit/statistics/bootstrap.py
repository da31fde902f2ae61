"""Bootstrap on counts, never on rows.

A metric of predicted labels depends on the examples only through the confusion matrix, so resampling n rows within each
true class is one multinomial draw per class, whatever n is. The intervals then hold for the class composition of the
test set as it is, which is enough for means of recalls. A figure that depends on the classes' numbers (F1, kappa,
Matthews' coefficient: a rarer class has more false alarms among its answers) has these drawn too.

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
        cells: (k, k) counts, rows are true classes; fewer than there are where clusters make examples worth less.
        n_draws: Number of replicates.
        rng: Source of randomness.
        is_fixed: Whether each class keeps its number of examples; otherwise those are drawn too.

    Returns:
        The replicates, (n_draws, k) each; and what they are expected to be, (k,) each.
    """
    k = len(cells)
    gold = cells.sum(axis=1)
    n, whole = max(round(gold.sum()), 1), np.where(gold > 0, np.maximum(np.rint(gold), 1), 0).astype(np.int64)
    golds, expected = np.broadcast_to(whole, (n_draws, k)), whole.astype(float)
    if not is_fixed:
        mass = masses(cells)
        expected = n * mass / mass.sum()
        golds = rng.multinomial(n, mass / mass.sum(), size=n_draws)
    hits, predicted = np.zeros((n_draws, k)), np.zeros((n_draws, k))
    mean_hits, mean_predicted = np.zeros(k), np.zeros(k)
    present = np.flatnonzero(expected)
    for row in present:
        weights = cells[row] + pseudo_counts(cells, int(row), 1 / len(present))
        places = np.flatnonzero(weights)
        chances = weights[places] / weights.sum()
        drawn = rng.multinomial(golds[:, row], chances)
        predicted[:, places] += drawn
        mean_predicted[places] += expected[row] * chances
        own = np.flatnonzero(places == row)
        if len(own):
            hits[:, row] = drawn[:, own[0]]
            mean_hits[row] = expected[row] * chances[own[0]]
    return (
        ClassCounts(hits, golds, predicted),
        ClassCounts(mean_hits, expected, mean_predicted),
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


def masses(table: np.ndarray) -> np.ndarray:
    """(k,) what the classes' numbers are drawn by: their examples, and one that unseen but predicted classes share.

    A sample without an example of a class would otherwise say for ever that there is none, and that the model is always
    wrong where it answers that class.
    """
    gold: np.ndarray = table.sum(axis=1).astype(float)
    is_unseen = (gold == 0) & (table.sum(axis=0) > 0)
    gold[is_unseen] = 1 / max(int(is_unseen.sum()), 1)
    return gold


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
