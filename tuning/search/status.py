"""How a search stands, read from its study while it runs."""

import optuna
from optuna.trial import TrialState

from boletim.contracts.configuration import RunConfig
from boletim.contracts.results.search import SearchStatus, StatusRow
from boletim.tuning.search.standing import STATES, best_number, best_value, sign_of
from boletim.tuning.study.trial_attributes import CANDIDATE
from boletim.tuning.study.trial_slots import Place, is_ended, places_of

_MOST_ROWS = 12


def status_of(study: optuna.Study, config: RunConfig) -> SearchStatus:
    """The counts, the best so far, the latest trials, and how long the rest takes at this pace."""
    begun = [place for place in places_of(study).values() if place.owner is not None and place.owner.state in STATES]
    ended = [place for place in begun if is_ended(place)]
    n_left = max(0, config.tuning.trials - len(ended))
    n_running = max(1, len(begun) - len(ended))
    mean_s = sum(place.seconds for place in ended) / len(ended) if ended else None
    states = [place.owner.state for place in ended if place.owner is not None]
    return SearchStatus(
        objective=config.tuning.objective,
        n_planned=config.tuning.trials,
        n_ended=len(ended),
        n_pruned=states.count(TrialState.PRUNED),
        n_failed=states.count(TrialState.FAIL),
        best=best_value(study),
        best_trial=best_number(study),
        seconds_left=mean_s * n_left / n_running if mean_s is not None else None,
        rows=tuple(_row(study, place, config) for place in begun[-_MOST_ROWS:]),
    )


def _row(study: optuna.Study, place: Place, config: RunConfig) -> StatusRow:
    owner = place.owner or place.attempts[-1]
    values = [sign_of(study) * value for value in owner.intermediate_values.values()]
    return StatusRow(
        trial=place.number,
        candidate=owner.user_attrs.get(CANDIDATE, ""),
        state=STATES[owner.state],
        epochs=len(values) / config.tuning.evaluations_per_epoch,
        objective=sign_of(study) * max(values) if values else owner.values[0] if owner.values else None,
        seconds=place.seconds,
    )
