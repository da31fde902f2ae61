"""What each candidate of a search cost and scored, one row each."""

from boletim.contracts.results.search import SearchResult, TrialRecord
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.numbers import ABSENT
from boletim.reports.page.shorten import shorten


def compared(context: Context, search: SearchResult) -> Table | None:
    """The candidates in the order in which they were tried; None where there was one."""
    tried: dict[tuple[str, bool], list[TrialRecord]] = {}
    for trial in search.trials:
        tried.setdefault((trial.candidate, "prompt" in trial.params), []).append(trial)
    if len(tried) < 2:
        return None
    columns = [
        (context.text("training.candidate"), "name"),
        (context.text("training.how"), "text"),
        (context.text("training.n_trials"), "number"),
        (context.text("training.best_of", metric=context.metric_name(search.objective)), "number"),
        (context.text("training.time_in_all"), "number"),
        (context.text("training.time_each"), "number"),
    ]
    rows = [_row(context, search, model, trials, is_asked=is_asked) for (model, is_asked), trials in tried.items()]
    return make_table(context.text("training.candidates", n=search.validation_n), columns, rows)  # type: ignore[arg-type]


def _row(
    context: Context, search: SearchResult, model: str, trials: list[TrialRecord], *, is_asked: bool
) -> list[Cell]:
    known = [trial.objective for trial in trials if trial.objective is not None and trial.state == "complete"]
    best = (max if search.higher_is_better else min)(known, default=None)
    seconds = [trial.seconds for trial in trials if trial.seconds is not None]
    is_chosen = any(trial.number == search.best_trial for trial in trials)
    how = context.text("training.asked" if is_asked else "training.trained")
    return [
        Cell(shorten(model, 60), "name", note=context.text("training.states.chosen") if is_chosen else ""),
        Cell(how),
        Cell(context.numbers.count(len(trials)), "number"),
        Cell(context.numbers.number(best, 3), "number"),
        Cell(context.numbers.duration(sum(seconds)) if seconds else ABSENT, "number"),
        Cell(context.numbers.duration(sum(seconds) / len(seconds)) if seconds else ABSENT, "number"),
    ]
