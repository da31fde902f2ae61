"""How often the intervals of entity figures hold the truth, where documents differ in how well they are served.

    python benchmarks/coverage/coverage_of_entities.py [CORPORA]

Each corpus has 60 documents of four texts of two entities on average. A document's log-odds of finding an entity are
shifted by a normal with standard deviation 1; in half of the documents entities are found 0.15 less often. The
intervals are those that the audit makes of the documents' counts; the truth is that of 400,000 documents.
"""

import sys
from collections import defaultdict

import numpy as np

from boletim.audit.groups.gaps import GroupFigures, largest_difference
from boletim.audit.metrics.per_class.f1 import from_share
from boletim.audit.tally.clusters import clustered_wilson

LEVEL, GAP = 0.95, 0.15


def documents(rng: np.random.Generator, n: int) -> np.ndarray:
    """(n, 3) hits, true and predicted entities of documents; those at odd places are served worse."""
    chance = 1 / (1 + np.exp(-1.2 - rng.normal(size=n))) - GAP * (np.arange(n) % 2)
    texts = 1 + rng.poisson(3, n)
    true = texts + rng.poisson(texts)  # each text has one entity, and one more on average
    hits = rng.binomial(true, np.clip(chance, 0, 1))
    return np.column_stack([hits, true, hits + rng.binomial(true - hits, 0.5) + rng.binomial(texts, 0.2)])


def shares(found: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Hits and trials of each figure, by document."""
    hits, true, said = found.T.astype(float)
    return {"recall": (hits, true), "precision": (hits, said), "f1": (hits, true + said - hits)}


def limits(metric: str, found: np.ndarray) -> tuple[float, float, float, float]:
    """Value, interval and trials of one figure."""
    hits, trials = shares(found)[metric]
    low, high = clustered_wilson(hits[:, None], trials[:, None], LEVEL)
    ends = np.array([hits.sum() / trials.sum(), low[0], high[0]])
    value, below, above = from_share(ends) if metric == "f1" else ends
    return float(value), float(below), float(above), float(trials.sum())


def gap_limits(metric: str, found: np.ndarray) -> tuple[float, float, float]:
    """The gap between the documents at even and at odd places, with its interval."""
    columns = np.array([limits(metric, found[place::2]) for place in (0, 1)]).T
    gap = largest_difference([GroupFigures(("a", "b"), *columns, LEVEL, is_proportion=False)], LEVEL)
    return gap.value, gap.low, gap.high


def coverage(n: int, seed: int = 3) -> dict[str, float]:
    """Share of the corpora whose interval holds the truth, by figure."""
    rng = np.random.default_rng(seed)
    large, held = documents(rng, 400_000), defaultdict(list)
    truth = {metric: limits(metric, large)[0] for metric in shares(large)}
    gaps = {metric: gap_limits(metric, large)[0] for metric in truth}
    for _ in range(n):
        found = documents(rng, 60)
        for metric, value in truth.items():
            _, low, high, _ = limits(metric, found)
            held[metric].append(low <= value <= high)
            _, low, high = gap_limits(metric, found)
            held[f"{metric}_gap"].append(low <= gaps[metric] <= high)
    return {name: float(np.mean(one)) for name, one in held.items()}


if __name__ == "__main__":
    for name, share in coverage(int(sys.argv[1]) if len(sys.argv) > 1 else 4_000).items():
        print(f"{name:16} {100 * share:5.1f} %")
