"""By which rules the findings of this card got their severity: every level that a page shows is explained here."""

from boletim.contracts.finding import FEW_CONTRADICTED, SEVERITY_OF, Rule
from boletim.reports.card.findings import ranked_findings
from boletim.reports.page.context import Context

_OF_GAPS: set[Rule] = {"far_beyond", "beyond"}


def severity_line(context: Context) -> str:
    """The rules used on this card, by level; empty where no finding has a severity.

    The two levels of the rule for gaps are said together. A finding without a rule comes from another package or from
    evidence of an older version.
    """
    rated = [finding for finding in ranked_findings(context.card) if finding.severity != "info"]
    used = {finding.rule for finding in rated if finding.rule is not None}
    if used & _OF_GAPS:
        used |= _OF_GAPS
    by_level: dict[str, list[str]] = {}
    for rule in SEVERITY_OF:
        if rule in used:
            by_level.setdefault(SEVERITY_OF[rule], []).append(_said(context, rule))
    said = [
        context.text(
            "page_two.severity.level",
            level=context.text(f"page_two.levels.{level}"),
            rules=context.text("page_two.severity.or").join(rules),
        )
        for level, rules in by_level.items()
    ]
    if used & _OF_GAPS:
        said.append(context.text("page_two.severity.unit"))
    if any(finding.rule is None for finding in rated):
        said.append(context.text("page_two.severity.unrecorded"))
    return " ".join([context.text("page_two.severity.title"), *said]) if said else ""


def _said(context: Context, rule: Rule) -> str:
    margin, number = context.facts.settings.margin, context.numbers.number
    return context.text(
        f"page_two.severity.rules.{rule}",
        points=number(200 * margin, 0),
        twice=number(2 * margin),
        share=context.numbers.percentage(FEW_CONTRADICTED),
    )
