"""A comparison of two runs as two families: the overall figures that decide, and everything else.

Some hundred comparisons are made, so one of two equal models would look worse somewhere in many data sets. What makes a
regression is therefore held against all of its family: accuracy, balanced accuracy and macro F1 are one, so that a drop
of the whole model need not stand against every class in every group; the rest is the other. Each keeps its share of
false regressions at (1 - level) / 2, since only one side of a two-sided test is bad, and both together at 1 - level.

References:
    Holm (1979), Scandinavian Journal of Statistics 6:65; Benjamini and Hochberg (1995), JRSS B 57:289.
"""

from collections.abc import Mapping, Sequence
from statistics import NormalDist

from boletim.contracts.results.changes import Change
from boletim.reports.card.misses import benjamini_hochberg, holm, two_sided


def as_families(
    changes: Sequence[Change], deciding: Sequence[str], is_up_better: Mapping[str, bool], margin: float, level: float
) -> list[Change]:
    """The changes with p and q; what is worse by its own interval and not in its family cannot be told.

    Args:
        changes: Each judged by its own interval.
        deciding: Ids of the overall figures that decide.
        is_up_better: By id, whether a higher value is better.
        margin: What counts as no worse.
        level: Of the intervals.
    """
    tested = [change for change in changes if change.status != "not judged"]
    q_values = dict(zip((c.id for c in tested), benjamini_hochberg([_p(c, 0.0, level) for c in tested]), strict=True))
    p_values: dict[str, float] = {}
    for family in ([c for c in tested if c.id in deciding], [c for c in tested if c.id not in deciding]):
        worse = holm([_p_worse(c, margin, level, is_up_better=is_up_better[c.id]) for c in family])
        p_values |= dict(zip((c.id for c in family), worse, strict=True))
    return [_settled(change, p_values.get(change.id), q_values.get(change.id), level) for change in changes]


def _settled(change: Change, p_holm: float | None, q: float | None, level: float) -> Change:
    status = change.status
    if status == "worse" and p_holm is not None and p_holm > 1 - level + 1e-12:
        status = "cannot be told"
    return change.model_copy(update={"p_holm": p_holm, "q": q, "status": status})


def _p_worse(change: Change, margin: float, level: float, *, is_up_better: bool) -> float:
    """Two-sided p of a difference of exactly the margin to the bad side; 1 where it is not beyond."""
    assert change.difference is not None
    bar = -margin if is_up_better else margin
    is_beyond = change.difference < bar if is_up_better else change.difference > bar
    return _p(change, bar, level) if is_beyond else 1.0


def _p(change: Change, bar: float, level: float) -> float:
    """Two-sided p of a difference, from the half of its interval that faces it."""
    assert change.difference is not None
    assert change.low is not None
    assert change.high is not None
    apart = bar - change.difference
    half = change.high - change.difference if apart > 0 else change.difference - change.low
    if apart == 0:
        return 1.0
    return two_sided(apart / half * NormalDist().inv_cdf((1 + level) / 2)) if half > 0 else 0.0
