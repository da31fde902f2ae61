"""How often an interval holds the truth: one row of a table of coverage, and the parts that its simulations share."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from boletim.audit.evidence.rows import SubsetEvidence
from boletim.audit.evidence.weighted import WeightedEvidence
from boletim.audit.metrics.metric import find_metric
from boletim.audit.settings import Settings
from boletim.audit.tally.draws import draws_of
from boletim.audit.tally.subsets import Subset
from boletim.contracts.configuration import AuditConfig

LEVEL, LOWEST, HIGHEST = 0.95, 0.94, 0.965
N_BOOTSTRAP, SIZE_OF_CLUSTER, ICC = 400, 10, 0.2
CONFIG = AuditConfig(bootstrap=N_BOOTSTRAP, intersections=1)
Drawn = tuple[np.ndarray, np.ndarray, np.ndarray | None, np.ndarray | None]
"""Gold, predicted, scores, clusters."""


@dataclass(frozen=True)
class Row:
    """One setting and how often its interval held the truth."""

    figure: str
    setting: str
    covered: float
    n_runs: int
    is_conservative: bool = False
    """Made to cover at least at its level, so only too little counts against it."""

    @property
    def error(self) -> float:
        """Standard error of the simulation."""
        return float(np.sqrt(LEVEL * (1 - LEVEL) / self.n_runs))

    def verdict(self, n_errors: float = 2.0) -> str:
        """Whether the goal is met, allowing for the simulation's own error."""
        if self.covered < LOWEST - n_errors * self.error:
            return "low"
        return "high" if not self.is_conservative and self.covered > HIGHEST + n_errors * self.error else "met"


def simulate(
    metric: str,
    draw: Callable[[np.random.Generator], Drawn],
    truth: float,
    n_runs: int,
    place: int,
    weigh: Callable[[np.random.Generator, np.ndarray], np.ndarray] | None = None,
) -> float:
    """Share of runs in which the metric's interval holds the truth; runs in which it is undefined do not count."""
    rng, n_covered, n_known = np.random.default_rng(len(metric) + n_runs), 0, 0
    for run in range(n_runs):
        gold, predicted, scores, clusters = draw(rng)
        n_labels = 2 if scores is None else scores.shape[1]
        n_labels = max(n_labels, int(gold.max()) + 1, int(predicted.max()) + 1)
        weights = None if weigh is None else weigh(rng, gold)
        draws = draws_of(clusters, weights, N_BOOTSTRAP, rng)
        settings = Settings(CONFIG, run, tuple(map(str, range(n_labels))), (), clusters is not None)
        kind = SubsetEvidence if weights is None else WeightedEvidence
        evidence = kind(Subset({}, gold, predicted, scores, draws.codes, weights), settings, draws)
        estimate = evidence.estimate(find_metric(metric))
        assert estimate is not None
        low, high = estimate.low[place], estimate.high[place]
        n_known += not np.isnan(low)
        n_covered += bool(low - 1e-12 <= truth <= high + 1e-12)
    return n_covered / max(n_known, 1)


def clusters_of(n: int) -> np.ndarray:
    """(n,) clusters of ten."""
    return np.arange(n) // SIZE_OF_CLUSTER


def hits(n: int, rate: float, is_clustered: bool, rng: np.random.Generator) -> np.ndarray:
    """(n,) bool; with clusters, rates are beta distributed with an intra-class correlation of 0.2."""
    if not is_clustered:
        return np.asarray(rng.random(n) < rate)
    size = (1 - ICC) / ICC
    rates = rng.beta(rate * size, (1 - rate) * size, n // SIZE_OF_CLUSTER + 1)
    return np.asarray(rng.random(n) < rates[clusters_of(n)])
