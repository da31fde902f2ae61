"""How the search went about it: what proposed the settings, out of which, and how the winner's score was corrected."""

from collections.abc import Sequence

from boletim.contracts.configuration.search_space import LISTED
from boletim.contracts.results.search import SearchPlan, SearchResult, TrialRecord
from boletim.reports.page.context import Context
from boletim.reports.views.parts.search.choice import n_complete

_RANGE_ENDS = 2


def search_method(context: Context, search: SearchResult) -> list[str]:
    """Sentences on the candidates, the sampler, the pruner, the ranges and the correction; none where nobody wrote them
    down.
    """
    told = []
    if search.plan is not None:
        told += [
            context.text("training.method", n=search.plan.n_candidates),
            *_proposed(context, search.plan, search.trials),
        ]
        told += _pruner(context, search.plan, search.n_pruned)
        if search.plan.patience is not None:
            told.append(context.text("training.patience", n=search.plan.patience))
        ranges = "; ".join(
            _drawn_from(context, name, values) for name, values in search.plan.space.items() if any(values)
        )
        told += [context.text("training.space", ranges=ranges)] if ranges else []
    corrected = next((m for m in search.measures if m.metric == "validation_score_corrected"), None)
    if corrected is not None and corrected.value is not None and search.n_draws is not None:
        key = "training.correction_alone" if n_complete(search) == 1 else "training.correction"
        told.append(context.text(key, n=search.n_draws))
    return told


def _proposed(context: Context, plan: SearchPlan, trials: Sequence[TrialRecord]) -> list[str]:
    """Where settings came from, as the run wrote it down; a failed trial teaches nothing."""
    if plan.n_fixed is None or plan.n_random is None:
        return []
    if len(trials) <= plan.n_fixed:
        return [context.text("training.all_fixed")]
    n_learnt_from = sum(trial.state in ("complete", "pruned") for trial in trials[:-1])
    key = "training.proposed" if n_learnt_from >= plan.n_random else "training.drawn"
    how = context.text(f"{key}.{'rest' if plan.n_fixed else 'all'}", n=plan.n_random)
    fixed = "training.fixed_one" if plan.n_fixed == 1 else "training.fixed"
    return [*([context.text(fixed, last=plan.n_fixed - 1)] if plan.n_fixed else []), how]


def _pruner(context: Context, plan: SearchPlan, n_pruned: int) -> list[str]:
    """What prunes trials, and that it pruned none where it did not."""
    key = "training.pruners" if n_pruned else "training.pruners_idle"
    return [] if plan.pruner == "none" else [context.text(f"{key}.{plan.pruner}")]


def _drawn_from(context: Context, name: str, values: tuple[int | float, ...]) -> str:
    title = context.words.find(f"training.parameters.{name}") or name
    said = [_written(context, value) for value in values]
    if len(said) == _RANGE_ENDS and name not in LISTED:
        return context.text("training.range", name=title, low=said[0], high=said[1])
    return f"{title}: {', '.join(said)}"


def _written(context: Context, value: float) -> str:
    """Whole numbers as such, small ones in powers of ten."""
    if value == int(value):
        return context.numbers.count(int(value))
    if abs(value) >= 0.001:
        return context.numbers.number(value, 3)
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{context.numbers.number(float(mantissa), 2)}e{int(exponent)}"
