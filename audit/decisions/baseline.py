"""Is the model better than always answering the most frequent class?

References:
    Newcombe (1998), Statistics in Medicine 17:2635 (paired difference); McNemar (1947), Psychometrika 12:153.
"""

import numpy as np

from boletim.audit.metrics.per_class.f1 import from_share
from boletim.audit.settings import Settings
from boletim.audit.statistics.clustered_limits import mean_error, paired_limits, share_limits
from boletim.audit.statistics.homogeneity import mcnemar
from boletim.audit.statistics.proportions import critical_t, paired_difference, wilson
from boletim.audit.tally.subsets import Subset
from boletim.audit.tally.sums import SubsetSums
from boletim.contracts.measure import Measure, Unit
from boletim.contracts.method import NEWCOMBE, NORMAL, PAIRED, WILSON, Method, majority_of


def baseline_measures(everything: Subset | SubsetSums, place: int, origin: str, settings: Settings) -> list[Measure]:
    """Accuracy and macro F1 of always answering one class, and the model's accuracy over it on the same examples.

    Macro F1 of the constant answer is 2 s / (1 + s) over the number of classes in gold or answered, where s is the
    class's share; its interval is that of s, carried over.

    Args:
        everything: All examples.
        place: Index of the class always answered.
        origin: Which labels it is the majority of: `training` or `test`.
        settings: Level, names, seed.
    """
    if isinstance(everything, Subset) and everything.weights is not None:
        return _weighted(everything, everything.weights, place, origin, settings)
    cells = everything.confusion(len(settings.labels))
    n, n_class = everything.n, int(cells[place].sum())
    n_occurring = len(set(np.flatnonzero(cells.sum(axis=1))) | {place})
    low, high = (float(limit) for limit in wilson(np.array(n_class), np.array(n), settings.level))
    if everything.clusters is not None:
        low, high = share_limits(everything.gold == place, np.ones(n, dtype=bool), everything.clusters, settings.level)
    macro = [float(from_share(np.array(share)) / n_occurring) for share in (n_class / n, low, high)]
    how = majority_of(origin)
    method = settings.method(WILSON) + how
    return [
        _measure("baseline_accuracy", (n_class / n, low, high), n, method, settings),
        _measure("baseline_f1_macro", (macro[0], macro[1], macro[2]), n, method, settings, "score"),
        _over(cells, place, everything, how, settings),
    ]


def _weighted(everything: Subset, weights: np.ndarray, place: int, origin: str, settings: Settings) -> list[Measure]:
    """The same, of the population that weighted examples stand for."""
    n, level, how = everything.n, settings.level, majority_of(origin)
    is_class = (everything.gold == place).astype(float)
    over = (everything.gold == everything.predicted) - is_class
    share = float(weights @ is_class / weights.sum())
    low, high = share_limits(is_class > 0, np.ones(n, dtype=bool), everything.clusters, level, weights)
    gain, error, degrees = mean_error(over, weights, everything.clusters)
    below, above = -1.0, 1.0
    if not np.isnan(error):
        half = critical_t(level, degrees) * error
        below, above = max(gain - half, -1.0), min(gain + half, 1.0)
    n_occurring = len(set(np.unique(everything.gold)) | {place})
    macro = [float(from_share(np.array(one)) / n_occurring) for one in (share, low, high)]
    method = settings.method(WILSON) + how
    over_method = settings.method(NORMAL) + PAIRED + how
    return [
        _measure("baseline_accuracy", (share, low, high), n, method, settings),
        _measure("baseline_f1_macro", (macro[0], macro[1], macro[2]), n, method, settings, "score"),
        _measure("accuracy_over_baseline", (gain, below, above), n, over_method, settings, "difference"),
    ]


def _over(cells: np.ndarray, place: int, everything: Subset | SubsetSums, how: Method, settings: Settings) -> Measure:
    n, both = int(cells.sum()), int(cells[place, place])
    model_only, baseline_only = int(np.trace(cells)) - both, int(cells[place].sum()) - both
    rows = None
    if everything.clusters is not None:
        rows = everything.gold == everything.predicted, everything.gold == place, everything.clusters
    return over_baseline((both, model_only, baseline_only, n), how, settings, rows)


def over_baseline(
    right: tuple[int, int, int, int],
    how: Method,
    settings: Settings,
    rows: tuple[np.ndarray, np.ndarray, np.ndarray] | None,
) -> Measure:
    """`accuracy_over_baseline`: the model's accuracy less the baseline's on the same examples.

    Args:
        right: Examples that both, the model alone and the baseline alone get right, and all examples.
        how: What the baseline does, for the method.
        settings: Level, names.
        rows: Where there are clusters, (n,) hits of the model, of the baseline, and cluster codes.
    """
    both, model_only, baseline_only, n = right
    p: float | None = None
    if rows is None:
        low, high = paired_difference(both, model_only, baseline_only, n - sum(right[:3]), settings.level)
        p = mcnemar(model_only, baseline_only)
    else:
        low, high = paired_limits(*rows, settings.level)
    value = (model_only - baseline_only) / n
    method = settings.method(NEWCOMBE + PAIRED) + how
    made = _measure("accuracy_over_baseline", (value, low, high), n, method, settings, "difference")
    return made.model_copy(update={"p": p})


def _measure(
    metric: str, figures: tuple[float, float, float], n: int, method: Method, settings: Settings, unit: Unit = "share"
) -> Measure:
    value, low, high = figures
    return Measure(
        id=metric,
        metric=metric,
        value=value,
        low=low,
        high=high,
        level=settings.level,
        n=n,
        unit=unit,
        higher_is_better=None if metric.startswith("baseline") else True,
        method=method,
    )
