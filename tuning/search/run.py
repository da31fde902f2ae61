"""The search: ask for a trial, train it, tell how it went; keep the best; go on after a kill."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import optuna

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import BoletimError, ModelError
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.search import Front, SearchResult, SearchStatus, TrainedModel
from boletim.tuning.search.at_once import trials_at_once
from boletim.tuning.search.constraints import Judge
from boletim.tuning.search.draws import draw_settings, first_draws
from boletim.tuning.search.front import weigh_front
from boletim.tuning.search.lost_weights import train_again
from boletim.tuning.search.open_session import open_session
from boletim.tuning.search.result import search_result, trained_model
from boletim.tuning.search.session import Session, show_nothing
from boletim.tuning.search.standing import best_trial
from boletim.tuning.search.warm_start import warm_params
from boletim.tuning.study.trial_attributes import CANDIDATE_INDEX, FIXED, PARAMS, PLACE, WARM, reason_of
from boletim.tuning.study.trial_slots import claim_trial, n_begun, places_of, seconds_spent, withdraw
from boletim.tuning.training.best_model import best_folder, publish_model
from boletim.tuning.training.space import redirected


def run_search(
    config: RunConfig,
    data: TuningData,
    folder: Path,
    progress: Progress = no_progress,
    on_event: Callable[[str], None] | None = None,
    on_status: Callable[[SearchStatus], None] = show_nothing,
    judge: Judge | None = None,
) -> SearchResult:
    """Search until the configured total of trials or the timeout is reached, and leave the best model in model/.

    Calling it again goes on where it stopped: ended trials are kept, interrupted ones go on from their last checkpoint,
    and neither total nor timeout starts anew. A trial that runs when the timeout is reached is finished. Equal seed,
    data and configuration give equal trials on a CPU, however often the search was interrupted.

    Args:
        config: The run's.
        data: Train and validation splits; the test split is not among them.
        folder: The run folder; study.db, trials/ and model/ are written there.
        progress: Told texts tokenised and optimiser steps done.
        on_event: Given one line at each trial's start, evaluations and end.
        on_status: Given at the same moments how the whole search stands.
        judge: Measures a model on the validation data; needed where constraints or a second objective name any.

    Raises:
        ConfigError: The objective, the storage, the layers to freeze or a mitigation cannot be used.
        ModelError: No candidate can be loaded.
        BoletimError: Every trial failed.
        StopRequest: The process was asked to stop (SIGTERM); what it had is kept.
        RunFolderError: The folder cannot be written, or its study is damaged.
    """
    with open_session(config, data, folder, progress, on_event or _say_nothing, on_status, judge) as session:
        ended_because = _run_trials(session)
        front, model = _publish_best(session)
    result = search_result(config, session.study, folder, model, len(data.validation), ended_because, front)
    excluded = {config.candidates[index].model: why for index, why in session.excluded.items()}
    told = {"excluded": excluded, "precision": session.config.tuning.precision}
    return result.model_copy(update=told | {"train_sample_n": session.n_train_sample})


def _publish_best(session: Session) -> tuple[Front | None, TrainedModel]:
    best = best_trial(session.study)
    if best is None:
        ended = [place.owner for place in places_of(session.study).values() if place.owner is not None]
        reasons = dict.fromkeys(why.sentence for trial in ended if (why := reason_of(trial.user_attrs)))
        raise BoletimError("search_empty", reasons=" | ".join(list(reasons)[:3]))
    front, config = None, session.config
    if config.tuning.objectives:
        gold, score = session.task.gold_of(session.data.validation, session.data.labels), session.task.score
        front, best = weigh_front(config, session.study, session.folder, gold, partial(score, config.tuning.objective))
    index = best.user_attrs[CANDIDATE_INDEX]
    opened = session.candidates.get(index)
    revision = opened.files.revision if opened else None
    kept = best_folder(session.folder, best.user_attrs[PLACE])
    if not kept.is_dir():
        train_again(session, best)
    model = publish_model(session.folder, kept)
    return front, trained_model(model, config.candidates[index], revision, best.user_attrs[PARAMS])


def _run_trials(session: Session) -> str:
    """Fill places until none is left or the time is up, and none is being filled; says which."""
    config, study, is_late = session.config, session.study, False
    fixed = _tried_first(session)
    with trials_at_once(session) as running:
        while True:
            session.stop.check()
            is_late, trial = is_late or _is_time_up(study, config), None
            if not is_late and running.has_room:
                kinds = {"is_alone": session.engine.n_at_once == 1, "is_conditional": len(config.candidates) > 1}
                trial = claim_trial(study, config.seed, config.tuning.trials, fixed, **kinds)
            if trial is None and not running.n:
                return "timeout" if is_late else "trials"
            if trial is None:
                running.wait()
                continue
            settings = draw_settings(trial, config)
            if settings.candidate in session.excluded:
                _redirect(session, trial)
            else:
                running.start(trial, settings)


def _tried_first(session: Session) -> dict[int, dict[str, Any]]:
    """By place: the literature's settings and each prompt, then what was best in a former search."""
    config, study = session.config, session.study
    fixed = dict(enumerate(first_draws(config, session.candidates)))
    if config.tuning.warm_start is not None:
        if WARM not in study.user_attrs:  # read once: the former study may be gone at the next start
            former = warm_params(Path(config.tuning.warm_start), config.tuning.search, config.candidates)
            study.set_user_attr(WARM, former)
        fixed |= dict(enumerate(study.user_attrs[WARM], start=len(fixed)))
    if FIXED not in study.user_attrs:  # counted once: a candidate may be gone at the next start
        study.set_user_attr(FIXED, len(fixed))
    return fixed


def _redirect(session: Session, trial: optuna.Trial) -> None:
    """Let the trial's place be filled with a candidate that can be loaded; the rest of its draw stays."""
    if not session.candidates:
        raise ModelError("candidates_gone", reasons=" | ".join(session.excluded.values()))
    place, loadable = trial.user_attrs[PLACE], sorted(session.candidates)
    withdraw(session.study, trial)
    params = redirected(trial.params, loadable[place % len(loadable)], range(len(session.config.candidates)))
    session.study.enqueue_trial(params, user_attrs={PLACE: place})


def _is_time_up(study: optuna.Study, config: RunConfig) -> bool:
    timeout = config.tuning.timeout
    return timeout is not None and n_begun(study) > 0 and seconds_spent(study) >= timeout


def _say_nothing(line: str) -> None:
    """Where nobody listens."""
