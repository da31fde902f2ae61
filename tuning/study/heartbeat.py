"""Signs of life between workers: each trial's worker counts up; where the count stands still, the worker is dead.

Only differences on one machine's own clock are compared, so machines may disagree about the time.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import optuna
from optuna.exceptions import StorageInternalError, UpdateFinishedTrialError
from optuna.trial import TrialState

from boletim.tuning.study.trial_attributes import BEAT, PLACE
from boletim.tuning.study.trial_slots import free_place

BEAT_S = 20.0
SILENCE_S = 120.0
"""A worker that was not heard of for this long has lost its trial."""


@contextmanager
def beating(study: optuna.Study, trial: optuna.Trial) -> Iterator[None]:
    """Count up while the trial runs."""
    end = threading.Event()

    def beat() -> None:
        count = 0
        while not end.wait(BEAT_S):
            count += 1
            try:
                study._storage.set_trial_user_attr(trial._trial_id, BEAT, count)
            except UpdateFinishedTrialError:
                return  # the trial was given to another worker; its own next report will find out
            except StorageInternalError:
                continue  # the database may be back at the next beat; if not, the silence says so

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


class Watch:
    """Frees the places of workers that fell silent."""

    def __init__(self, study: optuna.Study) -> None:
        self._study = study
        self._heard: dict[int, tuple[int, float]] = {}

    def free_silent(self) -> list[int]:
        """Look at every running trial; returns the places whose worker was silent too long and that are free now."""
        now = monotonic()
        freed = []
        for trial in self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            count = trial.user_attrs.get(BEAT, 0) + len(trial.intermediate_values)
            known, since = self._heard.setdefault(trial.number, (count, now))
            if count != known:
                self._heard[trial.number] = (count, now)
            elif now - since > SILENCE_S and PLACE in trial.user_attrs and free_place(self._study, trial):
                freed.append(int(trial.user_attrs[PLACE]))
        return freed
