"""Mitigations compared: what each did to the gaps and at whose cost, on validation, and the chosen one on the test."""

from collections.abc import Sequence
from typing import Any

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.results.mitigations import MitigationRow, MitigationStudy, MitigationTest
from boletim.reports.charts.interval_dots import DotRow, draw_interval_dots
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Badge, Cell, Chart, Table, make_table
from boletim.reports.page.numbers import ABSENT
from boletim.reports.page.section import Section
from boletim.reports.views.parts.group_thresholds import own_threshold_tables

_TOKENS = {
    "improved": "pass",
    "no change": "none",
    "insufficient evidence": "open",
    "levelled down": "fail",
    "worse": "fail",
}
_DISPARITIES = ("largest_recall_gap", "flip_rate")
_OWN_SCOPE = ("mitigation", "split")


def build(context: Context) -> dict[str, Any] | None:
    """Nothing where no mitigation was compared."""
    search = context.card.search
    study = search.mitigations if search is not None else None
    if study is None:
        return None
    test, thresholds = context.card.audit.mitigation, own_threshold_tables(context)
    return {
        "summary": context.text("mitigation.summary", n=study.n, n_seeds=max(row.n_seeds for row in study.rows)),
        "choice": _choice(context, study),
        "chart": _chart(context, study),
        "table": _table(context, context.text("mitigation.table", n=context.numbers.count(study.n)), study.rows),
        "notes": _notes(context, study),
        "test": _test(context, test),
        "test_table": _test_table(context, test),
        "leakage": _leakage(context, study),
        "own_thresholds": thresholds,
        "own_thresholds_note": context.text("mitigation.own_thresholds.note") if thresholds else "",
    }


def mitigation_name(context: Context, mitigation: str) -> str:
    """A mitigation in the reader's words."""
    return context.text(f"mitigation.names.{mitigation}")


def mitigation_badge(context: Context, row: MitigationRow) -> Badge:
    """The verdict by word, shape and colour."""
    if row.verdict is None:
        return Badge("none", context.text("mitigation.verdicts.not_trained"))
    said = context.text(f"mitigation.verdicts.{row.verdict.replace(' ', '_')}")
    if row.verdict == "improved" and row.untold:
        names = (context.words.figures(ids, context.names.column) for ids in (row.shrank, row.untold))
        said = context.text(
            "mitigation.in_part", **dict(zip(("verdict", "shrank", "untold"), (said, *names), strict=True))
        )
    return Badge(_TOKENS[row.verdict], said)


def _choice(context: Context, study: MitigationStudy) -> str:
    if study.chosen == "none":
        return context.text("mitigation.none_chosen")
    return context.text("mitigation.chosen", name=_with_capital(mitigation_name(context, study.chosen)))


def _notes(context: Context, study: MitigationStudy) -> list[str]:
    settings = context.facts.settings
    notes = [
        context.text("mitigation.together", level=settings.level, margin=settings.margin),
        context.text("mitigation.levelling"),
    ]
    if study.n_swapped:
        notes.append(context.text("mitigation.swapped", n=context.numbers.count(study.n_swapped)))
    if study.n_small:
        notes.append(context.text("mitigation.small", n=context.numbers.count(study.n_small), least=settings.min_group))
    if any(row.mitigation == "erase" and row.n_seeds for row in study.rows):
        notes.append(context.text("mitigation.erased"))
    return [*notes, context.text("mitigation.test_is_evidence")]


def _chart(context: Context, study: MitigationStudy) -> Chart | None:
    """The change of every disparity, a row for each."""
    rows = [
        DotRow(
            label=context.text(
                "mitigation.row", name=mitigation_name(context, row.mitigation), measure=_shortest_name(context, change)
            ),
            value=change.value,
            low=change.low,
            high=change.high,
            text=_signed(context, change),
            is_marked=row.verdict == "improved" and row.mitigation == study.chosen,
        )
        for row in study.rows
        for change in row.changes
        if change.metric.removesuffix("_change") in _DISPARITIES and change.value is not None
    ]
    if not rows:
        return None
    reach = min(1.0, 1.05 * max(0.2, *(abs(end) for row in rows for end in (row.low, row.high) if end is not None)))
    margin = context.facts.settings.margin
    svg = draw_interval_dots(
        rows,
        context.numbers,
        limits=(-reach, reach),
        axis=context.text("mitigation.axis"),
        reference=0.0,
        band=(-margin, margin) if margin else None,
        ends=(context.text("mitigation.smaller"), context.text("mitigation.larger")),
    )
    alt = context.text("mitigation.alt", n=len(rows), first=rows[0].label, figure=rows[0].text)
    return Chart(svg, alt, context.text("mitigation.chart"))


def _table(context: Context, caption: str, rows: Sequence[MitigationRow]) -> Table:
    """A row for each mitigation: figures of `none`, changes of the others."""
    none = next(row for row in rows if row.mitigation == "none")
    columns: list[tuple[str, Any]] = [(context.text("mitigation.name"), "name")]
    columns += [(_short_name(context, measure), "number") for measure in none.measures]
    columns.append((context.text("mitigation.verdict"), "text"))
    return make_table(caption, columns, [_row(context, row, none) for row in rows], token="dense verdicts")


def _row(context: Context, row: MitigationRow, none: MitigationRow) -> list[Cell]:
    name = Cell(_with_capital(mitigation_name(context, row.mitigation)), "name")
    if row is none:
        return [name, *(_cell(context, measure) for measure in row.measures), Cell(ABSENT)]
    changes = {_key(change): change for change in row.changes}
    cells = [_cell(context, changes.get(_key(measure)), is_change=True) for measure in none.measures]
    return [name, *cells, Cell("", badge=mitigation_badge(context, row), note=_because(context, row.because))]


def _cell(context: Context, measure: Measure | None, *, is_change: bool = False) -> Cell:
    """A figure with its interval below it."""
    if measure is None or measure.value is None:
        return Cell(ABSENT, "number", note="" if measure is None else context.doubt(measure))
    sign = "+" if is_change and round(measure.value, 3) > 0 else ""
    note = context.numbers.interval(measure.low, measure.high, 3)
    return Cell(sign + context.numbers.number(measure.value, 3), "number", note=note)


def _because(context: Context, reason: Reason | None) -> str:
    if reason is None:
        return ""
    values = dict(reason.values)
    if "measure" in values:
        values["measure"] = context.measure_name(str(values["measure"]))
    return context.words.reason(reason.model_copy(update={"values": values}))


def _test(context: Context, test: MitigationTest | None) -> str:
    if test is None:
        return ""
    verdict = mitigation_badge(context, test.chosen).text
    return context.text("mitigation.test", verdict=verdict)


def _test_table(context: Context, test: MitigationTest | None) -> Table | None:
    if test is None:
        return None
    caption = context.text("mitigation.test_table", n=context.numbers.count(test.n))
    return _table(context, caption, (test.none, test.chosen))


def _leakage(context: Context, study: MitigationStudy) -> Table | None:
    if not study.leakage:
        return None
    columns: list[tuple[str, Any]] = [(context.text("mitigation.leakage.column"), "name")]
    columns += [(context.text(f"mitigation.leakage.{key}"), "number") for key in ("before", "after", "chance")]
    columns.append((context.text("performance.n"), "number"))
    rows: list[list[Cell | str]] = [
        [
            context.names.column(one.attribute),
            *(Cell(context.numbers.figure(m, 3), "number", note=context.doubt(m)) for m in (one.before, one.after)),
            context.numbers.number(one.chance, 3),
            context.numbers.count(one.before.n),
        ]
        for one in study.leakage
    ]
    return make_table(context.text("mitigation.leakage.table"), columns, rows)


def _key(measure: Measure) -> str:
    """What a figure and its change have in common."""
    scope = {name: value for name, value in measure.scope.items() if name not in _OWN_SCOPE}
    return measure_id(measure.metric.removesuffix("_change"), scope)


def _short_name(context: Context, measure: Measure) -> str:
    metric = measure.metric.removesuffix("_change")
    if metric == "largest_recall_gap":
        return context.text("mitigation.gap", column=context.names.column(measure.scope["attribute"]))
    return context.metric_name(metric)


def _shortest_name(context: Context, change: Measure) -> str:
    if "attribute" in change.scope:
        return context.text("mitigation.row_gap", column=context.names.column(change.scope["attribute"]))
    return context.text("mitigation.row_flips")


def _signed(context: Context, change: Measure) -> str:
    sign = "+" if round(change.value or 0.0, 3) > 0 else ""
    return sign + context.numbers.figure(change, 3)


def _with_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


SECTION = Section("mitigation", "54_mitigation.html.j2", build)
