"""A best trial whose weights are gone, by a hand or a broken disk, is trained once more."""

import optuna

from boletim.contracts.errors import RunFolderError
from boletim.contracts.results.search import CurvePoint
from boletim.contracts.sentence import Sentence
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
    name = Sentence("terminal.trial.name", n=place + 1)
    another = Sentence("errors.another_folder")
    if index not in session.candidates:
        raise RunFolderError("weights_gone_candidate", name=name, another=another)
    session.say(Sentence("terminal.trial.weights_gone", n=place + 1))
    settings = settings_of(session.config, index, best.user_attrs[PARAMS])
    plan = session.plan_of(place, settings, int(best.user_attrs.get(ACCUMULATION, 1)))
    try:
        outcome = session.try_out(plan, name, _goes_on)
    except Exception as error:
        fault = fault_of(error)
        if fault is None:
            raise
        raise RunFolderError("weights_gone_failed", name=name, reason=fault.reason.sentence, another=another) from error
    had = best.values[0]
    if abs(outcome.best_value - had) > session.config.audit.margin:
        raise RunFolderError(
            "weights_gone_other", name=name, n_best_value=outcome.best_value, n_had=had, another=another
        )
    keep_checkpoint(session.folder, place, outcome.weights)


def _goes_on(point: CurvePoint) -> bool:
    return False
