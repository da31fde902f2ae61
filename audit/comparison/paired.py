"""Two models on the same examples: how far their successes go together, for the interval of a difference."""

from dataclasses import replace

import numpy as np

from boletim.audit.metrics.metric import find_metric
from boletim.audit.statistics.counts import ClassCounts, of_class, without_refusals
from boletim.audit.tally.subsets import group_codes
from boletim.contracts.examples import Answers

_REPLICATES = 1000


def are_same_examples(old: Answers, new: Answers) -> bool:
    """Whether both are of one kind and hold the same ids in the same order with the same true answers."""
    if old.n != new.n or not np.array_equal(old.ids, new.ids):
        return False
    return old.kind == new.kind and bool(old.written(old.gold).equals(new.written(new.gold)))


def in_same_order(new: Answers, old: Answers) -> Answers:
    """The new rows in the order of the old ones, where both hold the same ids and each id names one row.

    Any other evidence is returned as it is.
    """
    if new.n != old.n or np.array_equal(new.ids, old.ids):
        return new
    place = {name: row for row, name in enumerate(new.ids)}
    if len(place) < new.n or set(place) != set(old.ids):
        return new
    rows = np.array([place[name] for name in old.ids], dtype=np.int64)
    fields = {
        name: value[rows]
        for name in ("ids", "gold", "predicted", "scores", "clusters", "weights")
        if (value := getattr(new, name, None)) is not None
    }
    return replace(new, groups={name: values[rows] for name, values in new.groups.items()}, **fields)


def hits(predictions: Answers, scope: dict[str, str]) -> np.ndarray:
    """Whether each example of a class and of groups was classified rightly; of label sets, the label or the whole set.

    Args:
        predictions: Any.
        scope: `class` and group columns, such as {"class": "nurse", "gender": "female"}; empty for all examples.

    Returns:
        (n_in_scope,) bool.
    """
    chosen = of_groups(predictions, scope)
    place: int | None = None
    if "class" in scope:
        place = predictions.labels.index(scope["class"])
        chosen &= of_class(predictions.gold, place)
    is_hit = predictions.gold == predictions.predicted
    if is_hit.ndim == 2:
        is_hit = is_hit.all(axis=1) if place is None else is_hit[:, place]
    return np.asarray(is_hit[chosen])


def of_groups(answers: Answers, scope: dict[str, str]) -> np.ndarray:
    """(n,) bool: the examples of the groups that a scope names, as the audit names them."""
    rows = np.ones(answers.n, dtype=bool)
    for column in scope.keys() & answers.groups.keys():
        names, codes = group_codes(answers.groups[column])
        rows &= np.array(names, dtype=object)[codes] == scope[column]
    return rows


def paired_correlation(old: np.ndarray, new: np.ndarray) -> float:
    """Newcombe's phi of two models' hits on the same examples, with his correction towards 0.

    Args:
        old: (n,) bool.
        new: (n,) bool.

    Returns:
        In [-1, 1]; 0 where one of them is always right or always wrong.

    References:
        Newcombe 1998, Improved confidence intervals for the difference between binomial proportions based on paired
        data, Statistics in Medicine 17, method 10.
    """
    both, first, second = int((old & new).sum()), int((old & ~new).sum()), int((~old & new).sum())
    neither = len(old) - both - first - second
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    if margins == 0:
        return 0.0
    product = both * neither - first * second
    corrected = max(product - len(old) / 2, 0.0) if product > 0 else float(product)
    return float(corrected / np.sqrt(float(margins)))


def row_correlation(old: np.ndarray, new: np.ndarray) -> float:
    """Pearson's correlation of two models' numbers for the same examples; 0 where one of them never varies."""
    known = ~(np.isnan(old) | np.isnan(new))
    old, new = old[known], new[known]
    if len(old) < 3 or np.ptp(old) == 0 or np.ptp(new) == 0:
        return 0.0
    return float(np.corrcoef(old, new)[0, 1])


def resampled_correlation(old: Answers, new: Answers, metric: str, scope: dict[str, str], seed: int) -> float:
    """Correlation of two models' values of a metric when the examples they share are drawn again.

    Args:
        old: Predictions of one model.
        new: Of the other, for the same examples and labels.
        metric: Name of a metric of predicted labels.
        scope: `class` for a metric per class, and group columns.
        seed: Of the draws.

    Returns:
        In [-1, 1] over 1,000 bootstrap replicates of the examples in the scope; 0 where a value does not vary.

    References:
        Efron and Tibshirani 1993, ch. 8 (one resample of the pairs serves both estimates).
    """
    rows = of_groups(old, scope)
    k = len(old.labels) + 1  # the last is a refusal
    code = (old.gold[rows] * k + old.predicted[rows]) * k + new.predicted[rows]
    cells, n = np.unique(code, return_counts=True)
    draws = np.random.default_rng(seed).multinomial(n.sum(), n / n.sum(), size=_REPLICATES)
    gold, first, second = cells // (k * k), cells // k % k, cells % k
    place = old.labels.index(scope["class"]) if "class" in scope else None
    values = [_values(metric, draws, gold, predicted, k, place) for predicted in (first, second)]
    is_known = np.isfinite(values[0]) & np.isfinite(values[1])
    one, other = values[0][is_known], values[1][is_known]
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _values(
    metric: str, draws: np.ndarray, gold: np.ndarray, predicted: np.ndarray, k: int, place: int | None
) -> np.ndarray:
    of_counts = find_metric(metric).of_counts
    if of_counts is None:
        raise ValueError(f"{metric} is a metric of scores; only those of predicted labels are resampled here")
    eye = np.eye(k, dtype=np.int64)
    hits = draws @ (eye[gold] * (gold == predicted)[:, None])
    counts = without_refusals(ClassCounts(hits=hits, gold=draws @ eye[gold], predicted=draws @ eye[predicted]))
    found = np.asarray(of_counts(counts))
    return found if place is None else found[:, place]
