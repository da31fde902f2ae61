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
    rows = []
    for row in audit.rows:
        is_low = row.ratio is not None and row.ratio < _FOUR_FIFTHS
        note = context.text("bias_audit.small") if row.is_small else ""
        rows.append(
            [
                Cell(CROSSED.join(context.text(f"bias_audit.names.{_key(name)}") for name in row.categories), "name"),
                Cell(numbers.count(row.assessed), "number"),
                Cell(numbers.count(row.selected), "number"),
                Cell(numbers.percentage(row.rate, 1), "number"),
                Cell(
                    numbers.number(row.ratio, 3) if row.ratio is not None else ABSENT,
                    "number",
                    note=context.text("groups.below_four_fifths") if is_low else note,
                ),
            ]
        )
    caption = context.text(
        "bias_audit.caption",
        columns=CROSSED.join(context.names.one(column) for column in audit.columns),
        label=context.names.one(selected),
    )
    more = context.text("bias_audit.unknown", n=audit.n_unknown)
    return make_table(caption, columns, rows, more=more, token="dense")  # type: ignore[arg-type]


def _key(category: str) -> str:
    return category.lower().replace(" ", "_")
