"""Two objectives of a search: the front, the point that was chosen, and why."""

from dataclasses import dataclass

from boletim.contracts.results.search import Front, SearchResult
from boletim.reports.charts.pareto import ParetoLabels, draw_pareto
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Chart, Table, make_table
from boletim.reports.page.shorten import shorten

_MAX_POINTS = 15


@dataclass(frozen=True)
class Weighed:
    """What the card shows of two objectives."""

    why: str
    chart: Chart
    table: Table


def weighed(context: Context, search: SearchResult) -> Weighed | None:
    """None where the search had one objective."""
    front = search.front
    if front is None:
        return None
    objective, second = context.metric_name(search.objective), context.measure_name(front.second)
    names = {"objective": objective, "second": second}
    on_front = [point for point in front.points if point.is_on_front]
    chosen = next(point for point in on_front if point.trial == front.chosen)
    n_tied = sum(point.is_tied for point in on_front)
    values = {
        "n": len(front.points),
        "n_front": len(on_front),
        "n_tied": n_tied,
        "trial": front.chosen,
        "value": context.numbers.figure(chosen.objective, 3),
        "other": context.numbers.figure(chosen.second, 3),
    }
    directions = {
        "objective_better": context.text("pareto.more" if search.higher_is_better else "pareto.less"),
        "second_better": context.text("pareto.more" if front.higher_is_better else "pareto.less"),
    }
    labels = ParetoLabels(
        x_axis=context.text("pareto.axis", name=second, better=directions["second_better"]),
        y_axis=context.text("pareto.axis", name=objective, better=directions["objective_better"]),
        chosen=context.text("pareto.chosen_trial", trial=front.chosen),
    )
    key = "alone" if len(on_front) == 1 else "why"
    return Weighed(
        why=f"{context.text(f'pareto.{key}', **names, **values)} {_left_out(context, search)}".rstrip(),
        chart=Chart(
            draw_pareto(front, context.numbers, labels),
            context.text("pareto.alt", **names, **values),
            context.text("pareto.chart", **names),
        ),
        table=_table(context, front, objective, second, on_front_only=len(front.points) > _MAX_POINTS),
    )


def _left_out(context: Context, search: SearchResult) -> str:
    """That trials which keep the constraints worse took no part; empty where none did."""
    assert search.front is not None
    n = sum(trial.state == "complete" for trial in search.trials) - len(search.front.points)
    return context.text("pareto.left_out", n=n) if n > 0 else ""


def _table(context: Context, front: Front, objective: str, second: str, *, on_front_only: bool) -> Table:
    """The front's points, the best first objective first; the others after them where there is room."""
    sign = -1 if front.points[0].objective.higher_is_better else 1
    points = [p for p in front.points if p.is_on_front or not on_front_only]
    points.sort(key=lambda p: (not p.is_on_front, sign * (p.objective.value or 0.0), p.trial))
    has_rivals = len({p.candidate for p in front.points}) > 1
    columns = [
        (context.text("training.trial"), "text"),
        *([(context.text("training.candidate"), "name")] if has_rivals else []),
        (objective, "number"),
        (second, "number"),
        (context.text("pareto.standing"), "text"),
    ]
    rows = []
    for p in points[:_MAX_POINTS]:
        key = "dominated" if not p.is_on_front else "tied" if p.is_tied else "behind"
        rows.append(
            [
                Cell(context.numbers.count(p.trial)),
                *([Cell(shorten(p.candidate, 40), "name")] if has_rivals else []),
                Cell(context.numbers.figure(p.objective, 3), "number"),
                Cell(context.numbers.figure(p.second, 3), "number", note=context.doubt(p.second)),
                Cell(context.text("pareto.chosen" if p.trial == front.chosen else f"pareto.{key}")),
            ]
        )
    n_examples = front.points[0].objective.n
    caption = context.text("pareto.table", n=n_examples)
    return make_table(caption, columns, rows, more=context.more(len(points) - _MAX_POINTS), token="front")  # type: ignore[arg-type]
