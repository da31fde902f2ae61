"""What changed since the last card: the same figures as `boletim diff`."""

from typing import Any

from boletim.contracts.measure import Measure, parse_measure_id
from boletim.contracts.results.changes import Change, RunDiff
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Badge, Cell, Table, make_table
from boletim.reports.page.numbers import ABSENT
from boletim.reports.page.section import Section

_MAX_ROWS = 14
_N_NAMED = 5
_TOKENS = {
    "worse": "fail",
    "cannot be told": "open",
    "better": "pass",
    "no worse": "pass",
    "not judged": "none",
    "regression": "fail",
    "no regression": "pass",
}
_PARTS = ("overall", "classes", "groups", "gaps")


def build(context: Context) -> dict[str, Any] | None:
    """Nothing where no last card was named."""
    diff = context.card.changes
    if diff is None:
        return None
    texts = "same" if diff.is_same_texts else "other"
    return {
        "badge": outcome_badge(context, diff),
        "summary": summary(context, diff),
        "notes": [
            context.text("changes.margin", margin=diff.margin),
            context.text(f"changes.texts.{texts}"),
        ],
        "tables": [_change_table(context, diff, part) for part in _PARTS],
        "paired": _paired_table(context, diff),
        "gates": _gate_table(context, diff),
        "left_out": [
            context.text(f"changes.{key}", n=len(ids), names=", ".join(map(context.measure_name, ids[:_N_NAMED])))
            for key, ids in (("only_old", diff.only_old), ("only_new", diff.only_new))
            if ids
        ],
    }


def outcome_badge(context: Context, diff: RunDiff) -> Badge:
    """The outcome by word, shape and colour."""
    return Badge(_TOKENS[diff.outcome], context.text(f"changes.outcome.{_key(diff.outcome)}"))


def since_last(context: Context) -> str:
    """How this card stands against the last one, in one sentence; empty where there is none."""
    diff = context.card.changes
    if diff is None:
        return ""
    n_worse = sum(change.status == "worse" for change in diff.changes)
    return context.text("page_one.since", old=diff.old, outcome=outcome_badge(context, diff).text, n=n_worse)


def summary(context: Context, diff: RunDiff) -> str:
    """Both verdicts, and how many figures got worse, better, stayed, or cannot be told."""
    counts = {key: sum(change.status == key for change in diff.changes) for key in _TOKENS}
    return context.text(
        "changes.summary",
        old=diff.old,
        old_verdict=context.badge(diff.old_verdict).text,
        new_verdict=context.badge(diff.new_verdict).text,
        n=len(diff.changes),
        **{_key(name): n for name, n in counts.items()},
    )


def judged_changes(diff: RunDiff) -> list[Change]:
    """What can be put in words at a glance: overall figures, and everything that got worse."""
    return [change for change in diff.changes if not parse_measure_id(change.id)[1] or change.status == "worse"]


def change_texts(context: Context, change: Change) -> tuple[str, str, str, str]:
    """Old value, new value, difference with its interval, status."""
    numbers, decimals = context.numbers, 3
    return (
        numbers.number(change.old, decimals) if change.old is not None else ABSENT,
        numbers.number(change.new, decimals) if change.new is not None else ABSENT,
        _signed(context, change.difference, change.low, change.high),
        context.text(f"changes.status.{_key(change.status)}"),
    )


def _change_table(context: Context, diff: RunDiff, part: str) -> Table | None:
    found = [change for change in diff.changes if _part(change) == part]
    if not found:
        return None
    columns = [
        (context.text("performance.metric"), "name"),
        (context.text("changes.old"), "number"),
        (context.text("changes.new"), "number"),
        (context.text("changes.difference"), "number"),
        (context.text("performance.n"), "number"),
        (context.text("changes.judged"), "text"),
    ]
    rows = [_change_row(context, change) for change in found[:_MAX_ROWS]]
    caption, more = context.text(f"changes.captions.{part}"), _more(context, len(found) - _MAX_ROWS)
    return make_table(caption, columns, rows, more=more, token="moved dense")  # type: ignore[arg-type]


def _change_row(context: Context, change: Change) -> list[Cell]:
    old, new, difference, status = change_texts(context, change)
    return [
        Cell(context.measure_name(change.id), "name"),
        Cell(old, "number"),
        Cell(new, "number"),
        Cell(difference, "number", is_muted=change.status == "not judged"),
        Cell(context.numbers.count(change.n_new), "number"),
        Cell("", badge=Badge(_TOKENS[change.status], status)),
    ]


def _paired_table(context: Context, diff: RunDiff) -> Table | None:
    if not diff.paired:
        return None
    columns = [
        (context.text("performance.metric"), "name"),
        (context.text("changes.difference"), "number"),
        (context.text("performance.n"), "number"),
        (context.text("changes.p"), "number"),
        (context.text("groups.q"), "number"),
    ]
    ordered = sorted(diff.paired, key=lambda m: (bool(m.scope), m.value is None, m.value or 0.0))
    rows = [_paired_row(context, measure) for measure in ordered[:_MAX_ROWS]]
    more = _more(context, len(ordered) - _MAX_ROWS)
    return make_table(context.text("changes.paired"), columns, rows, more=more, token="pairs dense")  # type: ignore[arg-type]


def _paired_row(context: Context, measure: Measure) -> list[Cell]:
    return [
        Cell(context.measure_name(measure.id), "name"),
        Cell(_signed(context, measure.value, measure.low, measure.high), "number", note=context.doubt(measure)),
        Cell(context.numbers.count(measure.n), "number"),
        Cell(context.numbers.probability(measure.p), "number"),
        Cell(context.numbers.probability(measure.q), "number"),
    ]


def _gate_table(context: Context, diff: RunDiff) -> Table | None:
    if not diff.gates:
        return None
    columns = [
        (context.text("gates.gate"), "name"),
        (context.text("changes.old"), "text"),
        (context.text("changes.new"), "text"),
    ]
    rows = [
        [_gate_name(context, gate.gate), *(_gate_cell(context, s) for s in (gate.old, gate.new))] for gate in diff.gates
    ]
    return make_table(context.text("changes.gates"), columns, rows)  # type: ignore[arg-type]


def _gate_name(context: Context, gate: str) -> str:
    """`f1_macro >= 0.8` in words."""
    measure, sign, bar = gate.rsplit(" ", 2)
    return f"{context.measure_name(measure)} {'≥' if sign == '>=' else '≤'} {context.numbers.number(float(bar), 2)}"


def _gate_cell(context: Context, status: str | None) -> Cell:
    return (
        Cell(context.text("changes.no_gate"), is_muted=True)
        if status is None
        else Cell("", badge=context.badge(status))
    )


def _signed(context: Context, value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return ABSENT
    sign = "+" if round(value, 3) > 0 else ""
    return sign + context.numbers.estimate(value, low, high, 3)


def _more(context: Context, n_left_out: int) -> str:
    return context.text("changes.more", n=n_left_out) if n_left_out > 0 else ""


def _part(change: Change) -> str:
    _, scope = parse_measure_id(change.id)
    if not scope:
        return "overall"
    return "gaps" if "attribute" in scope else "classes" if set(scope) == {"class"} else "groups"


def _key(status: str) -> str:
    return status.replace(" ", "_")


SECTION = Section("changes", "82_changes.html.j2", build)
