"""What was said of each label, where a text may have several: takes the place of the confusion matrix."""

from boletim.contracts.answers.label_sets import LabelSetFacts
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.shorten import shorten

_MAX_LABELS = 60
_COLUMNS = ("label_hits", "label_missed", "label_in_vain", "label_rest")


def label_counts_table(context: Context) -> Table | None:
    """Four counts per label, in the audit's order; None where a text has one label."""
    facts, counts = context.facts, context.own_facts(LabelSetFacts).counts
    if not counts:
        return None
    thresholds = facts.thresholds or ()
    columns = [
        (context.text("performance.class"), "name"),
        *([(context.text("performance.label_threshold"), "number")] if thresholds else []),
        *((context.text(f"performance.{name}"), "number") for name in _COLUMNS),
    ]
    rows = [
        [
            Cell(shorten(context.names.one(label), 60), "name"),
            *(Cell(context.numbers.count(n), "number") for n in (one.hits, one.missed, one.in_vain, one.rest)),
        ]
        for label, one in zip(facts.labels, counts, strict=True)
    ]
    for row, threshold in zip(rows, thresholds, strict=False):
        row.insert(1, Cell(context.numbers.number(threshold, 2), "number"))
    caption = context.text("performance.label_counts", n=facts.n)
    more = context.more(len(rows) - _MAX_LABELS)
    return make_table(caption, columns, rows[:_MAX_LABELS], more=more, token="dense")  # type: ignore[arg-type]


def labels_per_text(context: Context) -> str:
    """How many labels texts have and are given; empty where a text has one."""
    own = context.own_facts(LabelSetFacts)
    if not own.counts:
        return ""
    return context.text(
        "performance.labels_per_text",
        n=context.facts.n,
        gold=own.per_example_gold,
        predicted=own.per_example_predicted,
        n_without=own.n_without_gold,
        n_without_predicted=own.n_without_predicted,
    )
