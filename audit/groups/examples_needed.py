"""How many examples would decide whether groups differ: if the gap is the one seen, or if there is none.

The groups keep their shares of the examples. For a given number, tables are simulated with the rates that were seen, or
with one rate for all, and each is judged by the rule of the audit: the simultaneous interval against the margin, and
for a gap the test against all tests of the family. The smallest number that decides in 80 % of tables is searched for.

References:
    Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, ch. 4 (sample sizes of two
    proportions).
"""

from collections.abc import Callable, Iterable

import numpy as np

from boletim.audit.findings import gap_verdict
from boletim.audit.groups.attribute import Attribute
from boletim.audit.groups.gaps import GroupFigures
from boletim.audit.statistics.detectable import POWER, p_values
from boletim.audit.statistics.proportions import difference, simultaneous_level, wilson
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import Method, power_of_tests

MOST = 10_000_000
"""Examples; what needs more is not decided by examples."""
_N_DRAWS, _STEPS = 1_000, 12
_ONLY_INDEPENDENT = Reason.of("only_independent")
_UNDECIDED, _MANY = Reason.of("undecidable"), Reason.of("many_comparisons")
_NAMES = ("examples_to_show", "examples_to_exclude", "examples_to_decide")
_OF_SHARES = ("accuracy_gap", "recall_gap")
_MOST_PAIRS = 2_000
"""Of groups, in all gaps of a column; some seconds."""
Judge = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Drawn counts (n_draws, n_groups) and sizes (n_groups,) to (n_draws,) bool."""


def needed_measures(attribute: Attribute, gaps: Iterable[Measure], n_tests: int) -> list[Measure]:
    """`examples_to_show`, `examples_to_exclude` and `examples_to_decide` of each open gap of accuracy or recall.

    Args:
        attribute: One group column, or several crossed.
        gaps: With q where tested; those of other columns and those that are decided are passed over.
        n_tests: Tests in the declared family.
    """
    settings, margin, made, n_pairs = attribute.settings, attribute.settings.config.margin, [], 0
    for gap in _open(attribute, gaps):
        metric, label = gap.metric.removesuffix("_gap"), gap.scope.get("class")
        figures, rng = attribute.judged(metric, label), settings.generator(f"needed {attribute.name} {label}")
        n_pairs += figures.n_pairs
        reason = _ONLY_INDEPENDENT if not figures.is_proportion else _MANY
        found: dict[str, int | None] = dict.fromkeys(_NAMES)
        if figures.is_proportion and n_pairs <= _MOST_PAIRS:
            reason = _UNDECIDED
            found["examples_to_show"] = needed_to_show(figures, margin, n_tests, rng)
            found["examples_to_exclude"] = needed_to_exclude(figures, margin, rng)
            found["examples_to_decide"] = found["examples_to_show"] or needed_to_confirm(figures, margin, rng)
        method = power_of_tests(POWER, margin, n_tests)
        made += [_measure(name, gap, n, method, reason, attribute) for name, n in found.items()]
    return made


def _open(attribute: Attribute, gaps: Iterable[Measure]) -> list[Measure]:
    """The column's open gaps of accuracy, then those of recall, the widest first.

    Of crossed columns only where every group was judged: how many more of the others it takes depends on how they fare.
    """
    settings = attribute.settings
    margin, level = settings.config.margin, settings.level
    own = [
        gap
        for gap in gaps
        if gap.metric in _OF_SHARES and gap.scope.get("attribute") == attribute.name and gap.q is not None
    ]
    is_alone = len(attribute.columns) == 1
    found = [
        gap
        for gap in own
        if gap_verdict(gap, margin, level) == "insufficient evidence" and (is_alone or gap.left_out is None)
    ]
    return sorted(found, key=lambda gap: (_OF_SHARES.index(gap.metric), -(gap.value or 0.0)))


def _measure(name: str, gap: Measure, n: int | None, method: Method, reason: Reason, attribute: Attribute) -> Measure:
    return Measure(
        id=attribute.settings.id_of(name, gap.scope),
        metric=name,
        value=None if n is None else float(n),
        n=gap.n,
        unit="count",
        scope=gap.scope,
        method=method if n is not None else None,
        undefined_because=reason if n is None else None,
    )


def needed_to_show(figures: GroupFigures, margin: float, n_tests: int, rng: np.random.Generator) -> int | None:
    """Examples in all groups together at which the gap seen would be shown with a chance of 80 %.

    Args:
        figures: Shares, of two groups or more.
        margin: A gap up to this size counts as none.
        n_tests: Tests in the declared family, at least one.
        rng: For the simulated tables.

    Returns:
        At least the number there is; None where the gap seen is not beyond the margin, or ten million do not do.
    """
    if np.ptp(figures.values) <= margin:
        return None

    def is_decided(drawn: np.ndarray, n: np.ndarray) -> np.ndarray:
        below, above = _pairs(drawn, n, figures.level)
        is_significant = p_values(drawn, n) * max(n_tests, 1) <= 1 - figures.level + 1e-12
        return np.asarray((np.maximum(below, -above).max(axis=1) > margin) & is_significant)

    return _smallest(figures.values, figures, is_decided, rng)


def needed_to_exclude(figures: GroupFigures, margin: float, rng: np.random.Generator) -> int | None:
    """Examples in all groups together at which a gap is shown absent with a chance of 80 % when there is none.

    Args:
        figures: Shares, of two groups or more.
        margin: A gap up to this size counts as none.
        rng: For the simulated tables.

    Returns:
        At least the number there is; None at margin 0, or where ten million do not do.
    """
    rate = float((figures.values @ figures.n + 1) / (figures.n.sum() + 2))
    return _within(margin, np.full(len(figures.n), rate), figures, rng)


def needed_to_confirm(figures: GroupFigures, margin: float, rng: np.random.Generator) -> int | None:
    """Examples in all groups together at which a gap is shown absent with a chance of 80 % when it is the one seen.

    Args:
        figures: Shares, of two groups or more.
        margin: A gap up to this size counts as none.
        rng: For the simulated tables.

    Returns:
        At least the number there is; None where the gap seen is not within the margin, or ten million do not do.
    """
    return None if np.ptp(figures.values) >= margin else _within(margin, figures.values, figures, rng)


def _within(margin: float, rates: np.ndarray, figures: GroupFigures, rng: np.random.Generator) -> int | None:
    if margin <= 0:
        return None

    def is_decided(drawn: np.ndarray, n: np.ndarray) -> np.ndarray:
        below, above = _pairs(drawn, n, figures.level)
        return np.asarray(np.maximum(above, -below).max(axis=1) <= margin)

    return _smallest(rates, figures, is_decided, rng)


def _pairs(drawn: np.ndarray, n: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Simultaneous limits (n_draws, n_pairs) of the difference of each pair of groups."""
    first, second = np.triu_indices(len(n), 1)
    low, high = wilson(drawn, n, simultaneous_level(level, len(first)))
    share = drawn / n
    ends = (low[:, first], high[:, first]), (low[:, second], high[:, second])
    return difference(share[:, first], ends[0], share[:, second], ends[1])


def _smallest(rates: np.ndarray, figures: GroupFigures, is_decided: Judge, rng: np.random.Generator) -> int | None:
    seed, n_least = int(rng.integers(2**63)), int(figures.n.sum())
    shares = figures.n / n_least

    def has_power(n_all: float) -> bool:
        n = np.maximum(np.rint(shares * n_all), 1).astype(np.int64)
        drawn = np.random.default_rng(seed).binomial(n, rates, size=(_N_DRAWS, len(n)))
        return bool(is_decided(drawn, n).mean() >= POWER)

    below, above = float(n_least), float(n_least)
    while not has_power(above):
        below, above = above, above * 4
        if above > MOST:
            return None
    for _ in range(_STEPS if above > below else 0):
        middle = float(np.sqrt(below * above))
        below, above = (below, middle) if has_power(middle) else (middle, above)
    return int(np.ceil(above))
