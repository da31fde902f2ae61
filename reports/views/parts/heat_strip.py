"""Every class in every group at a glance: a strip of shaded cells, each with its figure."""

from boletim.contracts.measure import Measure
from boletim.reports.card.anchors import cells_anchor
from boletim.reports.card.findings import followed_up
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.names import CROSSED
from boletim.reports.page.numbers import ABSENT, NARROW
from boletim.reports.page.shorten import shorten

_MOST_GROUPS = 6
_BESIDE = 3
"""Groups up to which interval and n stand on the same line."""
_TONES = (0.6, 0.7, 0.8, 0.9, 0.97)
_N_PRINTED = 14
_N_LISTED = 12
_FEWEST_TOLD = 2
"""Rows from which on a sentence is shorter."""


def heat_strip(context: Context, column: str) -> Table | None:
    """Recall of each class (rows, the worst first) in each group (columns); a list where there are many groups."""
    cells = [m for m in context.evidence.of_groups("recall", per_class=True, n_columns=1) if column in m.scope]
    found = {(m.scope["class"], context.names.one(m.scope[column])): m for m in cells if m.n > 0}
    return _strip(context, found, column)


def crossed_strip(context: Context) -> Table | None:
    """The same for the groups of two columns crossed."""
    columns = context.evidence.group_columns
    cells = context.evidence.of_groups("recall", per_class=True, n_columns=2) if len(columns) == 2 else []
    names = context.names
    found = {
        (m.scope["class"], CROSSED.join(names.one(m.scope[column]) for column in columns)): m for m in cells if m.n > 0
    }
    return _strip(context, found, "+".join(columns))


def has_cells(context: Context, column: str, label: str) -> bool:
    """Whether one of these tables shows the class in the groups of a column, or of both columns crossed."""
    columns = context.evidence.group_columns
    is_crossed = len(columns) == 2 and column == "+".join(columns)
    cells = context.evidence.of_groups("recall", per_class=True, n_columns=2 if is_crossed else 1)
    return any(m.scope["class"] == label and m.n > 0 and (is_crossed or column in m.scope) for m in cells)


def _pointed_at(context: Context, column: str) -> set[str]:
    """Classes of which a finding says how far the groups of the column are apart."""
    found = [f for f in followed_up(context.card) if f.kind == "disparity" and f.values.get("attribute") == column]
    return {str(finding.values["class"]) for finding in found if finding.values.get("class")}


def _strip(context: Context, found: dict[tuple[str, str], Measure], name: str) -> Table | None:
    groups = list(dict.fromkeys(group for _, group in found))
    if not found:
        return None
    pointed_at, column = _pointed_at(context, name), context.names.column(name)
    anchors = {label: cells_anchor(name, label) for label in pointed_at}
    if len(groups) > _MOST_GROUPS:
        return _as_list(context, column, found, anchors)
    labels = sorted(dict.fromkeys(label for label, _ in found), key=lambda label: _worst(found, label, groups))
    columns = [(context.text("performance.class"), "name"), *((group, "number") for group in groups)]
    rows = [
        [
            Cell(shorten(context.names.one(label), 60), "name", anchor=anchors.get(label, "")),
            *(_cell(context, found.get((label, group)), is_wide=len(groups) <= _BESIDE) for group in groups),
        ]
        for label in labels
    ]
    faultless = [label for label in labels if _is_faultless(found, label, groups)]
    is_told = len(faultless) >= _FEWEST_TOLD and len(labels) - len(faultless) <= _N_PRINTED
    return make_table(
        context.text("groups.strip", column=column),
        columns,  # type: ignore[arg-type]
        rows,
        token="cells strip dense",
        n_first=len(labels) - len(faultless) if is_told else _N_PRINTED,
        rest_in_words=_in_words(context, found, faultless) if is_told else "",
    )


def _is_faultless(found: dict[tuple[str, str], Measure], label: str, groups: list[str]) -> bool:
    """No miss in any group, and every group judged: the worst come first, so that these come last."""
    cells = [found.get((label, group)) for group in groups]
    return all(m is not None and m.value == 1 and not m.undefined_because for m in cells)


def _in_words(context: Context, found: dict[tuple[str, str], Measure], labels: list[str]) -> str:
    cells = [m for (label, _), m in found.items() if label in labels]
    lows = [m.low for m in cells if m.low is not None]
    return context.text(
        "groups.faultless",
        n=len(labels),
        names=", ".join(shorten(context.names.one(label), 40) for label in labels),
        fewest=min(m.n for m in cells),
        low=context.numbers.number(min(lows, default=None)),
    )


def _worst(found: dict[tuple[str, str], Measure], label: str, groups: list[str]) -> tuple[float, str]:
    values = [m.value for group in groups if (m := found.get((label, group))) and m.value is not None]
    return min(values, default=2.0), label


def _cell(context: Context, measure: Measure | None, *, is_wide: bool) -> Cell:
    if measure is None or measure.value is None:
        return Cell(ABSENT, "number", is_muted=True)
    is_doubtful = bool(measure.undefined_because)
    tone = None if is_doubtful else sum(measure.value >= limit for limit in _TONES)
    numbers = context.numbers
    if is_wide:
        return Cell(numbers.with_n(measure, 2), "number", note=context.doubt(measure), is_muted=is_doubtful, tone=tone)
    beside = f"{numbers.interval(measure.low, measure.high)} n{NARROW}={NARROW}{numbers.count(measure.n)}"
    return Cell(numbers.number(measure.value), "number", note=beside, is_muted=is_doubtful, tone=tone)


def _as_list(context: Context, column: str, found: dict[tuple[str, str], Measure], anchors: dict[str, str]) -> Table:
    left = dict(anchors)  # a class has a row for each group, and its worst is pointed to
    cells = sorted(found.items(), key=lambda item: (*_rank(item[1]), item[0]))
    columns = [
        (context.text("performance.class"), "name"),
        (column, "name"),
        (context.metric_name("recall"), "number"),
        (context.text("performance.n"), "number"),
    ]
    rows = [
        [
            Cell(shorten(context.names.one(label), 60), "name", anchor=left.pop(label, "")),
            Cell(shorten(group, 60), "name"),
            Cell(context.numbers.figure(m), "number", note=context.doubt(m), is_muted=bool(m.undefined_because)),
            Cell(context.numbers.count(m.n), "number"),
        ]
        for (label, group), m in cells
    ]
    caption = context.text("groups.cells", column=column)
    return make_table(caption, columns, rows, token="cells dense", n_first=_N_LISTED)  # type: ignore[arg-type]


def _rank(measure: Measure) -> tuple[bool, float]:
    return bool(measure.undefined_because), measure.value if measure.value is not None else 2.0
