"""How the best model reaches another machine: through Optuna's artifact store, a folder or an S3 bucket."""

import importlib.util
import shutil
from pathlib import Path
from typing import Any

import optuna
from optuna.artifacts import FileSystemArtifactStore, download_artifact, upload_artifact
from optuna.artifacts.exceptions import ArtifactNotFound
from optuna.trial import FrozenTrial

from boletim.contracts.errors import ConfigError, RunFolderError
from tuning.best_model import best_folder
from tuning.marks import ARTIFACTS, PLACE


def open_store(place: str) -> Any:
    """The artifact store.

    Args:
        place: A folder, made when it is not there, or `s3://bucket`.

    Raises:
        ConfigError: It is neither, or boto3 is not installed.
    """
    if not place.startswith("s3://"):
        try:
            Path(place).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"tuning.artifacts must be a folder that every worker may write, {place}: {error.strerror}; "
                "choose another"
            ) from error
        return FileSystemArtifactStore(place)
    bucket = place.removeprefix("s3://").rstrip("/")
    if not bucket or "/" in bucket:
        raise ConfigError(f"tuning.artifacts names a bucket of its own, s3://bucket, got {place!r}; leave the rest out")
    if importlib.util.find_spec("boto3") is None:
        raise ConfigError(
            f"tuning.artifacts {place} needs boto3, which is not installed; pip install boto3, or give a shared folder"
        )
    from optuna.artifacts import Boto3ArtifactStore

    return Boto3ArtifactStore(bucket)


def hand_over(store: Any, study: optuna.Study, trial: optuna.Trial, folder: Path) -> None:
    """Upload a kept model file by file, and note on the trial which artifact is which file."""
    files = sorted(path for path in best_folder(folder, trial.user_attrs[PLACE]).iterdir() if path.is_file())
    ids = {
        path.name: upload_artifact(artifact_store=store, file_path=str(path), study_or_trial=trial) for path in files
    }
    trial.set_user_attr(ARTIFACTS, ids)


def fetch(store: Any, trial: FrozenTrial, folder: Path) -> None:
    """Download a trial's model to where it would lie, had it been trained here.

    Raises:
        RunFolderError: It is not in the store.
    """
    kept = best_folder(folder, trial.user_attrs[PLACE])
    part = kept.with_name(".best.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        for name, artifact in trial.user_attrs.get(ARTIFACTS, {}).items():
            download_artifact(artifact_store=store, file_path=str(part / Path(name).name), artifact_id=artifact)
    except ArtifactNotFound as error:
        raise RunFolderError(
            f"the best trial's model must lie in the artifact store, trial {trial.user_attrs[PLACE]} has none there; "
            "let every worker and this run see the same tuning.artifacts"
        ) from error
    part.rename(kept)


def drop_others(store: Any, study: optuna.Study, best: int | None) -> None:
    """Remove every trial's artifacts but those of the best place."""
    for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,)):
        if trial.user_attrs.get(PLACE) != best:
            for artifact in trial.user_attrs.get(ARTIFACTS, {}).values():
                try:
                    store.remove(artifact)
                except ArtifactNotFound:
                    continue  # removed before
