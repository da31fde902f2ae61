"""Which group a single column shows to be served worst, and what wider gaps of crossed columns add to that."""

from boletim.contracts.finding import Finding
from boletim.reports.card.findings import followed_up
from boletim.reports.page.context import Context
from boletim.reports.views.parts.people import interval_in_words


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


def widest_ungated(context: Context) -> str:
    """The widest gap that a single column shows and no gate judges; empty without one, and where no gates were set."""
    gated = {gate.measure for gate in context.card.gates}
    left = [
        finding
        for finding in followed_up(context.card)
        if finding.kind == "disparity" and finding.values.get("gap") is not None
        if not _is_crossed(finding) and finding.measures[0] not in gated
    ]
    return _sentence(context, max(left, key=_gap), "front.ungated") if left and gated else ""


def _sentence(context: Context, finding: Finding, key: str = "page_two.worst_served") -> str:
    values, ends = finding.values, (_end(finding, "gap_low"), _end(finding, "gap_high"))
    label = str(values.get("class") or "")
    return context.text(
        f"{key}_of_class" if label else key,
        label=context.names.one(label),
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
    columns = str(crossed.values.get("attribute")).split("+")
    return crossed.severity == "low" and any(
        one.values.get("attribute") in columns
        and (one.values.get("class"), one.key) == (crossed.values.get("class"), crossed.key)
        for one in alone
    )
