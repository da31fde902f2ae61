"""How the search went about it: what proposed the settings, out of which, and how the winner's score was corrected."""

from collections.abc import Sequence

from boletim.contracts.configuration.search_space import LISTED
from boletim.contracts.results.search import N_DRAWS, N_RANDOM, SearchPlan, SearchResult, TrialRecord
from boletim.reports.page.context import Context

_RANGE_ENDS = 2


def search_method(context: Context, search: SearchResult) -> list[str]:
    """Sentences on the candidates, the sampler, the pruner, the ranges and the correction; none where nobody wrote them
    down.
    """
    told = []
    if search.plan is not None:
        told += [context.text("training.method", n=search.plan.n_candidates), *_proposed(context, search.trials)]
        told += _pruner(context, search.plan)
        ranges = "; ".join(
            _drawn_from(context, name, values) for name, values in search.plan.space.items() if any(values)
        )
        told += [context.text("training.space", ranges=ranges)] if ranges else []
    corrected = next((m for m in search.measures if m.metric == "validation_score_corrected"), None)
    if corrected is not None and corrected.value is not None:
        told.append(context.text("training.correction", n=N_DRAWS))
    return told


def _proposed(context: Context, trials: Sequence[TrialRecord]) -> list[str]:
    """Where settings came from; the only trial of a search has those of the literature, and a failed one teaches
    nothing.
    """
    if len(trials) < 2:
        return []
    n_learnt_from = sum(trial.state in ("complete", "pruned") for trial in trials[:-1])
    return [context.text("training.proposed" if n_learnt_from >= N_RANDOM else "training.drawn", n=N_RANDOM)]


def _pruner(context: Context, plan: SearchPlan) -> list[str]:
    return [] if plan.pruner == "none" else [context.text(f"training.pruners.{plan.pruner}")]


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
