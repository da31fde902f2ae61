"""How the clauses of each law or standard stand on this card, in one line each."""

from collections import Counter

from boletim.reports.card.anchors import table_anchor
from boletim.reports.crosswalk.clauses import load_crosswalk
from boletim.reports.crosswalk.standing import STANDINGS, standing_of
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Link


def clause_lines(context: Context) -> list[Link]:
    """One sentence per law or standard, with its clauses counted by how they stand, and the table that lists them."""
    return [
        Link(
            f"#{table_anchor(framework.id)}",
            context.text(
                "crosswalk.totals",
                name=context.text(f"clauses.{framework.id}.short"),
                n=len(framework.clauses),
                counts=counted_clauses(context, framework.id),
            ),
        )
        for framework in load_crosswalk().frameworks
    ]


def counted_clauses(context: Context, framework_id: str) -> str:
    """`20 answered, 4 partly, …`: only what there is."""
    framework = next(one for one in load_crosswalk().frameworks if one.id == framework_id)
    counted = Counter(standing_of(context.card, clause, context.has_section) for clause in framework.clauses)
    return ", ".join(context.text(f"crosswalk.counts.{key}", n=counted[key]) for key in STANDINGS if counted[key])
