"""Begin a search with what was best in a former one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import optuna
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from boletim.contracts.configuration import CandidateConfig
from boletim.contracts.configuration.search_space import SearchSpace
from boletim.contracts.errors import ConfigError
from boletim.tuning.prompted.settings import fit_prompt
from boletim.tuning.study.sqlite_file import open_file_storage
from boletim.tuning.study.trial_attributes import CANDIDATE, PARAMS
from boletim.tuning.training.space import fit_params

N_BEST = 3


def warm_params(path: Path, space: SearchSpace, candidates: Sequence[CandidateConfig]) -> list[dict[str, Any]]:
    """What the best trials of a former study tried, moved into this search's space, the best first.

    Where this search has several candidates, a former trial of a model that is none of them is passed over.

    Args:
        path: A run folder, or its study.db; it is only read.
        space: Of this search.
        candidates: Of this search, in their order.

    Returns:
        Up to three, each different from the ones before; none where no former trial completed.

    Raises:
        ConfigError: There is no study that Boletim made.
    """
    file = path / "study.db" if path.is_dir() else path
    names = [Path(candidate.model).name for candidate in candidates]
    found: list[dict[str, Any]] = []
    for trial in _complete_trials(file):
        former = Path(trial.user_attrs.get(CANDIDATE, "")).name
        candidate = names.index(former) if former in names else None
        tried, places = trial.user_attrs.get(PARAMS, {}), range(len(candidates))
        if candidate is not None and candidates[candidate].prompts:
            params = fit_prompt(tried, candidates[candidate], candidate, places)
        else:
            params = fit_params(tried, candidate, space, places)
        if params and params not in found:
            found.append(params)
        if len(found) == N_BEST:
            break
    return found


def _complete_trials(file: Path) -> list[FrozenTrial]:
    """The complete trials of the file's study, the best first."""
    if not file.is_file():
        raise ConfigError("warm_start_path", file=file)
    storage = None
    try:
        storage = open_file_storage(file, is_read_only=True)
        (name,) = optuna.get_all_study_names(storage)
        study = optuna.load_study(study_name=name, storage=storage)
        trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    except Exception as error:
        raise ConfigError("warm_start_other", file=file, name=type(error).__name__) from error
    finally:
        if storage is not None:
            storage.engine.dispose()
    sign = -1 if study.directions[0] == StudyDirection.MAXIMIZE else 1
    return sorted(trials, key=lambda trial: (sign * trial.values[0], trial.number))
