"""Which classes are taken for which: the matrix, and the commonest confusions."""

from boletim.contracts.answers.one_label import OneLabelFacts
from boletim.reports.charts.confusion import draw_confusion
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Chart, Table, make_table
from boletim.reports.page.shorten import shorten

_MAX_MATRIX, _N_CONFUSIONS = 24, 6


def _confusion(context: Context) -> tuple[list[str], list[list[int]]]:
    return list(context.facts.labels), [list(row) for row in context.own_facts(OneLabelFacts).confusion]


def confusion_chart(context: Context) -> Chart | None:
    """The matrix; None where classes do not exclude each other, or are too many to draw."""
    labels, counts = _confusion(context)
    if not counts or len(labels) > _MAX_MATRIX:
        return None
    svg = draw_confusion(
        [context.names.one(label) for label in labels],
        counts,
        context.numbers,
        rows=context.text("performance.true_class"),
        columns=context.text("performance.predicted_class"),
    )
    n, n_right = sum(map(sum, counts)), sum(counts[i][i] for i in range(len(counts)))
    alt = context.text("performance.confusion_alt", n=n, n_right=n_right)
    return Chart(svg, alt, context.text("performance.confusion_chart"), token="wide")


def confusion_table(context: Context) -> Table | None:
    """The commonest confusions; None where there are none."""
    labels, counts = _confusion(context)
    refused = context.own_facts(OneLabelFacts).refused or [0] * len(counts)
    pairs = [
        (counts[i][j], sum(counts[i]) + refused[i], labels[i], labels[j])
        for i in range(len(counts))
        for j in range(len(counts))
        if i != j and counts[i][j]
    ]
    if not pairs:
        return None
    pairs.sort(key=lambda pair: (-pair[0], pair[2], pair[3]))
    columns = [
        (context.text("performance.true_class"), "name"),
        (context.text("performance.predicted_class"), "name"),
        (context.text("performance.n"), "number"),
        (context.text("performance.share_of_true"), "number"),
    ]
    name = context.names.one
    rows = [
        [
            shorten(name(true), 40),
            shorten(name(predicted), 40),
            context.numbers.count(n),
            context.numbers.share(n, total),
        ]
        for n, total, true, predicted in pairs
    ]
    return make_table(context.text("performance.confusions"), columns, rows, n_first=_N_CONFUSIONS)  # type: ignore[arg-type]
