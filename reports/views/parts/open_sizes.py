"""Each question that the data leave open, with the value seen, the examples there are, and how many would decide it."""

from boletim.contracts.results.card import rounded_up
from boletim.reports.card.anchors import OPEN_SIZES
from boletim.reports.card.open_questions import Need, open_questions
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.numbers import ABSENT
from boletim.reports.views.parts.people import figure_in_words, interval_in_words

_N_ROWS = 24
_MANY = 10
"""So many times the examples of now are an answer that needs its reason."""
_NEAR = 0.2
"""Share of the margin by which a value may lie from it and still be near."""


def open_sizes(context: Context) -> Table | None:
    """One row per open finding; None where the data leave none open."""
    margin = context.facts.settings.margin
    known = {measure.id: measure for measure in context.evidence.measures}
    needs = [need for question in open_questions(context.card, known, margin) for need in question.needs]
    if not needs:
        return None
    columns = [(context.text(f"open_sizes.{key}"), kind) for key, kind in _COLUMNS]
    return make_table(
        context.text("open_sizes.caption"),
        columns,  # type: ignore[arg-type]
        [_row(context, need) for need in needs],
        token="open-sizes dense",
        n_first=_N_ROWS,
        more=_why_many(context, needs, margin),
        anchor=OPEN_SIZES,
    )


_COLUMNS = (("question", "name"), ("seen", "number"), ("now", "number"), ("needed", "number"))


def _row(context: Context, need: Need) -> list[Cell]:
    measure, count = need.measure, context.numbers.count
    if measure is None:
        return [
            Cell(context.claim(need.finding), "name"),
            *[Cell(ABSENT, "number", is_muted=True)] * 2,
            _needed(context, need),
        ]
    value = measure.value
    seen = ABSENT if value is None else interval_in_words(context, value, measure.low, measure.high, measure, 1)
    return [
        Cell(context.measure_name(measure.id), "name"),
        Cell(seen, "number", is_muted=value is None),
        Cell(count(measure.n), "number"),
        _needed(context, need),
    ]


def _needed(context: Context, need: Need) -> Cell:
    if need.n_needed is None:
        return Cell(context.text(f"open_sizes.untold.{need.why_untold}"), "number", is_muted=True)
    return Cell(context.numbers.count(rounded_up(need.n_needed)), "number")


def _why_many(context: Context, needs: list[Need], margin: float) -> str:
    near = [need.measure for need in needs if need.measure is not None and _is_near(need, margin)]
    if not near:
        return ""
    return context.text("open_sizes.near", margin=figure_in_words(context, margin, near[0]))


def _is_near(need: Need, margin: float) -> bool:
    """Whether very many are needed because the value seen lies so near the margin."""
    measure = need.measure
    if measure is None or measure.value is None or need.n_needed is None:
        return False
    return abs(abs(measure.value) - margin) <= _NEAR * margin and need.n_needed >= _MANY * measure.n
