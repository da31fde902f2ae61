"""Bootstrap of an audit: from counts here, from rows in fairlearn and scikit-learn, timed one after the other.

Prints seconds per replicate of each and their ratio; and that the intervals are the same but for Monte-Carlo noise.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from fairlearn.metrics import MetricFrame
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

from boletim.audit.metrics.overall.accuracy import accuracy
from boletim.audit.metrics.overall.f1_macro import f1_macro
from boletim.audit.statistics.binned_auc import binned_area, redrawn_areas, score_edges, single_score_bins
from boletim.audit.statistics.bootstrap import draw_counts, percentiles
from boletim.audit.statistics.counts import confusion
from boletim.audit.statistics.delong import one_vs_rest

ROWS, GROUPS, CLASSES, DRAWS = 200_000, 10, 5, 2_000
AUC_DRAWS, ROUNDS = 1_000, 3
SMALL_ROWS, SMALL_DRAWS = 4_000, 200


def macro(gold: np.ndarray, predicted: np.ndarray) -> float:
    return float(f1_score(gold, predicted, average="macro"))


def make(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True class, predicted class and group of each row; right three times in four."""
    rng = np.random.default_rng(seed)
    gold = rng.integers(0, CLASSES, n)
    predicted = np.where(rng.random(n) < 0.75, gold, rng.integers(0, CLASSES, n))
    return gold, predicted, rng.integers(0, GROUPS, n)


def seconds_of(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def from_counts(gold: np.ndarray, predicted: np.ndarray, group: np.ndarray, n_draws: int) -> np.ndarray:
    """(n_groups, n_draws, 2) accuracy and macro F1 of each group, counting the rows included."""
    cells = confusion(group * CLASSES + gold, predicted, GROUPS * CLASSES)[:, :CLASSES]
    found = []
    for name, table in enumerate(cells.reshape(GROUPS, CLASSES, CLASSES)):
        drawn, _ = draw_counts(table, n_draws, np.random.default_rng(name))
        found.append(np.column_stack([accuracy(drawn), f1_macro(drawn)]))
    return np.array(found)


def from_rows(gold: np.ndarray, predicted: np.ndarray, group: np.ndarray, n_draws: int) -> MetricFrame:
    metrics = {"accuracy": accuracy_score, "f1_macro": macro}
    return MetricFrame(
        metrics=metrics, y_true=gold, y_pred=predicted, sensitive_features=group,
        n_boot=n_draws, ci_quantiles=[0.025, 0.975], random_state=1,
    )  # fmt: skip


def compare_counts() -> None:
    rows = make(ROWS, 0)
    pairs = []
    for _ in range(ROUNDS):
        ours, _ = seconds_of(lambda: from_counts(*rows, DRAWS))
        peer, _ = seconds_of(lambda: from_rows(*rows, 1))
        pairs.append((ours, peer))
    ours, peer = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(b / (a / DRAWS) for a, b in pairs)
    print(
        f"counts: {ROWS:,} rows, {GROUPS} groups, {CLASSES} classes: {DRAWS:,} replicates {ours:.3f} s"
        f" ({ours / DRAWS * 1e6:.0f} us each), fairlearn {peer:.2f} s each, ratio {ratio:,.0f} (goal >= 10,000)"
    )
    gold, predicted, group = make(SMALL_ROWS, 1)
    here = from_counts(gold, predicted, group, DRAWS)
    low, high = from_rows(gold, predicted, group, SMALL_DRAWS).by_group_ci
    theirs = (high.to_numpy() - low.to_numpy()).astype(float)
    widths = np.array([np.diff([percentiles(here[g, :, m], 0.95) for m in (0, 1)])[:, 0] for g in range(GROUPS)])
    print(
        f"        width of the 95 % intervals, ours over fairlearn's, {SMALL_ROWS:,} rows: median"
        f" {np.median(widths / theirs):.3f}, from {np.min(widths / theirs):.2f} to {np.max(widths / theirs):.2f}"
        f" ({SMALL_DRAWS} replicates there leave a noise of some 8 %)"
    )


def compare_auc() -> None:
    rng = np.random.default_rng(2)
    gold = rng.integers(0, 2, ROWS)
    score = 1 / (1 + np.exp(-(rng.normal(size=ROWS) + gold)))
    edges = score_edges(score)

    def binned() -> np.ndarray:
        place = np.searchsorted(edges, score, side="right")
        counts = np.stack([np.bincount(place[gold == side], minlength=len(edges) + 1) for side in (0, 1)])
        assert abs(binned_area(counts, single_score_bins(edges)).value - roc_auc_score(gold, score)) < 1e-4
        return redrawn_areas(counts, AUC_DRAWS, rng)

    def resampled() -> float:
        rows = rng.integers(0, ROWS, ROWS)
        return float(roc_auc_score(gold[rows], score[rows]))

    ours, areas = seconds_of(binned)
    peer = statistics.median(seconds_of(resampled)[0] for _ in range(ROUNDS))
    delong, area = seconds_of(lambda: one_vs_rest(gold, np.column_stack([1 - score, score])))
    error = np.sqrt((area.influence[:, 1] ** 2).sum())
    print(
        f"AUC:    {ROWS:,} rows: {AUC_DRAWS:,} replicates from bins {ours:.2f} s (goal <= 0.5), scikit-learn"
        f" {peer * 1e3:.0f} ms each, ratio {peer / (ours / AUC_DRAWS):,.0f}; DeLong {delong:.2f} s for both classes;"
        f" standard error {areas.std():.6f} from bins, {error:.6f} by DeLong"
    )


def main() -> None:
    compare_counts()
    compare_auc()


if __name__ == "__main__":
    main()
