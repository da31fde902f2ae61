"""What the choice of a trial did to its score: whether it flatters it, where there was a choice at all."""

from boletim.contracts.measure import Measure
from boletim.contracts.results.search import SearchResult

_TIE = 2


def n_complete(search: SearchResult) -> int:
    """Trials that one could be chosen among."""
    return sum(trial.state == "complete" for trial in search.trials)


def tied_with_best(search: SearchResult) -> list[int]:
    """Complete trials with the very score of the chosen one, itself among them; empty where there is no other."""
    best = next((trial for trial in search.trials if trial.number == search.best_trial), None)
    if best is None or best.objective is None:
        return []
    tied = sorted(t.number for t in search.trials if t.state == "complete" and t.objective == best.objective)
    return tied if len(tied) >= _TIE else []


def effect_of_choice(search: SearchResult, score: Measure | None, corrected: Measure | None) -> str:
    """Key under `winner` of what can be said of the chosen trial's score; empty where nothing can.

    Other seeds, or a second objective, choose by more than this score.
    """
    if n_complete(search) == 1:
        return "alone"
    if search.confirmations or search.front or score is None or corrected is None:
        return ""
    if score.value is None or corrected.value is None:
        return ""
    if tied_with_best(search):
        return "of_tied"
    sign = 1 if search.higher_is_better else -1
    return "flattered" if sign * corrected.value < sign * score.value else "not_flattered"
