"""Compare two runs: the difference of every measure with its interval, and whether it is worse beyond the margin."""

from collections.abc import Callable, Iterable, Mapping

from boletim.contracts.measure import Measure
from boletim.contracts.method import AS_IF_DIFFERENT_TEXTS, MOVER, PAIRED
from boletim.contracts.results.card import Card, GateOutcome
from boletim.contracts.results.changes import Change, ChangeStatus, GateChange, RunDiff
from boletim.reports.card.diff_family import as_families

Correlation = Callable[[Measure], float | None]
"""Of the two runs' estimates of one measure; None where it is not known."""

_DECIDING = ("accuracy", "recall_micro", "precision_micro", "balanced_accuracy", "f1_macro")
_OVERALL = (*_DECIDING, "f1_micro", "f1_weighted", "mcc", "roc_auc_macro", "brier", "ece")
_BY_SCOPE = {
    "class": ("recall", "precision", "f1"),
    "group": ("accuracy", "recall_micro", "precision_micro", "f1_macro"),
    "class and group": ("recall",),
    "gap": ("recall_gap", "accuracy_gap", "recall_micro_gap", "precision_micro_gap", "f1_macro_gap"),
}
_RANK: dict[ChangeStatus, int] = {"worse": 0, "cannot be told": 1, "better": 2, "no worse": 3, "not judged": 4}


def compare_cards(old: Card, new: Card, *, is_same_texts: bool, margin: float, correlation: Correlation) -> RunDiff:
    """Every measure that both cards have, from the one that got worse to those that are not judged.

    A measure is *worse* when the whole interval of its difference lies beyond the margin on the bad side, and still
    does so after Holm over all that may decide (`diff_family`); *no worse*
    when no part of it does, *better* when the whole interval lies on the good side of no change, and otherwise it
    *cannot be told*. The outcome is a regression when any measure is worse, and cannot be told when that holds for
    accuracy, balanced accuracy, macro F1, or recall and precision of all entities.

    Args:
        old: The card to compare with.
        new: The card that is judged.
        is_same_texts: Whether both were audited on the same examples.
        margin: In the unit of the measures.
        correlation: Of two estimates, for measures on the same examples; passed in, because this room does not audit.
    """
    chief = new.audit.facts.chief
    before, after = _judged(old.audit.measures, chief), _judged(new.audit.measures, chief)
    level = new.audit.facts.settings.level
    changes = compare_changes(old.audit.measures, new.audit.measures, margin, level, correlation, chief)
    changes.sort(key=lambda c: (_RANK[c.status], _size(c)))
    statuses = {change.status for change in changes}
    overall = {change.status for change in changes if change.id in (*_DECIDING, chief)}
    is_open = "cannot be told" in overall or not overall
    return RunDiff(
        old=old.name,
        new=new.name,
        is_same_texts=is_same_texts,
        margin=margin,
        level=level,
        old_verdict=old.verdict,
        new_verdict=new.verdict,
        changes=tuple(changes),
        gates=tuple(_gates(old.gates, new.gates)),
        only_old=tuple(name for name in before if name not in after),
        only_new=tuple(name for name in after if name not in before),
        outcome="regression" if "worse" in statuses else "cannot be told" if is_open else "no regression",
    )


def compare_changes(
    old: Iterable[Measure],
    new: Iterable[Measure],
    margin: float,
    level: float,
    correlation: Correlation,
    chief: str = _DECIDING[0],
) -> list[Change]:
    """Every measure that both have, judged by its interval and held against its family.

    Args:
        old: Of the card to compare with.
        new: Of the card that is judged.
        margin: In the unit of the measures.
        level: Of the intervals.
        correlation: Of two estimates.
        chief: Metric of all examples that the kind of answer puts first.
    """
    before, after = _judged(old, chief), _judged(new, chief)
    changes = [_change(before[name], after[name], margin, correlation) for name in after if name in before]
    is_up_better = {name: bool(measure.higher_is_better) for name, measure in after.items()}
    return as_families(changes, (*_DECIDING, chief), is_up_better, margin, level)


def difference_limits(old: Measure, new: Measure, correlation: float) -> tuple[float, float] | None:
    """Limits of new minus old from the limits of both.

    Args:
        old: With or without an interval.
        new: The same measure, later.
        correlation: Of the two estimates; 0 for different examples, and wide for the same ones where it is positive.

    Returns:
        None where one has no interval.

    References:
        Zou and Donner 2008, Construction of confidence limits about effect measures, Statistics in Medicine 27
        (MOVER); for proportions this is Newcombe 1998, method 10.
    """
    if None in (old.value, old.low, old.high, new.value, new.low, new.high):
        return None
    o, ol, oh, n, nl, nh = (float(v) for v in (old.value, old.low, old.high, new.value, new.low, new.high))  # type: ignore[arg-type]
    down = (n - nl) ** 2 - 2 * correlation * (n - nl) * (oh - o) + (oh - o) ** 2
    up = (nh - n) ** 2 - 2 * correlation * (nh - n) * (o - ol) + (o - ol) ** 2
    return n - o - max(down, 0.0) ** 0.5, n - o + max(up, 0.0) ** 0.5


def _judged(measures: Iterable[Measure], chief: str) -> Mapping[str, Measure]:
    return {m.id: m for m in measures if m.metric in _metrics_of(m, chief) and m.higher_is_better is not None}


def _metrics_of(measure: Measure, chief: str) -> tuple[str, ...]:
    keys = set(measure.scope)
    if not keys:
        return (*_OVERALL, chief)
    if "probe" in keys:
        return ()
    if "attribute" in keys:
        return (*_BY_SCOPE["gap"], f"{chief}_gap")
    if keys == {"class"}:
        return _BY_SCOPE["class"]
    if len(keys) == 1:
        return (*_BY_SCOPE["group"], chief)
    return _BY_SCOPE["class and group"] if "class" in keys and len(keys) == 2 else ()


def _change(old: Measure, new: Measure, margin: float, correlation: Correlation) -> Change:
    known = correlation(new)
    limits = difference_limits(old, new, known or 0.0)
    difference = new.value - old.value if old.value is not None and new.value is not None else None
    is_doubtful = bool(old.undefined_because or new.undefined_because)
    method = MOVER + PAIRED if known is not None else MOVER + AS_IF_DIFFERENT_TEXTS
    return Change(
        id=new.id,
        old=old.value,
        new=new.value,
        n_old=old.n,
        n_new=new.n,
        difference=difference,
        low=limits[0] if limits else None,
        high=limits[1] if limits else None,
        method=method if limits else None,
        status="not judged" if is_doubtful or limits is None else _status(limits, margin, bool(new.higher_is_better)),
    )


def _status(limits: tuple[float, float], margin: float, higher_is_better: bool) -> ChangeStatus:
    low, high = limits if higher_is_better else (-limits[1], -limits[0])
    if high < -margin:
        return "worse"
    if low > 0:
        return "better"
    return "no worse" if low >= -margin else "cannot be told"


def _size(change: Change) -> float:
    return -abs(change.difference or 0.0)


def _gates(old: Iterable[GateOutcome], new: Iterable[GateOutcome]) -> Iterable[GateChange]:
    before, after = ({_name(gate): gate.status for gate in gates} for gates in (old, new))
    for name in dict.fromkeys([*after, *before]):
        yield GateChange(gate=name, old=before.get(name), new=after.get(name))


def _name(gate: GateOutcome) -> str:
    return f"{gate.measure} {'>=' if gate.bar == 'at_least' else '<='} {gate.threshold:g}"
