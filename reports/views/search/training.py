"""The search: what was tried, what was chosen, and what the choice rests on."""

from typing import Any

from boletim.contracts.meaning import message
from boletim.contracts.results.search import Mishap, SearchResult, TrialRecord
from boletim.reports.page.context import Context
from boletim.reports.page.layout import Cell, Table, make_table
from boletim.reports.page.numbers import ABSENT
from boletim.reports.page.section import Section
from boletim.reports.page.shorten import shorten
from boletim.reports.page.words import Words
from boletim.reports.views.parts.pareto import weighed
from boletim.reports.views.parts.search.candidates import compared
from boletim.reports.views.parts.search.choice import n_complete, tied_with_best
from boletim.reports.views.parts.search.method import search_method
from boletim.reports.views.parts.winner import settled

_N_TRIALS = 10
_SWITCHES = ("gender_swap", "reweighing", "balanced")
_ENDINGS = ("failed", "not_finite", "out_of_memory")
_RANK = {"complete": 0, "pruned": 1, "failed": 2, "running": 3}


def build(context: Context) -> dict[str, Any]:
    """The trials, the best first; a note where the model was made elsewhere."""
    search = context.card.search
    view: dict[str, Any] = {
        "provided": context.provided(["design_choices"]),
        "tables": [],
        "is_searched": bool(search),
        "is_short": not search,
        "layers": "",
        "pareto": None,
    }
    if search is None:
        return view
    is_alone = n_complete(search) == 1
    view["selection"] = context.text("training.selection_of_one" if is_alone else "training.selection")
    view["summary"] = context.text(
        "training.summary",
        n=len(search.trials),
        n_planned=search.n_planned or len(search.trials),
        n_complete=n_complete(search),
        n_pruned=search.n_pruned,
        n_failed=search.n_failed,
        objective=context.metric_name(search.objective),
        n_validation=search.validation_n,
        duration=context.numbers.duration(search.seconds),
    )
    if search.ended_because == "timeout":
        view["summary"] += " " + context.text("training.timeout")
    view["summary"] = " ".join([view["summary"], *search_method(context, search)])
    candidates = compared(context, search)
    tables = [*([candidates] if candidates else []), _chosen(context, search), *settled(context, search)]
    view["tables"] = [*tables, _trials(context, search), *_mishaps(context, search), *_excluded(context, search)]
    view["pareto"] = weighed(context, search)
    layers = _layers(context)
    if layers is not None:
        view["tables"].append(layers)
        view["layers"] = context.text("training.layers_note")
    return view


def _layers(context: Context) -> Table | None:
    """How like its base model each layer still is; None where it was not measured."""
    found = context.evidence.select("layer_similarity", "layer")
    if not found:
        return None
    columns = [
        (context.text("training.layer"), "name"),
        (context.metric_name("layer_similarity"), "number"),
        (context.text("performance.n"), "number"),
    ]
    rows = [
        [
            context.text("training.embeddings") if m.scope["layer"] == "0" else m.scope["layer"],
            Cell(context.numbers.figure(m), "number", note=context.doubt(m)),
            context.numbers.count(m.n),
        ]
        for m in found
    ]
    return make_table(context.text("training.layers"), columns, rows, token="dense figures")  # type: ignore[arg-type]


def _chosen(context: Context, search: SearchResult) -> Table:
    columns = [(context.text("training.parameter"), "name"), (context.text("training.value"), "number")]
    params = {"base_model": search.model.base_model, **search.model.params}
    if search.precision:
        params["precision"] = search.precision
    rows = [[_parameter(context, key), _value(context, key, value)] for key, value in params.items()]
    caption = context.text("training.chosen", n=search.best_trial)
    return make_table(caption, columns, rows, token="half")  # type: ignore[arg-type]


def _trials(context: Context, search: SearchResult) -> Table:
    sign = -1 if search.higher_is_better else 1
    ordered = sorted(
        search.trials,
        key=lambda t: (_RANK[t.state], sign * t.objective if t.objective is not None else float("inf"), t.number),
    )
    names = list(dict.fromkeys(name for trial in search.trials for name in trial.params))
    columns = [
        (context.text("training.trial"), "text"),
        (context.text("training.candidate"), "name"),
        *((_parameter(context, name), "number") for name in names),
        (context.metric_name(search.objective), "number"),
        (context.text("training.state"), "text"),
        (context.text("training.time"), "number"),
    ]
    told = {mishap.trial for mishap in search.mishaps if mishap.kind in _ENDINGS}  # their own table says why
    rows = [
        _trial_row(context, trial, names, trial.number == search.best_trial, has_reason=trial.number not in told)
        for trial in ordered
    ]
    caption = context.text("training.trials", n=search.validation_n)
    more = _tie(context, search)
    return make_table(caption, columns, rows, token="trials", n_first=_N_TRIALS, more=more)  # type: ignore[arg-type]


def _tie(context: Context, search: SearchResult) -> str:
    """That the chosen trial was the earliest of several with the very same score; empty where it was not."""
    tied = tied_with_best(search)
    if not tied or search.best_trial != tied[0]:
        return ""
    return context.text("training.tie", numbers=", ".join(map(str, tied)))


def _trial_row(
    context: Context, trial: TrialRecord, names: list[str], is_best: bool, *, has_reason: bool
) -> list[Cell]:
    state = context.text("training.states.chosen" if is_best else f"training.states.{trial.state}")
    return [
        Cell(context.numbers.count(trial.number)),
        Cell(shorten(trial.candidate, 40), "name"),
        *(Cell(_value(context, n, trial.params[n]) if n in trial.params else ABSENT, "number") for n in names),
        Cell(context.numbers.number(trial.objective, 3), "number"),
        Cell(state, note=_reason(context, trial) if has_reason else "", is_muted=trial.state != "complete"),
        Cell(context.numbers.duration(trial.seconds) if trial.seconds is not None else ABSENT, "number"),
    ]


def _reason(context: Context, trial: TrialRecord) -> str:
    return shorten(context.words.reason(trial.reason), 90)


def _mishaps(context: Context, search: SearchResult) -> list[Table]:
    if not search.mishaps:
        return []
    columns = [(context.text("training.trial"), "text"), (context.text("training.mishaps.what"), "text")]
    rows = [
        [
            Cell(context.numbers.count(mishap.trial) if mishap.trial is not None else ABSENT),
            Cell(mishap_sentence(context.words, mishap)),
        ]
        for mishap in search.mishaps
    ]
    caption = context.text("training.mishaps.caption")
    return [make_table(caption, columns, rows, n_first=_N_TRIALS)]  # type: ignore[arg-type]


def mishap_sentence(words: Words, mishap: Mishap) -> str:
    """What went wrong and what was done, in one sentence."""
    return words.text(
        f"training.mishaps.{mishap.kind}", **mishap.values, reason=shorten(words.reason(mishap.reason), 120)
    )


def _excluded(context: Context, search: SearchResult) -> list[Table]:
    if not search.excluded:
        return []
    columns = [(context.text("training.candidate"), "name"), (context.text("training.why"), "text")]
    rows = [[name, context.words.reason(message(why))] for name, why in search.excluded.items()]
    return [make_table(context.text("training.excluded"), columns, rows)]  # type: ignore[arg-type]


def _parameter(context: Context, name: str) -> str:
    return context.words.find(f"training.parameters.{name}") or name


def _value(context: Context, name: str, value: float | int | str) -> str:
    if name in _SWITCHES and value == 1:
        return context.text("training.on")
    if isinstance(value, str):
        known = context.words.find(f"mitigation.names.{value}") if name == "mitigation" else None
        return known or shorten(value, 60)
    if isinstance(value, int):
        return context.numbers.count(value)
    if value != 0 and abs(value) < 0.001:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{context.numbers.number(float(mantissa), 2)}e{int(exponent)}"
    return context.numbers.number(value, 3)


SECTION = Section("training", "50_training.html.j2", build)
