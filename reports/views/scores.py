"""Somebody else's scores: which way is better, what range was stated, and how they are spread."""

from typing import Any

from boletim.contracts.answers.scored_texts import QUANTILES, ScoreFacts
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Table, make_table
from boletim.reports.page.section import Section

_NAMED = {0.0: "min", 0.5: "median", 1.0: "max"}


def build(context: Context) -> dict[str, Any] | None:
    """What was stated and what was found; None where nothing was scored."""
    facts = context.own_facts(ScoreFacts)
    if not facts.column:
        return None
    notes = [context.text("scores.foreign"), context.text(f"scores.{'up' if facts.higher_is_better else 'down'}")]
    if facts.n_clusters:
        notes.append(context.text("scores.clusters", n=facts.n_clusters, n_texts=context.facts.n))
    else:
        notes.append(context.text("scores.each_alone"))
    if facts.range is None:
        notes.append(context.text("scores.no_range"))
    else:
        low, high = (f"{end:g}".replace(".", context.numbers.decimal) for end in facts.range)
        notes.append(context.text("scores.range", low=low, high=high))
    return {"notes": notes, "spread": _spread(context, facts)}


def _spread(context: Context, facts: ScoreFacts) -> Table:
    names = [
        context.text(f"scores.{_NAMED[at]}")
        if at in _NAMED
        else context.text("scores.quantile", share=context.numbers.percentage(at))
        for at in QUANTILES
    ]
    columns = [
        (context.text("scores.column"), "name"),
        *((name, "number") for name in names),
        (context.text("scores.sd"), "number"),
    ]
    row = [facts.column, *(context.numbers.number(value) for value in (*facts.quantiles, facts.spread))]
    return make_table(context.text("scores.spread"), columns, [row])  # type: ignore[arg-type, list-item]


SECTION = Section("scores", "62_scores.html.j2", build)
