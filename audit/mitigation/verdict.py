"""What a mitigation's changes are called."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.results.mitigations import MitigationVerdict

GAP, FLIPS, F1, LOWEST = "largest_recall_gap_change", "flip_rate_change", "f1_macro_change", "lowest_recall_change"
BETTER, WORSE = "better_recall_change", "worse_recall_change"


@dataclass(frozen=True)
class Judgement:
    """A verdict, and what it says of every figure that it is about."""

    verdict: MitigationVerdict
    because: Reason
    shrank: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()


def judge(changes: Sequence[Measure], margin: float) -> Judgement:
    """The verdict from intervals, what decided, what shrank, and what cannot be told beside it.

    A disparity is a largest recall gap or the flip rate. It shrank where its whole interval is below 0 and it moved by
    the margin or more, and grew where the same is true above. In this order:

    - worse: one grew;
    - levelled down: a gap shrank, the group that was ahead fell, and fell by more than the other rose;
    - worse: macro F1 fell by more than the margin, or the lowest recall did and no disparity shrank;
    - improved: one shrank, and macro F1 fell by no more than the margin as far as it is known; the verdict names what
      shrank and, where it is not all, what cannot be told;
    - no change: every disparity is shown to have moved by less than the margin, none without a figure;
    - insufficient evidence: else.

    Args:
        changes: Of one setting against none.
        margin: What counts as none, `audit.margin`.
    """
    asked = [one for one in changes if one.metric in (GAP, FLIPS)]
    disparities = [one for one in asked if one.value is not None]
    shrank = [one for one in disparities if _is_less(one, margin)]
    untold = [one for one in asked if one not in shrank and not _is_small(one, margin)]
    untold += [one for one in changes if one.metric in (F1, LOWEST) and (one.low is None or one.low < -margin)]
    verdict, because = _verdict(changes, asked, disparities, shrank, margin)
    return Judgement(verdict, because, tuple(map(_id_of, shrank)), tuple(map(_id_of, untold)))


def _verdict(
    changes: Sequence[Measure],
    asked: Sequence[Measure],
    disparities: Sequence[Measure],
    shrank: Sequence[Measure],
    margin: float,
) -> tuple[MitigationVerdict, Reason]:
    grew = [one for one in disparities if one.low is not None and one.low > 0 and _moved(one, margin)]
    fell = [one for one in changes if one.metric in (F1, LOWEST) and one.high is not None and one.high < -margin]
    if grew:
        return "worse", Reason.of("disparity_grew", measure=_id_of(grew[0]))
    by_scope = {(one.metric, one.scope.get("attribute")): one for one in changes}
    levelled = [one for one in shrank if one.metric == GAP and _is_levelled(by_scope, one.scope["attribute"])]
    if levelled:
        return "levelled down", Reason.of(
            "ahead_fell", measure=_id_of(by_scope[BETTER, levelled[0].scope["attribute"]])
        )
    if fell and (not shrank or any(one.metric == F1 for one in fell)):
        return "worse", Reason.of("quality_fell", measure=_id_of(fell[0]))
    if shrank and any(one.metric == F1 and (one.value or 0.0) < -margin for one in changes):
        return "insufficient evidence", Reason.of("quality_open")
    if shrank:
        return "improved", Reason.of("disparity_shrank", measure=_id_of(min(shrank, key=lambda one: one.value or 0.0)))
    if asked and all(_is_small(one, margin) for one in asked):
        return "no change", Reason.of("disparities_stayed")
    return "insufficient evidence", Reason.of("disparities_open")


def _is_less(change: Measure, margin: float) -> bool:
    return change.high is not None and change.high < 0 and _moved(change, margin)


def _moved(change: Measure, margin: float) -> bool:
    return abs(change.value or 0.0) >= margin


def _is_levelled(by_scope: Mapping[tuple[str, str | None], Measure], attribute: str) -> bool:
    ahead, behind = by_scope[BETTER, attribute], by_scope[WORSE, attribute]
    is_shown = ahead.high is not None and ahead.high < 0
    return is_shown and -(ahead.value or 0.0) > (behind.value or 0.0)


def _is_small(change: Measure, margin: float) -> bool:
    return change.low is not None and change.high is not None and -margin < change.low and change.high < margin


def _id_of(measure: Measure) -> str:
    """Of the figure that changed, without the setting and the split that its row names."""
    scope = {name: value for name, value in measure.scope.items() if name not in ("mitigation", "split")}
    return measure_id(measure.metric.removesuffix("_change"), scope)
