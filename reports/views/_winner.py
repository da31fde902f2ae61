"""How the winner was settled: its score as it is and corrected, and the trainings with other seeds."""

from boletim.contracts.search import SearchResult
from reports.context import Context
from reports.layout import Cell, Table, make_table

_MEASURES = ("validation_score", "validation_score_corrected", "seed_spread")


def settled(context: Context, search: SearchResult) -> list[Table]:
    """The winner's scores, and the settings that were trained again; what was not made is left out."""
    return [table for table in (_scores(context, search), _again(context, search)) if table is not None]


def _scores(context: Context, search: SearchResult) -> Table | None:
    found = [m for name in _MEASURES for m in context.evidence.select(name, "metric")]
    if not found:
        return None
    columns = [
        (context.text("winner.figure"), "name"),
        (context.metric_name(search.objective), "number"),
        (context.text("performance.n"), "number"),
    ]
    rows: list[list[Cell | str]] = [
        [
            context.metric_name(m.metric),
            Cell(context.numbers.figure(m, 3), "number", note=context.doubt(m)),
            context.numbers.count(m.n),
        ]
        for m in found
    ]
    if not search.confirmations:
        rows.append([context.metric_name("seed_spread"), context.text("winner.not_confirmed"), ""])
    return make_table(context.text("winner.scores"), columns, rows)  # type: ignore[arg-type]


def _again(context: Context, search: SearchResult) -> Table | None:
    if not search.confirmations:
        return None
    columns = [
        (context.text("training.trial"), "text"),
        (context.text("training.candidate"), "name"),
        (context.text("winner.parameters"), "number"),
        (context.text("winner.values"), "number"),
        (context.text("winner.mean"), "number"),
        (context.text("winner.verdict"), "text"),
    ]
    number = context.numbers.number
    best = search.confirmations[0]
    is_smaller = best.trial != search.best_trial
    rows: list[list[Cell | str]] = []
    for one in search.confirmations:
        key = "behind" if not one.is_tied else "best" if one == best else "tied"
        if one.trial == search.best_trial:
            key = "chosen_smaller" if is_smaller else "chosen"
        rows.append(
            [
                str(one.trial),
                one.candidate,
                context.numbers.count(one.n_parameters),
                "  ".join(number(value, 3) for value in one.values),
                number(one.mean, 3),
                context.text(f"winner.{key}"),
            ]
        )
    return make_table(context.text("winner.again"), columns, rows)  # type: ignore[arg-type]
