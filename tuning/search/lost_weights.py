"""A best trial whose weights are gone, by a hand or a broken disk, is trained once more."""

import optuna

from boletim.contracts.errors import RunFolderError
from boletim.contracts.results.search import CurvePoint
from boletim.tuning.search.draws import settings_of
from boletim.tuning.search.session import Session
from boletim.tuning.study.trial_attributes import ACCUMULATION, CANDIDATE_INDEX, PARAMS, PLACE
from boletim.tuning.training.best_model import keep_checkpoint
from boletim.tuning.training.faults import fault_of


def train_again(session: Session, best: optuna.trial.FrozenTrial) -> None:
    """Put the weights back in their place; the same seed and texts give the same weights on a CPU.

    Raises:
        RunFolderError: They cannot be made again, or come to another score than the trial had.
        StopRequest: The process was asked to stop.
    """
    place, index = int(best.user_attrs[PLACE]), int(best.user_attrs[CANDIDATE_INDEX])
    name = f"trial {place + 1}"
    another = "tune in another folder (--run-dir)"
    if index not in session.candidates:
        raise RunFolderError(f"the weights of {name} are gone and its candidate cannot be loaded; {another}")
    session.say(f"{name} is trained again, for its weights are gone")
    settings = settings_of(session.config, index, best.user_attrs[PARAMS])
    plan = session.plan_of(place, settings, int(best.user_attrs.get(ACCUMULATION, 1)))
    try:
        outcome = session.try_out(plan, name, _goes_on)
    except Exception as error:
        fault = fault_of(error)
        if fault is None:
            raise
        raise RunFolderError(
            f"the weights of {name} are gone and training it again failed ({fault.reason}); {another}"
        ) from error
    had = best.values[0]
    if abs(outcome.best_value - had) > session.config.audit.margin:
        raise RunFolderError(
            f"the weights of {name} are gone, and trained again it scores {outcome.best_value:.3f} instead of "
            f"{had:.3f}; {another}"
        )
    keep_checkpoint(session.folder, place, outcome.best_checkpoint)


def _goes_on(point: CurvePoint) -> bool:
    return False
