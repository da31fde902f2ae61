"""The study on disk: open it, tidy it after a kill, ask for the next trial, tell how it ended."""

import socket
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.samplers import TPESampler
from optuna.trial import FrozenTrial, TrialState

from boletim.contracts.config import RunConfig
from boletim.contracts.errors import ConfigError, RunFolderError
from tuning.pruner import PLACE, make_pruner

INTERRUPTED = "interrupted"
REASON, SECONDS, PARAMS = "reason", "seconds", "params"
CANDIDATE, CANDIDATE_INDEX = "candidate_model", "candidate_index"
BEST_STEP, STOPPED_EARLY = "best_step", "stopped_early"
"""User attributes of a trial."""

_WORKER, _RETRY_OF, _ATTEMPT, _CANDIDATES = "worker", "retry_of", "attempt", "candidates"
_MOST_ATTEMPTS = 5


def open_study(config: RunConfig, folder: Path, *, higher_is_better: bool) -> optuna.Study:
    """The run's study, made when it is not there yet.

    Raises:
        ConfigError: The database cannot be reached.
        RunFolderError: study.db is not Optuna's.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    is_local = config.tuning.storage == "sqlite"
    url = f"sqlite:///{folder / 'study.db'}" if is_local else config.tuning.storage
    try:
        storage = optuna.storages.RDBStorage(url, engine_kwargs={"connect_args": {"timeout": 60}} if is_local else {})
        return optuna.create_study(
            study_name=config.name,
            storage=storage,
            direction="maximize" if higher_is_better else "minimize",
            pruner=make_pruner(config.tuning),
            load_if_exists=True,
        )
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if is_local:
            raise RunFolderError(
                f"study.db must be a study that Boletim made, {folder} has another or a damaged one ({reason}); "
                "choose another folder with --run-dir"
            ) from error
        raise ConfigError(
            f"tuning.storage must be sqlite or the URL of a database that answers, got {_without_password(url)} "
            f"({type(error).__name__}); check that it runs and that its driver is installed"
        ) from error


def settle_candidates(study: optuna.Study, loadable: list[int]) -> tuple[int, ...]:
    """The candidates that this study draws from: those that could be loaded when it began.

    Optuna cannot change a parameter's choices later; a candidate that is gone since then fails its trials.
    """
    if _CANDIDATES not in study.user_attrs:
        study.set_user_attr(_CANDIDATES, loadable)
    return tuple(study.user_attrs[_CANDIDATES])


def clear_interrupted(study: optuna.Study, folder: Path) -> int:
    """Mark trials that a kill left running as failed and queue their parameters again.

    Only trials of this run folder are touched: another worker's are its own. A trial that was interrupted for the fifth
    time is not queued again and counts as failed, so that a setting which kills the process cannot hold up the search.

    Returns:
        How many there were.
    """
    trials = study.get_trials(deepcopy=False)
    queued = {trial.user_attrs.get(_RETRY_OF) for trial in trials}
    workers = (None, _worker(folder))
    stale = [t for t in trials if t.state == TrialState.RUNNING and t.user_attrs.get(_WORKER) in workers]
    for trial in stale:
        attempt = trial.user_attrs.get(_ATTEMPT, 1)
        # queue before marking: a kill between the two loses and doubles nothing
        if attempt < _MOST_ATTEMPTS and trial.number not in queued:
            params = trial.system_attrs.get("fixed_params", {}) | trial.params
            study.enqueue_trial(params, user_attrs={_RETRY_OF: trial.number, _ATTEMPT: attempt + 1})
        study.tell(trial.number, state=TrialState.FAIL)
    return len(stale)


def reason_of(trial: FrozenTrial) -> str | None:
    """Why a trial failed or was pruned, in one line; one that failed without a reason was interrupted."""
    reason: str | None = trial.user_attrs.get(REASON)
    if trial.state != TrialState.FAIL or reason is not None:
        return reason
    attempt = trial.user_attrs.get(_ATTEMPT, 1)
    return INTERRUPTED if attempt < _MOST_ATTEMPTS else f"{INTERRUPTED} {attempt} times"


def counts(trial: FrozenTrial) -> bool:
    """Whether a trial is one of the configured total: it is running or ended, and will not be tried again."""
    return trial.state != TrialState.WAITING and reason_of(trial) != INTERRUPTED


def n_counted(study: optuna.Study) -> int:
    """Trials of the configured total that began."""
    return sum(counts(trial) for trial in study.get_trials(deepcopy=False))


def seconds_spent(study: optuna.Study) -> float:
    """Time in trials over all restarts; an interrupted one up to its last evaluation."""
    return float(sum(trial.user_attrs.get(SECONDS, 0.0) for trial in study.get_trials(deepcopy=False)))


def ask_trial(study: optuna.Study, seed: int, folder: Path, first_params: dict[str, Any]) -> optuna.Trial:
    """The next trial. Its random draws depend on the seed and its place alone, so a restart changes none of them.

    Args:
        study: Of this run.
        seed: The run's.
        folder: The run folder.
        first_params: What the first trial of a study tries.
    """
    if not study.get_trials(deepcopy=False):
        study.enqueue_trial(first_params)
    place = n_counted(study)
    trial_seed = int(np.random.SeedSequence([seed, place]).generate_state(1)[0])
    study.sampler = TPESampler(seed=trial_seed)
    trial = study.ask()
    trial.set_user_attr(_WORKER, _worker(folder))
    trial.set_user_attr(PLACE, place)
    return trial


def _worker(folder: Path) -> str:
    return f"{socket.gethostname()}:{folder.resolve()}"


def _without_password(url: str) -> str:
    head, separator, tail = url.rpartition("@")
    return f"{head.split('://')[0]}://…@{tail}" if separator else url
