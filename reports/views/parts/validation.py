"""How the probes were validated: known numbers, and what the code that made the card makes of them."""

import math
from typing import Any

from boletim.contracts.results.selftest import SelftestRow
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.numbers import ABSENT

_OUTCOMES = {"reproduced": "reproduced", "not reproduced": "not_reproduced", "not run: data absent": "absent"}
_DIGITS = 4


def validation(context: Context) -> dict[str, Any] | None:
    """None where no probe ran, or the run is from before probes were validated."""
    results = context.card.probes
    if results is None or not results.validation:
        return None
    rows = results.validation
    statuses = [row.status for row in rows]
    are_planted = {row.source_key == "planted" for row in rows}
    known = "both" if len(are_planted) > 1 else "planted" if True in are_planted else "published"
    lead = context.text(
        "validation.lead",
        known=context.text(f"validation.known.{known}"),
        n_good=statuses.count("reproduced"),
        n_bad=statuses.count("not reproduced"),
        n_absent=statuses.count("not run: data absent"),
    )
    covered = {name for row in rows for name in row.checks}
    others = [_probe(context, probe.probe) for probe in results.probes if probe.probe not in covered]
    none = context.text("validation.none", names="; ".join(others)) if others else ""
    return {"lead": lead, "none": none, "table": _table(context, rows)}


def _table(context: Context, rows: tuple[SelftestRow, ...]) -> Table:
    columns = [
        (context.text("validation.row"), "name"),
        (context.text("validation.expected"), "number"),
        (context.text("validation.obtained"), "number"),
        (context.text("validation.outcome"), "text"),
        (context.text("validation.source"), "text"),
    ]
    number = context.numbers.number
    cells = [
        [
            Cell(_name(context, row), "name"),
            Cell(number(row.expected, _published_digits(row)), "number"),
            Cell(number(row.obtained, _DIGITS) if row.obtained is not None else ABSENT, "number"),
            Cell(context.text(f"validation.outcomes.{_OUTCOMES[row.status]}"), is_muted=row.obtained is None),
            Cell(
                context.text(f"validation.sources.{row.source_key}"),
                note=f"sha256 {row.data_sha256[:12]}" if row.data_sha256 else "",
                note_is_code=True,
            ),
        ]
        for row in rows
    ]
    return make_table(context.text("validation.table"), columns, cells, token="known")  # type: ignore[arg-type]


def _published_digits(row: SelftestRow) -> int:
    """As many as the source prints: the tolerance is half a unit of the last one."""
    if row.tolerance == 0:
        return 0
    return min(_DIGITS, math.ceil(-math.log10(2 * row.tolerance) - 1e-9))


def _name(context: Context, row: SelftestRow) -> str:
    values = {key: _probe(context, value) if key == "probe" else value for key, value in row.values.items()}
    return context.text(f"validation.rows.{row.key}", **values)


def _probe(context: Context, name: str) -> str:
    return context.words.find(f"probes.{name}.name") or name
