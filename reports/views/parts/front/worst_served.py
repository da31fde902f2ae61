"""Which group a single column shows to be served worst, and what wider gaps of crossed columns add to that."""

from collections.abc import Sequence

from boletim.contracts.finding import Finding
from boletim.contracts.measure import parse_measure_id
from boletim.reports.card.findings import followed_up
from boletim.reports.page.context import Context
from boletim.reports.views.parts.people import interval_in_words

_N_COLUMNS = 3


def worst_served(context: Context) -> str:
    """The group behind the widest gap that a single column shows, and whether another may be as wide; empty where none
    was shown.
    """
    gaps = [f for f in followed_up(context.card) if f.kind == "disparity" and f.values.get("gap") is not None]
    alone = [finding for finding in gaps if not _is_crossed(finding)]
    if not alone:
        return ""
    widest = max(alone, key=_gap)
    said = [_sentence(context, widest)]
    if any(_end(one, "gap_high") >= _end(widest, "gap_low") for one in alone if one is not widest):
        said.append(context.text("page_two.worst_unranked"))
    wider = [finding for finding in gaps if _is_crossed(finding) and _gap(finding) > _gap(widest)]
    if wider and all(_repeats(crossed, alone) for crossed in wider):
        said.append(context.text("page_two.crossed_are_low"))
    return " ".join(said)


def worst_on_page_one(context: Context) -> str:
    """Who is recognised least where a single column shows a gap, and who less still where columns are crossed; the
    widest gap without a gate where they have none.
    """
    gated = {gate.measure for gate in context.card.gates}
    gaps = [f for f in followed_up(context.card) if f.kind == "disparity" and f.values.get("gap") is not None]
    alone = [finding for finding in gaps if not _is_crossed(finding)]
    least = _recognised_least(context, alone)
    said = [_named_least(context, least, gated)] if least else []
    said += _crossed_below(context, [finding for finding in gaps if _is_crossed(finding)], least)
    left = [finding for finding in alone if finding.measures[0] not in gated]
    if left and gated and (widest := max(left, key=_gap)) not in least:
        said.append(_sentence(context, widest, "front.ungated"))
    return " ".join(said)


def _recognised_least(context: Context, alone: list[Finding]) -> list[Finding]:
    """Gaps in recall of a class, of the group recognised least and of those whose intervals overlap with its own."""
    if context.facts.settings.is_weighted:  # a weighted share is no share of the texts counted
        return []
    ends = {}
    for place, finding in enumerate(alone):
        low = context.evidence.get(finding.measures[1]) if len(finding.measures) > 1 else None
        of_class = finding.measures[0].startswith("recall_gap{") and bool(finding.values.get("class"))
        if of_class and low is not None and low.low is not None and low.high is not None:
            ends[place] = low
    ranked = sorted(ends, key=lambda place: float(ends[place].value or 0.0))
    return [alone[place] for place in ranked if (ends[place].low or 0.0) <= (ends[ranked[0]].high or 0.0)]


def _named_least(context: Context, least: list[Finding], gated: set[str]) -> str:
    named = [_one_least(context, finding, bool(gated) and finding.measures[0] not in gated) for finding in least[:2]]
    n_more = len(least) - len(named)
    key = "more" if n_more else ("two" if len(named) > 1 else "one")
    columns = [context.names.column(column) for column in context.evidence.group_columns]
    by = ", ".join(columns[:_N_COLUMNS]) + (" …" if len(columns) > _N_COLUMNS else "")
    return context.text(f"front.worst_served.{key}", columns=by, first=named[0], second=named[-1], n=n_more)


def _crossed_below(context: Context, crossed: list[Finding], least: list[Finding]) -> list[str]:
    """The crossed group of the lowest recall that a gap was shown for, where no single column goes as low."""
    lowest = _recognised_least(context, crossed)
    if not lowest or (least and _end(lowest[0], "low_value") >= _end(least[0], "low_value")):
        return []
    place = followed_up(context.card).index(lowest[0]) + 1
    key = f"front.worst_served.{'crossed_among' if lowest[1:] else 'crossed'}"
    return [context.text(key, first=_one_least(context, lowest[0], False), finding=place)]


def _one_least(context: Context, finding: Finding, is_ungated: bool) -> str:
    values, measure = finding.values, context.evidence.get(finding.measures[1])
    ends = (measure.low, measure.high) if measure is not None else (None, None)
    return context.text(
        f"front.worst_served.{'group_ungated' if is_ungated else 'group'}",
        group=context.names.group(str(values["low_group"])),
        label=context.names.one(str(values["class"])),
        share=interval_in_words(context, _end(finding, "low_value"), *ends, measure),
        n=context.numbers.count(int(_end(finding, "low_n"))),
    )


def _sentence(context: Context, finding: Finding, key: str = "page_two.worst_served") -> str:
    values, ends = finding.values, (_end(finding, "gap_low"), _end(finding, "gap_high"))
    label = str(values.get("class") or "")
    return context.text(
        f"{key}_of_class" if label else key,
        label=context.names.one(label),
        metric=context.metric_inside(parse_measure_id(finding.measures[0])[0].removesuffix("_gap")),
        group=context.names.group(str(values["low_group"])),
        other=context.names.group(str(values["high_group"])),
        gap=interval_in_words(context, _gap(finding), *ends, context.evidence.get(finding.measures[0])),
    )


def _is_crossed(finding: Finding) -> bool:
    return "+" in str(finding.values.get("attribute"))


def _gap(finding: Finding) -> float:
    return _end(finding, "gap")


def _end(finding: Finding, name: str) -> float:
    return float(finding.values[name] or 0.0)


def _repeats(crossed: Finding, alone: list[Finding]) -> bool:
    """Whether a crossed gap is of low severity, and one of its columns shows one for the same class."""
    return crossed.severity == "low" and repeated_by(crossed, alone) is not None


def repeated_by(crossed: Finding, found: Sequence[Finding]) -> Finding | None:
    """The gap of one of its columns, in the same figure of the same class, that a crossed gap repeats."""
    columns = str(crossed.values.get("attribute")).split("+")
    own = (crossed.values.get("class"), crossed.key)
    for one in found:
        if len(columns) > 1 and one.values.get("attribute") in columns and (one.values.get("class"), one.key) == own:
            return one
    return None
