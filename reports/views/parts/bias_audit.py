"""The tables of New York City's rule on hiring tools, where the configuration asks for them."""

from boletim.reports.card.bias_audit import BiasAudit, bias_audits
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.names import CROSSED
from boletim.reports.page.numbers import ABSENT

_FOUR_FIFTHS = 0.8


def bias_audit_tables(context: Context) -> list[Table]:
    """One by sex, one by race and ethnicity, one by both; none where nobody asked or examples have weights."""
    asked = context.card.provided.bias_audit
    if asked is None or context.facts.weights is not None:
        return []
    return [
        _table(context, audit, asked.selected)
        for audit in bias_audits(asked, context.card.audit.measures, context.facts.n)
    ]


def _table(context: Context, audit: BiasAudit, selected: str) -> Table:
    numbers = context.numbers
    columns = [
        (context.text("bias_audit.category"), "name"),
        (context.text("bias_audit.assessed"), "number"),
        (context.text("bias_audit.selected"), "number"),
        (context.text("bias_audit.rate"), "number"),
        (context.text("bias_audit.ratio"), "number"),
    ]
    has_scores = any(row.above is not None for row in audit.rows)
    if has_scores:
        columns += [(context.text(f"bias_audit.{key}"), "number") for key in ("above", "scoring_rate", "scoring_ratio")]
    rows = []
    for row in audit.rows:
        names = CROSSED.join(context.text(f"bias_audit.names.{_key(name)}") for name in row.categories)
        cells = [
            Cell(names, "name", note=context.text("bias_audit.small") if row.is_small else ""),
            Cell(numbers.count(row.assessed), "number"),
            Cell(numbers.count(row.selected), "number"),
            Cell(numbers.percentage(row.rate, 1), "number"),
            _ratio(context, row.ratio),
        ]
        if has_scores:
            rate = ABSENT if row.scoring_rate is None else numbers.percentage(row.scoring_rate, 1)
            cells += [Cell(numbers.count(row.above), "number"), Cell(rate, "number")]
            cells.append(_ratio(context, row.scoring_ratio))
        rows.append(cells)
    caption = context.text(
        "bias_audit.caption",
        columns=CROSSED.join(context.names.one(column) for column in audit.columns),
        label=context.names.one(selected),
    )
    more = context.text("bias_audit.unknown", n=audit.n_unknown)
    return make_table(caption, columns, rows, more=more, token="dense")  # type: ignore[arg-type]


def _ratio(context: Context, ratio: float | None) -> Cell:
    is_low = ratio is not None and ratio < _FOUR_FIFTHS
    text = ABSENT if ratio is None else context.numbers.number(ratio, 3)
    return Cell(text, "number", note=context.text("groups.below_four_fifths") if is_low else "")


def _key(category: str) -> str:
    return category.lower().replace(" ", "_")
