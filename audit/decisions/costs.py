"""What errors cost: the mean cost of an example, and for two classes the threshold that makes it least.

The threshold is chosen on validation data and judged on the test set; chosen on the test set itself its cost would look
smaller than it is.

References:
    Elkan (2001), The foundations of cost-sensitive learning, IJCAI, sec. 1 (the cost matrix and its threshold).
"""

import difflib
from collections.abc import Mapping

import numpy as np
from scipy import stats

from boletim.audit.settings import Settings, doubt
from boletim.audit.statistics.clustered_mean import cluster_sums, mean_error
from boletim.audit.statistics.counts import confusion
from boletim.audit.tally.clusters import effective_trials
from boletim.audit.tally.draws import Draws
from boletim.audit.tally.subsets import Subset
from boletim.audit.tally.summed_subsets import SubsetSums
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.errors import InputError
from boletim.contracts.measure import Measure
from boletim.contracts.method import NORMAL, VALIDATION
from boletim.contracts.sentence import Sentence


def cost_matrix(costs: Mapping[str, float], labels: tuple[str, ...]) -> np.ndarray:
    """(k, k) float64, rows are true classes; what is not named costs nothing.

    Args:
        costs: `true class>predicted class` to its cost.
        labels: Class names.

    Raises:
        InputError: A key names a class that there is not; the nearest key is given.
    """
    places = {f"{gold}>{said}": (i, j) for i, gold in enumerate(labels) for j, said in enumerate(labels)}
    matrix = np.zeros((len(labels), len(labels)))
    for key, cost in costs.items():
        if key not in places:
            nearest = difflib.get_close_matches(key, places, n=1)
            hint = Sentence("errors.semicolon_did_you_mean", near=nearest[0]) if nearest else ""
            raise InputError("costs_written", labels=labels, key=key, hint=hint)
        matrix[places[key]] = cost
    return matrix


def expected_cost(subset: Subset | SubsetSums, settings: Settings) -> Measure:
    """`expected_cost` of an example of a subset, with a t interval.

    One pseudo-error of the dearest kind is added to the variance (never to the value), so that a sample without errors
    is not taken for free of them.

    Args:
        subset: At least one example.
        settings: With `costs`.
    """
    costs = cost_matrix(settings.config.costs, settings.labels)
    cells = subset.confusion(len(settings.labels))
    rows = None
    if subset.clusters is not None or subset.weights is not None:
        rows = costs[subset.gold, subset.predicted], subset.weights, subset.clusters
    return _measure("expected_cost", subset.scope, cells, costs, settings, rows)


def threshold_costs(
    predictions: Predictions, validation: Predictions, settings: Settings, draws: Draws
) -> list[Measure]:
    """`cost_threshold`, chosen on validation data, and `expected_cost_at_threshold` on the test set.

    An example is predicted as the second class when its score reaches the threshold.

    Args:
        predictions: On the test set, of two classes and with scores.
        validation: On the validation set, of the same model.
        settings: With `costs`.
        draws: How the examples of the test set hang together.
    """
    if predictions.scores is None or validation.scores is None or len(settings.labels) != 2:
        return []
    costs = cost_matrix(settings.config.costs, settings.labels)
    threshold = cheapest_threshold(validation.gold, validation.scores[:, 1], costs, validation.weights)
    said = (predictions.scores[:, 1] >= threshold).astype(np.int64)
    cells = confusion(predictions.gold, said, 2)
    rows = None
    if draws.codes is not None or draws.weights is not None:
        rows = costs[predictions.gold, said], draws.weights, draws.codes
    chosen = Measure(
        id="cost_threshold", metric="cost_threshold", value=threshold, n=validation.n, unit="score", method=VALIDATION
    )
    return [chosen, _measure("expected_cost_at_threshold", {}, cells, costs, settings, rows)]


def cheapest_threshold(
    gold: np.ndarray, score: np.ndarray, costs: np.ndarray, weights: np.ndarray | None = None
) -> float:
    """The threshold in [0, 1] with the least total cost; between equal ones that nearest to one half.

    Args:
        gold: (n,) int, 0 or 1.
        score: (n,) of class 1 in [0, 1]; the example is predicted as 1 when it reaches the threshold.
        costs: (2, 2), rows are true classes.
        weights: (n,) above 0, or None.

    Returns:
        Half-way between two scores that occur, or 0 (everything is class 1), or just above the largest, at most 1.
    """
    found = np.unique(score)
    candidates = np.r_[0.0, (found[:-1] + found[1:]) / 2, min(np.nextafter(found[-1], 2.0), 1.0)]
    order = np.argsort(score, kind="stable")
    by_score = costs[gold[order]] * (1.0 if weights is None else weights[order, None])
    n_below = np.searchsorted(score[order], candidates, side="left")
    as_first = np.r_[0.0, np.cumsum(by_score[:, 0])][n_below]
    as_second = by_score[:, 1].sum() - np.r_[0.0, np.cumsum(by_score[:, 1])][n_below]
    total = as_first + as_second
    best = np.flatnonzero(total <= total.min() + 1e-9 * max(float(costs.max()), 1e-300))
    return float(candidates[best[np.argmin(np.abs(candidates[best] - 0.5))]])


def _measure(
    metric: str,
    scope: dict[str, str],
    cells: np.ndarray,
    costs: np.ndarray,
    settings: Settings,
    rows: tuple[np.ndarray, np.ndarray | None, np.ndarray | None] | None,
) -> Measure:
    n = int(cells.sum())
    value = float((cells * costs).sum() / n)
    dearest = float(costs[cells.sum(axis=1) > 0].max())
    with_one = np.append(costs.ravel(), dearest)
    counts = np.append(cells.ravel(), 1)
    mean = (counts * with_one).sum() / (n + 1)
    variance = float((counts * (with_one - mean) ** 2).sum() / n)
    half = float(stats.t.isf((1 - settings.level) / 2, max(n - 1, 1)) * np.sqrt(variance / n))
    low, high = max(value - half, float(costs.min())), value + half
    if rows is not None:
        value, below, above = _of_rows(*rows, dearest, settings.level)
        low, high = max(min(low, below), float(costs.min())), max(high, above)
    return Measure(
        id=settings.id_of(metric, scope),
        metric=metric,
        value=value,
        low=low,
        high=high,
        level=settings.level,
        n=n,
        unit="score",
        higher_is_better=False,
        scope=scope,
        method=settings.method(NORMAL),
        undefined_because=doubt(n, True, settings) if scope else None,
    )


def _of_rows(
    paid: np.ndarray, weights: np.ndarray | None, clusters: np.ndarray | None, dearest: float, level: float
) -> tuple[float, float, float]:
    """Mean and interval of clustered or weighted examples: t, with the pseudo-error at their effective number."""
    mean, error, degrees = mean_error(paid, weights, clusters)
    if np.isnan(error):
        return mean, mean, mean
    weight = np.ones(len(paid)) if weights is None else weights / weights.mean()
    n_effective = float(weight.sum() ** 2 / (weight**2).sum())
    if clusters is not None:
        found, tried = (cluster_sums(clusters, one * weight)[:, None] for one in (paid > 0, np.ones(len(paid))))
        n_effective = min(n_effective, float(effective_trials(found, tried)[0]))
    half = float(stats.t.isf((1 - level) / 2, degrees)) * float(np.hypot(error, dearest / n_effective))
    return mean, mean - half, mean + half
