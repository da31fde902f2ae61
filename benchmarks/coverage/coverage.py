"""Do the intervals hold, are false findings as rare as promised, and is a gap of the stated size found?

Everything is drawn from known truths and goes through the audit's own code, so that what is judged is what a card
prints. The goal for intervals of nominal 95 % is 94 to 96.5 %; those of gaps and of calibration hold for a maximum or
for a figure that chance only raises, are conservative by design, and shall not fall below 94 %.

    python benchmarks/coverage/coverage.py           the whole table, some minutes
    python benchmarks/coverage/coverage.py --short   fewer settings and runs, under a minute
    python benchmarks/coverage/coverage.py --only losses
"""

import argparse
from collections.abc import Callable, Iterator

import numpy as np
from coverage_of_clusters import clustered_figures
from coverage_of_f1 import f1s, of_clusters, of_three_classes
from coverage_of_gaps import gaps
from coverage_of_losses import losses
from coverage_of_scores import areas, calibrations
from simulated import LEVEL, Drawn, Row, clusters_of, hits, simulate

from boletim.audit.run import audit
from boletim.audit.settings import Settings
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig


def recalls(n_runs: int, sizes: tuple[int, ...], rates: tuple[float, ...]) -> Iterator[Row]:
    """Wilson, and clusters."""
    for is_clustered in (False, True):
        for n in sizes:
            for rate in rates:

                def draw(rng: np.random.Generator, n: int = n, rate: float = rate, of: bool = is_clustered) -> Drawn:
                    said = np.where(hits(n, rate, of, rng), 0, 1)
                    return np.zeros(n, dtype=np.int64), said, None, clusters_of(n) if of else None

                name = "recall, clusters of 10" if is_clustered else "recall"
                covered = simulate("recall", draw, rate, n_runs, 0)
                yield Row(name, f"n={n}, rate {rate:g}", covered, n_runs, is_conservative=is_clustered)


def audited(recall: np.ndarray, n: int, seed: int, margin: float) -> tuple[list[str], list[str]]:
    """Classes whose recall gap is shown, and those in which one was planted, of an audit of one drawn data set.

    Args:
        recall: (n_groups, k) true recalls.
        n: Examples of each class in each group.
        seed: Of the draw.
        margin: A gap up to this size counts as none.
    """
    rng = np.random.default_rng(seed)
    n_groups, k = recall.shape
    group, gold = np.repeat(np.arange(n_groups), k * n), np.tile(np.repeat(np.arange(k), n), n_groups)
    wrong = (gold + rng.integers(1, k, len(gold))) % k
    said = np.where(rng.random(len(gold)) < recall[group, gold], gold, wrong)
    columns = {"g": np.array([f"g{i}" for i in range(n_groups)], dtype=object)[group]}
    labels = tuple(f"c{i}" for i in range(k))
    predictions = Predictions(np.arange(len(gold)).astype(object), gold, said, labels, None, groups=columns)
    config = AuditConfig(bootstrap=100, intersections=1, margin=margin)
    result = audit(predictions, config, seed=seed)
    found = [f for f in result.findings if f.kind == "disparity" and f.verdict == "shown"]
    shown = [str(f.values["class"] or f.key) for f in found]
    return shown, [labels[c] for c in range(k) if np.ptp(recall[:, c]) > margin]


def false_findings(n_runs: int) -> tuple[float, float]:
    """Share of data sets without any gap in which something is shown; mean share of false ones among those shown.

    For the second, two of eight classes have a gap, and accuracy and macro F1 with them.
    """
    n_alarms, shares = 0, []
    for seed in range(n_runs):
        n_alarms += bool(audited(np.full((3, 4), 0.85), 60, seed, 0.0)[0])
        recall = np.full((2, 8), 0.85)
        recall[1, :2] = 0.5
        shown, planted = audited(recall, 60, seed, 0.0)
        false = [name for name in shown if name.startswith("c") and name not in planted]
        shares.append(len(false) / len(shown) if shown else 0.0)
    return n_alarms / n_runs, float(np.mean(shares))


def power(n_runs: int, n: int, margin: float) -> tuple[float, float]:
    """A gap of the size that the card calls detectable, and the share of data sets in which it is shown.

    The gap is read from an audit of data that have none, and then planted in one class.
    """
    recall = np.full((2, 4), 0.8)
    sizes = np.full((2, 4), n, dtype=float)
    settings = Settings(AuditConfig(margin=margin), 0, tuple("abcd"), ("g",))
    from boletim.audit.statistics.detectable import minimum_detectable_gap

    n_tests = recall.shape[1] + 2
    rng = settings.generator("power")
    least = minimum_detectable_gap(recall[:, 0] * sizes[:, 0], sizes[:, 0], LEVEL, margin, n_tests, rng)
    recall[0, 0] = (0.8 * 2 * n + 1) / (2 * n + 2) - least
    recall[1, 0] = recall[0, 0] + least
    n_shown = sum("c0" in audited(recall, n, seed, margin)[0] for seed in range(n_runs))
    return least, n_shown / n_runs


def intervals(is_short: bool) -> Iterator[Row]:
    """Every row of the table of intervals."""
    if is_short:
        yield from recalls(400, (50, 300), (0.9,))
        yield from of_three_classes(250, (60, 600), (0.8,))
        yield from f1s(250, ("f1_macro", "f1_weighted"), (300,), (0.1,))
        yield from of_clusters(100, ("f1_macro",), (150,))
        yield from areas(250, (100,), (1.0,))
        yield from calibrations(200, (100, 1000), (0.0, 0.3))
        yield from gaps(100, (60,))
        yield from losses(250, (30, 100), is_short=True)
        yield from clustered_figures(200, (30,))
        return
    yield from whole(None)


def whole(only: str | None) -> Iterator[Row]:
    """The rows of one part of the table of intervals, or all."""
    for name, rows in PARTS.items():
        if only in (None, name):
            yield from rows()


def _f1_of_every_kind() -> Iterator[Row]:
    metrics = ("f1_macro", "f1_weighted", "cohen_kappa", "mcc")
    yield from of_three_classes(1000, (30, 100, 300, 1000, 3000), (0.5, 0.8, 0.95))
    yield from f1s(1000, metrics, (30, 100, 300, 1000), (0.1, 0.3))
    yield from of_clusters(1000, metrics, (150, 300, 1000))


PARTS: dict[str, Callable[[], Iterator[Row]]] = {
    "recalls": lambda: recalls(2000, (30, 100, 300, 1000, 3000), (0.02, 0.1, 0.5, 0.9, 0.98)),
    "f1": _f1_of_every_kind,
    "auc": lambda: areas(1000, (30, 100, 300, 1000), (0.5, 1.5, 2.5)),
    "ece": lambda: calibrations(1000, (30, 100, 300, 1000), (0.0, 0.1, 0.4)),
    "losses": lambda: losses(1000, (30, 100, 300, 1000), is_short=False),
    "clustered": lambda: clustered_figures(1000, (15, 30, 100)),
    "gaps": lambda: gaps(1000, (30, 100, 300, 1000)),
}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="fewer settings and runs")
    parser.add_argument("--only", choices=[*PARTS, "findings"], help="one part of the tables")
    options = parser.parse_args()
    is_short = options.short
    if is_short and options.only:
        parser.error("--short takes every part; leave one of --short and --only out")
    if options.only != "findings":
        print_intervals(intervals(is_short=True) if is_short else whole(options.only))
    if options.only in (None, "findings"):
        print_findings(is_short)


def print_intervals(found: Iterator[Row]) -> None:
    """Every row as it is found, and then a row per figure."""
    print("| figure | setting | covered | goal 0.94 to 0.965 |\n| --- | --- | --- | --- |", flush=True)
    rows = []
    for row in found:
        rows.append(row)
        print(f"| {row.figure} | {row.setting} | {row.covered:.3f} ± {row.error:.3f} | {row.verdict()} |", flush=True)
    print("\n| figure | settings | lowest | mean | highest | met |\n| --- | --- | --- | --- | --- | --- |")
    for figure in dict.fromkeys(row.figure for row in rows):
        own = [row for row in rows if row.figure == figure]
        covered = [row.covered for row in own]
        met = sum(row.verdict() == "met" for row in own)
        print(
            f"| {figure} | {len(own)} | {min(covered):.3f} | {np.mean(covered):.3f} | {max(covered):.3f} | "
            f"{met} of {len(own)} |"
        )


def print_findings(is_short: bool) -> None:
    """False findings, and the power at the gap that the card calls detectable."""
    n_runs = 60 if is_short else 500
    alarms, false = false_findings(n_runs)
    print(f"\nno gap anywhere, margin 0: something shown in {alarms:.3f} of {n_runs} data sets (goal 0.05)")
    print(f"two gaps in eight classes, margin 0: {false:.3f} of what is shown is false (goal 0.05)")
    for n, margin in ((100, 0.0), (200, 0.05), (500, 0.05)):
        least, found = power(n_runs, n, margin)
        print(
            f"{n} per class and group, margin {margin:g}: detectable gap {least:.3f}, shown in {found:.3f} (goal 0.8)"
        )


if __name__ == "__main__":
    main()
