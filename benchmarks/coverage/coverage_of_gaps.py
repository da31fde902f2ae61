"""Coverage of the largest difference between groups: of recall, accuracy and macro F1, with and without clusters."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from coverage_of_f1 import MODELS
from simulated import CONFIG, LEVEL, N_BOOTSTRAP, Row, clusters_of, hits

from boletim.audit.evidence.rows import SubsetEvidence
from boletim.audit.groups.gaps import GroupFigures, largest_difference
from boletim.audit.metrics.metric import find_metric
from boletim.audit.settings import Settings
from boletim.audit.statistics.counts import counts_of
from boletim.audit.tally.draws import draws_of
from boletim.audit.tally.subsets import Subset

Group = tuple[float, float, float]
"""Share of positives, recall of negatives and of positives."""
PAIRS: dict[str, tuple[Group, ...]] = {
    "equal, strong": ((0.1, *MODELS["strong"]), (0.1, *MODELS["strong"])),
    "equal, weak, other mixes": ((0.1, *MODELS["weak"]), (0.3, *MODELS["weak"])),
    "strong and deaf": ((0.1, *MODELS["strong"]), (0.1, *MODELS["deaf to positives"])),
    "good and weak": ((0.1, *MODELS["good"]), (0.1, *MODELS["weak"])),
    "three groups": ((0.1, *MODELS["strong"]), (0.3, *MODELS["good"]), (0.1, *MODELS["weak"])),
}
RECALLS: dict[str, tuple[Group, ...]] = {
    f"rates {' '.join(f'{rate:g}' for rate in rates)}": tuple((1.0, 1.0, rate) for rate in rates)
    for rates in ((0.9, 0.9), (0.9, 0.8), (0.98, 0.98), (0.9, 0.8, 0.6))
}
"""All examples are positives."""


def gaps(
    n_runs: int, sizes: tuple[int, ...], metrics: tuple[str, ...] = ("recall", "accuracy", "f1_macro")
) -> Iterator[Row]:
    """By metric, without and with clusters of ten within groups, size and groups."""
    for metric in metrics:
        for is_clustered in (False, True):
            for n in sizes:
                for name, groups in (RECALLS if metric == "recall" else PAIRS).items():
                    covered, n_known = _covered(metric, groups, n, n_runs, is_clustered)
                    figure = f"{metric} gap, clusters of 10" if is_clustered else f"{metric} gap"
                    yield Row(figure, f"{n} per group, {name}", covered, n_known, is_conservative=True)


def _covered(metric: str, groups: tuple[Group, ...], n: int, n_runs: int, is_clustered: bool) -> tuple[float, int]:
    """Share of data sets whose gap's interval holds the truth, and in how many there was one."""
    rng, n_covered, n_known = np.random.default_rng([n, len(metric)]), 0, 0
    truth = float(np.ptp([_truth(metric, group) for group in groups]))
    for run in range(n_runs):
        found = np.array([_estimated(metric, group, n, is_clustered, run, rng) for group in groups])
        if np.isnan(found).any():
            continue
        values, low, high = found.T
        is_proportion = metric != "f1_macro" and not is_clustered
        names = tuple(map(str, range(len(groups))))
        figures = GroupFigures(names, values, low, high, np.full(len(groups), n), LEVEL, is_proportion)
        gap = largest_difference([figures], LEVEL)
        n_known += 1
        n_covered += gap.low - 1e-12 <= truth <= gap.high + 1e-12
    return n_covered / max(n_known, 1), n_known


def _truth(metric: str, group: Group) -> float:
    share, negatives, positives = group
    table = np.array([[1 - share], [share]]) * [[negatives, 1 - negatives], [1 - positives, positives]]
    of_counts: Any = find_metric(metric).of_counts
    return float(np.atleast_1d(of_counts(counts_of(table * 1_000_000_000)))[-1])


def _estimated(
    metric: str, group: Group, n: int, is_clustered: bool, run: int, rng: np.random.Generator
) -> tuple[float, float, float]:
    share, negatives, positives = group
    gold = hits(n, share, is_clustered and share < 1, rng).astype(np.int64)
    right = [hits(n, rate, is_clustered and rate < 1, rng) for rate in (negatives, positives)]
    said = np.where(np.where(gold == 1, right[1], right[0]), gold, 1 - gold)
    draws = draws_of(clusters_of(n) if is_clustered else None, None, N_BOOTSTRAP, rng)
    settings = Settings(CONFIG, run, ("0", "1"), (), is_clustered)
    estimate = SubsetEvidence(Subset({}, gold, said, None, draws.codes), settings, draws).estimate(find_metric(metric))
    assert estimate is not None
    return float(estimate.values[-1]), float(estimate.low[-1]), float(estimate.high[-1])
