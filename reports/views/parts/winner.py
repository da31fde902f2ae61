"""How the winner was settled: its score as it is and corrected, and the trainings with other seeds."""

from boletim.contracts.results.search import SearchResult
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.shorten import shorten
from boletim.reports.views.parts.search.choice import effect_of_choice

_MEASURES = ("validation_score", "validation_score_corrected", "seed_spread")


def settled(context: Context, search: SearchResult) -> list[Table]:
    """The winner's scores, and the settings that were trained again; what was not made is left out."""
    made = (_scores(context, search), _constraints(context, search), _again(context, search))
    return [table for table in made if table is not None]


def _constraints(context: Context, search: SearchResult) -> Table | None:
    """What the winner makes of each constraint on validation, and how many trials kept it."""
    best = next(trial for trial in search.trials if trial.number == search.best_trial)
    if not best.constraints:
        return None
    judged = [trial for trial in search.trials if trial.constraints]
    columns = [
        (context.text("winner.constraint"), "name"),
        (context.text("winner.bar"), "number"),
        (context.text("winner.of_chosen"), "number"),
        (context.text("performance.n"), "number"),
        (context.text("winner.verdict"), "text"),
        (context.text("winner.n_keeping"), "number"),
    ]
    rows: list[list[Cell | str]] = []
    for i, one in enumerate(best.constraints):
        side, bar = ("at_most", one.at_most) if one.at_most is not None else ("at_least", one.at_least)
        n_keeping = sum(trial.constraints[i].violation == 0 for trial in judged)
        rows.append(
            [
                context.measure_name(one.measure),
                context.text(f"winner.{side}", bar=context.numbers.number(bar, 3)),
                context.numbers.estimate(one.value, one.low, one.high, 3),
                context.numbers.count(one.n),
                context.text("winner.kept" if one.violation == 0 else "winner.not_kept"),
                context.text("winner.of", n=n_keeping, n_all=len(judged)),
            ]
        )
    none_keeps = all(any(one.violation > 0 for one in trial.constraints) for trial in judged)
    caption = context.text("winner.constraints") + (f" {context.text('winner.none_keeps')}" if none_keeps else "")
    return make_table(caption, columns, rows)  # type: ignore[arg-type]


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
    by_name = {m.metric: m for m in found}
    effect = effect_of_choice(search, *map(by_name.get, _MEASURES[:2]))
    caption = ". ".join(context.text(f"winner.{key}") for key in ("scores", effect) if key)
    return make_table(caption, columns, rows, token="figures")  # type: ignore[arg-type]


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
        key = "violating" if one.violation > best.violation else key
        if one.trial == search.best_trial:
            key = "chosen_smaller" if is_smaller else "chosen"
        rows.append(
            [
                str(one.trial),
                Cell(shorten(one.candidate, 40), "name"),
                context.numbers.count(one.n_parameters),
                "  ".join(number(value, 3) for value in one.values),
                number(one.mean, 3),
                context.text(f"winner.{key}"),
            ]
        )
    return make_table(context.text("winner.again"), columns, rows)  # type: ignore[arg-type]
