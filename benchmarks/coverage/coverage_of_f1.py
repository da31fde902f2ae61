"""Coverage of macro and weighted F1, kappa and Matthews' coefficient, of strong and weak models and a rare class."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from simulated import Drawn, Row, clusters_of, hits, simulate

from boletim.audit.metrics.metric import find_metric
from boletim.audit.statistics.counts import counts_of

MODELS = {"strong": (0.99, 0.95), "good": (0.97, 0.9), "deaf to positives": (0.97, 0.6), "weak": (0.8, 0.7)}
"""Recall of the negatives and of the positives."""
_MANY = 1_000_000_000


def f1s(n_runs: int, metrics: tuple[str, ...], sizes: tuple[int, ...], shares: tuple[float, ...]) -> Iterator[Row]:
    """Two classes whose examples are drawn with their classes, so that their numbers vary too."""
    for metric in metrics:
        for share in shares:
            for name, (negatives, positives) in MODELS.items():
                of_gold = np.array([[1 - share], [share]])
                chances = of_gold * [[negatives, 1 - negatives], [1 - positives, positives]]
                truth = _truth(metric, chances)
                for n in sizes:
                    covered = simulate(metric, _cells(chances, n), truth, n_runs, 0)
                    yield Row(metric, f"n={n}, {share:.0%} positives, {name}", covered, n_runs)


def of_three_classes(n_runs: int, sizes: tuple[int, ...], rates: tuple[float, ...]) -> Iterator[Row]:
    """Macro F1 of three classes of 60, 30 and 10 %, errors evenly on the others."""
    shares = np.array([0.6, 0.3, 0.1])
    for n in sizes:
        for rate in rates:
            chances = np.full((3, 3), (1 - rate) / 2)
            np.fill_diagonal(chances, rate)
            chances *= shares[:, None]
            covered = simulate("f1_macro", _cells(chances, n), _truth("f1_macro", chances), n_runs, 0)
            yield Row("f1_macro", f"n={n}, three classes, recall {rate:g}", covered, n_runs)


def of_clusters(n_runs: int, metrics: tuple[str, ...], sizes: tuple[int, ...]) -> Iterator[Row]:
    """The same of two classes, whose errors come in clusters of ten."""
    for metric in metrics:
        for name in ("good", "weak"):
            negatives, positives = MODELS[name]
            truth = _truth(metric, np.array([[0.9], [0.1]]) * [[negatives, 1 - negatives], [1 - positives, positives]])
            for n in sizes:
                covered = simulate(metric, _clustered(n, negatives, positives), truth, n_runs, 0)
                setting = f"n={n}, 10% positives, {name}"
                yield Row(f"{metric}, clusters of 10", setting, covered, n_runs, is_conservative=True)


def _truth(metric: str, chances: np.ndarray) -> float:
    of_counts: Any = find_metric(metric).of_counts
    return float(of_counts(counts_of(chances * _MANY)))


def _cells(chances: np.ndarray, n: int) -> Callable[[np.random.Generator], Drawn]:
    k = len(chances)

    def draw(rng: np.random.Generator) -> Drawn:
        cell = rng.choice(k * k, n, p=chances.ravel())
        return cell // k, cell % k, None, None

    return draw


def _clustered(n: int, negatives: float, positives: float) -> Callable[[np.random.Generator], Drawn]:
    def draw(rng: np.random.Generator) -> Drawn:
        gold = hits(n, 0.1, True, rng).astype(np.int64)
        is_right = np.where(gold == 1, hits(n, positives, True, rng), hits(n, negatives, True, rng))
        return gold, np.where(is_right, gold, 1 - gold), None, clusters_of(n)

    return draw
