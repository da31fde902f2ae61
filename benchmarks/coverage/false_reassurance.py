"""How often is a reader reassured, or alarmed, without reason? Simulated data sets through the audit's own code.

python benchmarks/coverage/false_reassurance.py           the whole table (500 data sets a row), an hour on two cores
python benchmarks/coverage/false_reassurance.py --short   40 data sets a row
python benchmarks/coverage/false_reassurance.py --only diff-drop --runs 100 --seed 3   one setting, other data sets
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np

from boletim.audit.run import audit
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.measure import Measure
from boletim.contracts.results.audit import AuditResult
from boletim.reports.card.diff import compare_changes
from boletim.reports.card.gates import judge_gates

DAY = date(2026, 1, 1)
CONFIG = AuditConfig(bootstrap=200, intersections=1)
LEVEL = 0.95


@dataclass(frozen=True)
class Row:
    """How often something happened that should be rare, or common."""

    what: str
    n_happened: int
    n_runs: int
    bound: float
    is_least: bool = False
    """The share shall be at least the bound and not at most."""

    @property
    def share(self) -> float:
        """Of the data sets, those in which it happened."""
        return self.n_happened / self.n_runs

    @property
    def is_met(self) -> bool:
        """Whether it is as rare, or as common, as promised."""
        return self.share >= self.bound if self.is_least else self.share <= self.bound


def drawn(
    rng: np.random.Generator, sizes: np.ndarray, recalls: np.ndarray, names: tuple[str | None, ...]
) -> Predictions:
    """Predictions of groups by the sizes and recalls (n_groups, k) of their classes; errors fall evenly."""
    n_groups, k = sizes.shape
    cell = np.repeat(np.arange(n_groups * k), sizes.ravel())
    group, gold = cell // k, cell % k
    wrong = (gold + rng.integers(1, k, len(gold))) % k
    predicted = np.where(rng.random(len(gold)) < recalls[group, gold], gold, wrong)
    column = np.array(names, dtype=object)[group]
    return Predictions(
        ids=np.arange(len(gold)).astype(str).astype(object), gold=gold, predicted=predicted,
        labels=tuple(f"c{i}" for i in range(k)), groups={"group": column},
    )  # fmt: skip


def audited(found: Predictions, margin: float = 0.05, clusters: np.ndarray | None = None) -> AuditResult:
    """The audit of the predictions, with few replicates."""
    config = CONFIG.model_copy(update={"margin": margin})
    return audit(replace(found, clusters=clusters), config, seed=1)


def passes(result: AuditResult, measure: str, bar: float) -> bool:
    """Whether a gate on the largest value of a measure passes."""
    outcome = judge_gates([GateConfig(measure=measure, at_most=bar)], result.measures, DAY)[0]
    return outcome.status == "pass"


def says_every(result: AuditResult) -> bool:
    """Whether a finding of groups claims something of all of them."""
    return any(f.verdict == "shown absent" and f.kind == "disparity" and f.left_out is None for f in result.findings)


def reassurances(n_runs: int, seed: int) -> Iterator[Row]:
    """A gate on the gap of accuracy and of recall, at 0.05, where what is left out is served worse by 0.3."""
    good, bad = [0.95, 0.95], [0.65, 0.65]
    poor = np.full((2, 3), 0.95)
    poor[1, 2] = 0.65
    settings: dict[str, tuple[list[list[int]], np.ndarray, tuple[str | None, ...]]] = {
        "one small bad group": ([[1500, 1500], [1500, 1500], [14, 14]], np.array([good, good, bad]), ("A", "B", "C")),
        "one bad group without values": (
            [[1500, 1500], [1500, 1500], [200, 200]],
            np.array([good, good, bad]),
            ("A", "B", None),
        ),
        "one class-poor group": ([[1500, 1500, 200], [1500, 1500, 20]], poor, ("A", "B")),
    }
    for name, (sizes, recalls, names) in settings.items():
        rng, n_passed, n_every = np.random.default_rng([7, seed]), 0, 0
        for _ in range(n_runs):
            result = audited(drawn(rng, np.array(sizes), recalls, names))
            is_class = name.endswith("class-poor group")
            measures = ["recall_gap{attribute=group}"] + ([] if is_class else ["accuracy_gap{attribute=group}"])
            n_passed += any(passes(result, measure, 0.05) for measure in measures)
            n_every += says_every(result) if not is_class else False
        yield Row(f"a gate on the gap passes: {name}", n_passed, n_runs, 0.01)
        if not name.endswith("class-poor group"):
            yield Row(f"a finding claims all groups: {name}", n_every, n_runs, 0.0)


def false_gaps(n_runs: int, seed: int, name: str) -> Iterator[Row]:
    """Gaps at margin 0 between groups of equal recalls, with the same or with other mixes of classes."""
    sizes = {"equal mixes": [[200, 200, 200], [200, 200, 200]], "other mixes": [[300, 200, 60], [80, 200, 300]]}[name]
    rng, counts = np.random.default_rng([11, seed]), dict.fromkeys(("accuracy_gap", "recall_gap", "f1_macro_gap"), 0)
    for _ in range(n_runs):
        found = drawn(rng, np.array(sizes), np.full((2, 3), 0.8), ("A", "B"))
        shown = {f.key for f in audited(found, margin=0.0).findings if f.verdict == "shown"}
        for metric in counts:
            counts[metric] += f"{metric}_shown" in shown
    for metric, n in counts.items():
        yield Row(f"{metric} shown at margin 0, {name}", n, n_runs, 0.05)


def gates(n_runs: int, seed: int) -> Iterator[Row]:
    """Ten gates exactly on their bars."""
    rng, n_failed = np.random.default_rng([13, seed]), 0
    bars = [GateConfig(measure=f"recall{{class=c{i}}}", at_least=0.8) for i in range(10)]
    for _ in range(n_runs):
        found = drawn(rng, np.full((1, 10), 150), np.full((1, 10), 0.8), ("A",))
        result = audit(found, CONFIG.model_copy(update={"bootstrap": 100}), seed=1)
        n_failed += any(outcome.status == "fail" for outcome in judge_gates(bars, result.measures, DAY))
    yield Row("one of ten gates on their bars fails", n_failed, n_runs, 0.05)


def diffs(n_runs: int, seed: int, drop: float) -> Iterator[Row]:
    """Two models on the same texts: equal ones, or a new one that is worse by the drop."""
    rng, n_found = np.random.default_rng([17, seed]), {0.0: 0, 0.05: 0}
    for _ in range(n_runs):
        old, new = _two_models(rng, drop)
        before, after = audited(old).measures, audited(new).measures
        for margin in n_found:
            n_found[margin] += _is_regression(old, new, before, after, margin)
    name, bound = (f"a drop of {drop:g}", 0.8) if drop else ("two equal models", 0.05)
    for margin, n in n_found.items():
        yield Row(f"diff: regression, {name}, margin {margin:g}", n, n_runs, bound, is_least=drop > 0)


def _two_models(rng: np.random.Generator, drop: float) -> tuple[Predictions, Predictions]:
    """Five classes in four groups, 1,500 texts; the two agree more often than by chance."""
    old = drawn(rng, np.full((4, 5), 75), np.full((4, 5), 0.85), ("A", "B", "C", "D"))
    again = drawn(rng, np.full((4, 5), 75), np.full((4, 5), 0.85 - 2 * drop), ("A", "B", "C", "D"))
    keeps = rng.random(old.n) < 0.5
    predicted = np.where(keeps, old.predicted, again.predicted)
    return old, Predictions(old.ids, old.gold, predicted, old.labels, None, groups=old.groups)


def _is_regression(
    old: Predictions, new: Predictions, before: tuple[Measure, ...], after: tuple[Measure, ...], margin: float
) -> bool:
    from boletim.app.stages.comparison import correlation_of

    changes = compare_changes(before, after, margin, LEVEL, lambda measure: correlation_of(old, new, measure))
    return any(change.status == "worse" for change in changes)


def authors(n_runs: int, seed: int) -> Iterator[Row]:
    """100 authors of 20 rows, correlation 0.3: intervals of accuracy, and gaps falsely shown at margin 0."""
    rng, n_missed, n_shown = np.random.default_rng([19, seed]), 0, 0
    owners, shape = np.repeat(np.arange(100), 20), 0.7 / 0.3
    for _ in range(n_runs):
        rates = rng.beta(0.8 * shape, 0.2 * shape, 100)[owners]
        gold = rng.integers(0, 2, len(owners))
        predicted = np.where(rng.random(len(owners)) < rates, gold, 1 - gold)
        group = np.where(owners % 2, "A", "B").astype(object)
        found = Predictions(
            ids=owners.astype(str).astype(object), gold=gold, predicted=predicted, labels=("c0", "c1"),
            groups={"group": group},
        )  # fmt: skip
        result = audited(found, 0.0, owners)
        accuracy = next(m for m in result.measures if m.id == "accuracy")
        n_missed += not (accuracy.low or 0) <= 0.8 <= (accuracy.high or 0)
        n_shown += any(f.key == "accuracy_gap_shown" for f in result.findings)
    yield Row("accuracy outside its interval, 20 rows an author", n_missed, n_runs, 0.06)
    yield Row("accuracy_gap shown at margin 0, 20 rows an author", n_shown, n_runs, 0.05)


PARTS: dict[str, Callable[[int, int], Iterator[Row]]] = {
    "reassurance": reassurances,
    "gaps-equal": partial(false_gaps, name="equal mixes"),
    "gaps-other": partial(false_gaps, name="other mixes"),
    "gates": gates,
    "diff-equal": partial(diffs, drop=0.0),
    "diff-drop": partial(diffs, drop=0.1),
    "authors": authors,
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--only", choices=sorted(PARTS))
    parser.add_argument("--seed", type=int, default=0, help="another one draws other data sets: counts can be added")
    options = parser.parse_args()
    n_runs = 40 if options.short else options.runs
    print("| what | happened | data sets | share | promised | |\n|---|---:|---:|---:|---:|---|")
    for name, part in PARTS.items():
        if options.only in (None, name):
            for row in part(n_runs, options.seed):
                sign = "≥" if row.is_least else "≤"
                seen = f"{row.n_happened} | {row.n_runs} | {row.share:.3f}"
                verdict = "met" if row.is_met else "missed"
                print(f"| {row.what} | {seen} | {sign} {row.bound:g} | {verdict} |", flush=True)


if __name__ == "__main__":
    main()
