"""Intervals for mean losses (Brier score, log loss) that count what was not seen.

Most of a good model's loss comes from its few errors, so that a sample with none or two of them shows a mean loss and
a spread that are both too small: t covered .38 to .66 where .95 was promised. An example's loss is what it would be if
the likeliest class were true, which is known of every example, and what an error adds. Of the latter the upper limit
is a gamma quantile, with one pseudo-error at the effective number of examples; it costs what being wrong would add to
the loss of a mean example, or what the errors seen added where that is more. The lower limit is that of t, which errs
on the safe side. Log loss is clipped at the spacing of float64 (36 nats), which is the most that an error can cost.

References:
    Fay and Feuer (1997), Confidence intervals for directly standardized rates: a method based on the gamma
    distribution, Statistics in Medicine 16:791 (one further event, of a given weight, in the upper limit).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from boletim.audit.statistics.clustered_mean import cluster_sums, mean_error
from boletim.audit.statistics.proportions import critical
from boletim.audit.tally.clusters import effective_trials

Loss = Callable[[np.ndarray, np.ndarray], np.ndarray]
Limits = tuple[float, float]


@dataclass(frozen=True)
class LossParts:
    """What a mean loss is made of."""

    value: float
    least: float
    """Its mean if the likeliest class were always true."""
    one_error: float
    """What a further error would add to one example's loss."""
    error: float
    """Standard error of the value."""
    degrees: float
    """Degrees of freedom of its t."""
    n_effective: float
    """Independent examples that they are worth."""


def least_and_added(loss: Loss, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n,) the loss if the likeliest class were true, and (n,) what it would add that the second likeliest is.

    Args:
        loss: Gold (n,) and scores (n, k) to (n,).
        scores: (n, k) float64, at least two classes.
    """
    ranked = np.argsort(scores, axis=1, kind="stable")
    least = np.asarray(loss(ranked[:, -1], scores))
    return least, np.asarray(loss(ranked[:, -2], scores)) - least


def loss_parts(
    loss: Loss,
    gold: np.ndarray,
    scores: np.ndarray,
    weights: np.ndarray | None = None,
    clusters: np.ndarray | None = None,
) -> LossParts:
    """The parts of a mean loss of examples.

    Args:
        loss: Gold (n,) and scores (n, k) to (n,).
        gold: (n,) int, index of the true class.
        scores: (n, k) float64.
        weights: (n,) above 0, or None.
        clusters: (n,) codes, or None for independent examples.
    """
    losses = np.asarray(loss(gold, scores))
    value, error, degrees = mean_error(losses, weights, clusters)
    least, added = least_and_added(loss, scores)
    weight = np.ones(len(losses)) if weights is None else weights / weights.mean()
    is_error = scores.argmax(axis=1) != gold
    n_effective = float(weight.sum() ** 2 / (weight**2).sum())
    if clusters is not None:
        found, tried = (cluster_sums(clusters, one)[:, None] for one in (weight * is_error, weight))
        n_effective = min(n_effective, float(effective_trials(found, tried)[0]))
    rate = float(weight @ is_error / weight.sum())
    mean_least = float(weight @ least / weight.sum())
    one_error = cost_of_one(value - mean_least, rate, float(weight @ added / weight.sum()))
    return LossParts(value, mean_least, one_error, error, degrees, n_effective)


def cost_of_one(added_in_all: float, rate: float, added_by_one: float) -> float:
    """What a further error would add: as to a mean example, or as the errors seen did where that is more."""
    return max(added_by_one, added_in_all / rate if rate > 0 else 0.0)


def loss_limits(parts: LossParts, level: float, lowest: float, highest: float) -> Limits | None:
    """Low and high of a mean loss; None with too few examples for a spread.

    Args:
        parts: Of the examples.
        level: Confidence level in (0, 1).
        lowest: The smallest possible value.
        highest: The largest.
    """
    if np.isnan(parts.error):
        return None
    quantile = float(stats.t.isf((1 - level) / 2, parts.degrees))
    half = quantile * parts.error
    unseen = parts.one_error / parts.n_effective
    mean = max(parts.value - parts.least, 0.0) + unseen
    variance = (parts.error * quantile / critical(level)) ** 2 + unseen**2
    high = parts.value + half
    if mean > 0:
        gamma = stats.gamma.isf((1 - level) / 2, mean**2 / variance, scale=variance / mean)
        high = max(high, parts.least + float(gamma))
    return max(parts.value - half, lowest), min(high, highest)
