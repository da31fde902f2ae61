"""Coverage of areas under the curve and of calibration errors, of strong and weak models."""

from collections.abc import Callable, Iterator

import numpy as np
from scipy import stats
from simulated import ICC, SIZE_OF_CLUSTER, Drawn, Row, clusters_of, simulate


def areas(n_runs: int, sizes: tuple[int, ...], distances: tuple[float, ...]) -> Iterator[Row]:
    """Normal scores of two classes; an example is of the rarer class with a chance of 30 or 10 %."""
    for is_clustered in (False, True):
        for n in sizes:
            for share in (0.3, 0.1):
                for distance in distances:

                    def draw(
                        rng: np.random.Generator,
                        n: int = n,
                        share: float = share,
                        distance: float = distance,
                        of: bool = is_clustered,
                    ) -> Drawn:
                        gold = (rng.random(n) < share).astype(np.int64)
                        own = rng.normal(size=n)
                        if of:
                            shared = rng.normal(size=n // SIZE_OF_CLUSTER + 1)[clusters_of(n)]
                            own = np.sqrt(ICC) * shared + np.sqrt(1 - ICC) * own
                        chance = 1 / (1 + np.exp(-(distance * gold + own)))
                        scores = np.column_stack([1 - chance, chance])
                        return gold, gold, scores, clusters_of(n) if of else None

                    truth = float(stats.norm.cdf(distance / np.sqrt(2)))
                    name = "AUC, clusters of 10" if is_clustered else "AUC"
                    covered = simulate("roc_auc", draw, truth, n_runs, 1)
                    yield Row(name, f"n={n}, share {share:g}, AUC {truth:.2f}", covered, n_runs, is_clustered)


def calibrations(n_runs: int, sizes: tuple[int, ...], shifts: tuple[float, ...]) -> Iterator[Row]:
    """Confidence from 0.5 to 1, too high by the shift at 1 and by nothing at 0.5; a strong model is mostly near 1."""
    for is_clustered in (False, True):
        for name, (above, below) in {"weak": (4, 2), "strong": (18, 1)}.items():
            for n in sizes:
                for shift in shifts:
                    truth = shift * above / (above + below)  # the mean of the beta distribution
                    draw = _confident(n, above, below, shift, is_clustered)
                    covered = simulate("ece", draw, truth, n_runs, 0)
                    figure = "ECE, clusters of 10" if is_clustered else "ECE"
                    yield Row(figure, f"n={n}, {name}, true {truth:.2f}", covered, n_runs, is_conservative=True)


def _confident(
    n: int, above: float, below: float, shift: float, is_clustered: bool
) -> Callable[[np.random.Generator], Drawn]:
    def draw(rng: np.random.Generator) -> Drawn:
        confidence = 0.5 + 0.5 * rng.beta(above, below, n)
        luck = rng.normal(size=n)
        if is_clustered:
            luck = np.sqrt(ICC) * rng.normal(size=n // SIZE_OF_CLUSTER + 1)[clusters_of(n)] + np.sqrt(1 - ICC) * luck
        gold = np.where(stats.norm.cdf(luck) < confidence - 2 * shift * (confidence - 0.5), 0, 1)
        scores = np.column_stack([confidence, 1 - confidence])
        return gold, np.zeros(n, dtype=np.int64), scores, clusters_of(n) if is_clustered else None

    return draw
