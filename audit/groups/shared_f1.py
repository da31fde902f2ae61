"""Macro F1 of groups over the classes that all of them have, and whether it differs by more than their mixes make it.

A group that lacks a class has a mean over other classes than the rest, so its macro F1 differs where it is served the
same. The mean here is over the classes that occur in all groups compared. F1 also moves with the mix of classes, since
more examples of others give more false positives: so the test permutes the groups within each true class, which leaves
every group its mix, and looks at how far each group is from what its mix alone would give.

References:
    Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses, ch. 3 (permutation within blocks); Phipson
    and Smyth (2010), SAGMB 9:39 (Monte-Carlo p-values are never 0).
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from boletim.audit.evidence.rows import SubsetEvidence
from boletim.audit.groups.attribute import Attribute
from boletim.audit.groups.gaps import GroupFigures, SharedF1
from boletim.audit.metrics.overall.f1_macro import METRIC
from boletim.audit.statistics.counts import ClassCounts, counts_of
from boletim.audit.statistics.homogeneity import same_value
from boletim.contracts.meaning import Reason

_FIRST_DRAWS, _MORE_DRAWS, _FEWEST_DRAWS = 1_999, 18_000, 199
_MOST_STEPS = 20_000_000
_FEWEST_CLASSES = 2


def shared_f1(
    attribute: Attribute, parts: Iterable[Any], evidence_of: Callable[[Any], SubsetEvidence], *, is_exclusive: bool
) -> SharedF1:
    """Compare the groups of a column that have enough examples.

    Args:
        attribute: The column, or several crossed, with its measures.
        parts: All subsets; those of other columns are passed over.
        evidence_of: What the metrics of a subset share.
        is_exclusive: An example is of one class; else the test is that of independent estimates.
    """
    settings, columns = attribute.settings, set(attribute.columns)
    found = {}
    for part in parts:
        name = " × ".join(part.scope[c] for c in attribute.columns) if part.scope.keys() == columns else None
        if name in attribute.group_names and part.n >= settings.config.min_group and not attribute.lacks_value(name):
            found[name] = evidence_of(part)
    if len(found) < 2:
        return SharedF1(None, None, (), 0)
    has = np.array([one.sizes.gold > 0 for one in found.values()])
    shared = np.asarray(has.all(axis=0))
    labels = np.array(settings.labels, dtype=object)
    absent = tuple(labels[~shared & has.any(axis=0)])
    if shared.sum() < min(_FEWEST_CLASSES, len(labels)):
        return SharedF1(None, None, absent, int(shared.sum()), _reason(tuple(found), has, labels))
    figures = _figures(attribute, found, shared)
    if figures is None:
        return SharedF1(None, None, absent, int(shared.sum()), Reason.of("only_right_answers"))
    p = _p(attribute, [found[name] for name in figures.names], figures, shared, is_exclusive=is_exclusive)
    return SharedF1(figures, p, absent, int(shared.sum()))


def _reason(names: tuple[str, ...], has: np.ndarray, labels: np.ndarray) -> Reason:
    group, place = (int(x[0]) for x in np.nonzero(~has & has.any(axis=0)))
    return Reason.of("few_shared_classes", group=names[group], label=str(labels[place]))


def _figures(attribute: Attribute, found: dict[str, SubsetEvidence], shared: np.ndarray) -> GroupFigures | None:
    metric = replace(METRIC, of_counts=lambda counts: mean_f1(counts, shared))
    rows = []
    for name, evidence in found.items():
        estimate = evidence.estimate(metric)
        if estimate is not None and np.isfinite(estimate.low[0]):
            rows.append((name, estimate.values[0], estimate.low[0], estimate.high[0], estimate.n[0]))
            method = estimate.method
    if len(rows) < 2:
        return None
    values, low, high, n = np.array([row[1:] for row in rows], dtype=float).T
    level = attribute.settings.level
    return GroupFigures(tuple(row[0] for row in rows), values, low, high, n, level, False, method=method)


def mean_f1(counts: ClassCounts, shared: np.ndarray) -> np.ndarray:
    """Mean F1 over some of the classes, (...); a class without examples or predictions counts as 0.

    Args:
        counts: Of any number of replicates.
        shared: (k,) bool, the classes.
    """
    total = np.asarray(counts.gold + counts.predicted, float)[..., shared]
    hits = np.asarray(counts.hits, float)[..., shared]
    per_class = np.divide(2 * hits, total, out=np.zeros(total.shape), where=total > 0)
    return np.asarray(per_class.mean(axis=-1))


def _p(
    attribute: Attribute, found: list[SubsetEvidence], figures: GroupFigures, shared: np.ndarray, *, is_exclusive: bool
) -> float:
    if not is_exclusive:
        return same_value(figures.values, figures.standard_errors)
    cells = np.array([evidence.cells for evidence in found])
    shared = np.pad(shared, (0, cells.shape[-1] - len(shared)))  # refusals have a place of their own
    if attribute.settings.is_complex_sample:
        return same_value(figures.values - expected_f1(cells, shared), figures.standard_errors)
    rng = attribute.settings.generator(f"f1_macro_gap {attribute.name}")
    return permuted_p(cells, shared, rng)


def expected_f1(cells: np.ndarray, shared: np.ndarray) -> np.ndarray:
    """(n_groups,) what each group's mix gives when all are served alike: errors of all, in the group's numbers.

    Args:
        cells: (n_groups, k, k) confusion matrices, rows of true classes.
        shared: (k,) bool, the classes of the mean.
    """
    together = cells.sum(axis=0).astype(float)
    rates = np.divide(together, together.sum(axis=1, keepdims=True), out=np.zeros_like(together), where=together > 0)
    alike = cells.sum(axis=2)[:, :, None] * rates
    return mean_f1(counts_of(alike), shared)


def permuted_p(cells: np.ndarray, shared: np.ndarray, rng: np.random.Generator) -> float:
    """P of "all groups are served alike", by permuting the groups within each true class.

    Args:
        cells: (n_groups, k, k) confusion matrices, rows of true classes.
        shared: (k,) bool, the classes of the mean.
        rng: For the permutations.
    """
    base = expected_f1(cells, shared)
    observed = float(np.ptp(mean_f1(counts_of(cells), shared) - base))
    n_steps = max(int((cells.sum(axis=0) > 0).sum()) * (len(cells) - 1), 1)
    n_draws = n_reached = 0
    for wanted in (_FIRST_DRAWS, *[_FIRST_DRAWS] * (_MORE_DRAWS // _FIRST_DRAWS)):
        now = max(min(wanted, _MOST_STEPS // n_steps), _FEWEST_DRAWS)
        drawn = np.ptp(mean_f1(_permuted(cells, now, rng), shared) - base, axis=-1)
        n_reached += int((drawn >= observed - 1e-12).sum())
        n_draws += now
        if n_reached >= 20 or n_draws * n_steps >= _MOST_STEPS:
            break
    return (n_reached + 1) / (n_draws + 1)


def _permuted(cells: np.ndarray, n_draws: int, rng: np.random.Generator) -> ClassCounts:
    """Counts, (n_draws, n_groups, k) each, of tables with the same sums in every true class."""
    n_groups, k, _ = cells.shape
    hits = np.zeros((n_draws, n_groups, k))
    predicted = np.zeros((n_draws, n_groups, k))
    sizes = cells.sum(axis=2)
    for c in range(k):
        answers = np.flatnonzero(cells[:, c].sum(axis=0))
        pool = np.tile(cells[:, c].sum(axis=0)[answers], (n_draws, 1))
        for g in range(n_groups):
            drawn = pool if g == n_groups - 1 else _draw(pool, int(sizes[g, c]), rng)
            pool = pool - drawn
            predicted[:, g, answers] += drawn
            hits[:, g, c] = drawn[:, answers == c].sum(axis=1)
    gold = np.broadcast_to(sizes.astype(float), hits.shape)
    return ClassCounts(hits, gold, predicted)


def _draw(pool: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` of each row's pool without replacement, (n_draws, n_answers)."""
    drawn = np.zeros_like(pool)
    rest, need = pool.sum(axis=1), np.full(len(pool), n)
    for place in range(pool.shape[1]):
        rest = rest - pool[:, place]
        drawn[:, place] = rng.hypergeometric(pool[:, place], rest, need)
        need = need - drawn[:, place]
    return drawn
