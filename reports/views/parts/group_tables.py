"""Tables about each group beside its figures: selection and scores, AUCs against the background, recall differences."""

from boletim.contracts.measure import Measure
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.numbers import ABSENT, decimals_beside
from boletim.reports.page.shorten import shorten

_SELECTION = ("selection_rate", "impact_ratio", "scoring_rate", "scoring_impact_ratio")
_BACKGROUND = ("roc_auc", "bpsn_auc", "bnsp_auc", "negative_aeg", "positive_aeg")
_AREAS = ("bpsn_auc", "bnsp_auc", "roc_auc")
_DIFFERENCE = ("recall", "recall_difference")
_N_FIRST = 5
_RATIOS = ("impact_ratio", "scoring_impact_ratio")
_FOUR_FIFTHS = 0.8


def selection_table(context: Context, column: str) -> Table | None:
    """Selection and scoring rates with their ratios to the highest group, the lowest ratio first."""
    return _table(context, column, _SELECTION, _RATIOS, "groups.selection")


def background_table(context: Context, column: str) -> Table | None:
    """AUCs of each group within and against the background, the one with the lowest of the three first."""
    return _table(context, column, _BACKGROUND, _AREAS, "groups.background")


def difference_table(context: Context, column: str) -> Table | None:
    """Recall of each group less that of the others, the lowest first."""
    return _table(context, column, _DIFFERENCE, ("recall_difference",), "groups.differences")


def correlation_note(context: Context, column: str) -> str:
    """The correlation of each group's recall differences with its share of the classes; empty where there is none."""
    metric = "recall_difference_share_correlation"
    found = [m for m in context.evidence.select(metric, column) if m.value is not None]
    figures = [f"{context.names.one(m.scope[column])} {context.numbers.with_n(m)}" for m in found]
    is_open = all(m.low is None or m.high is None or m.low <= 0 <= m.high for m in found)
    key = "groups.correlation_open" if is_open else "groups.correlation"
    return context.text(key, figures="; ".join(figures)) if figures else ""


def _table(
    context: Context, column: str, metrics: tuple[str, ...], ranked_by: tuple[str, ...], title: str
) -> Table | None:
    found = {
        (m.metric, m.scope["class"], m.scope[column]): m
        for metric in metrics
        for m in context.evidence.select(metric, "class", column)
    }
    cells = [key[1:] for key, m in found.items() if key[0] == ranked_by[0] and m.value is not None]
    if not cells:
        return None
    cells.sort(key=lambda cell: (min(_rank(found[m, *cell]) for m in ranked_by if (m, *cell) in found), cell))
    shown = [metric for metric in metrics if any(key[0] == metric for key in found)]
    columns = [
        (context.text("performance.class"), "name"),
        (context.names.column(column), "name"),
        *((context.metric_name(metric), "number") for metric in shown),
    ]
    rows = [
        [
            Cell(shorten(context.names.one(label), 40), "name"),
            Cell(_with_n(context, group, [m for metric in shown if (m := found.get((metric, label, group)))])),
            *(_figure(context, found.get((metric, label, group))) for metric in shown),
        ]
        for label, group in cells
    ]
    caption = context.text(title, column=context.names.column(column))
    return make_table(caption, columns, rows, token="beside dense", n_first=_N_FIRST)  # type: ignore[arg-type]


def _with_n(context: Context, group: str, figures: list[Measure]) -> str:
    """A group with the n of the first figure, which is of the group alone; the others weigh it against the rest."""
    return context.text("groups.with_n", group=shorten(context.names.one(group), 40), n=figures[0].n)


def _rank(measure: Measure) -> tuple[bool, float]:
    return bool(measure.undefined_because), measure.value if measure.value is not None else 2.0


def _figure(context: Context, measure: Measure | None) -> Cell:
    if measure is None:
        return Cell(ABSENT, "number", is_muted=True)
    is_low = measure.metric in _RATIOS and measure.value is not None and measure.value < _FOUR_FIFTHS
    is_near = measure.high is not None and measure.high >= _FOUR_FIFTHS
    note = context.text(f"groups.{'near' if is_near else 'below'}_four_fifths") if is_low else ""
    is_reference = measure.metric in _RATIOS and measure.value == 1 and measure.low is None
    note = context.text("groups.reference") if is_reference else note
    decimals = decimals_beside(_FOUR_FIFTHS, measure.value) if is_low else None
    return Cell(
        context.numbers.figure(measure, decimals), "number", note=note, is_muted=bool(measure.undefined_because)
    )
