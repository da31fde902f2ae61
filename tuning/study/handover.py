"""How the best model, and what every trial said of the validation texts, reach another machine: through Optuna's
artifact store, a folder or an S3 bucket.
"""

import importlib.util
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

import optuna
from optuna.artifacts import FileSystemArtifactStore, download_artifact, upload_artifact
from optuna.artifacts.exceptions import ArtifactNotFound
from optuna.trial import FrozenTrial

from boletim.contracts.errors import ConfigError, RunFolderError
from boletim.tuning.study.trial_attributes import ARTIFACTS, LOGITS_ARTIFACT, PLACE
from boletim.tuning.training.best_model import best_folder, trial_folder
from boletim.tuning.training.checkpoint import LOGITS
from boletim.tuning.training.faults import one_line


def open_store(place: str) -> Any:
    """The artifact store.

    Args:
        place: A folder, made when it is not there, or `s3://bucket`.

    Raises:
        ConfigError: It is neither, boto3 is not installed, or there is no such bucket.
    """
    if not place.startswith("s3://"):
        try:
            Path(place).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError("artifacts_folder", place=place, strerror=error.strerror) from error
        return FileSystemArtifactStore(place)
    bucket = place.removeprefix("s3://").rstrip("/")
    if not bucket or "/" in bucket:
        raise ConfigError("artifacts_bucket", place=place)
    if importlib.util.find_spec("boto3") is None:
        raise ConfigError("artifacts_boto", place=place)
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError
    from optuna.artifacts import Boto3ArtifactStore

    try:
        boto3.client("s3").head_bucket(Bucket=bucket)
    except (BotoCoreError, ClientError) as error:
        raise ConfigError("artifacts_answer", place=place, error=one_line(error)) from error
    return Boto3ArtifactStore(bucket)


def hand_over(store: Any, study: optuna.Study, trial: optuna.Trial, folder: Path) -> None:
    """Upload a kept model file by file, and note on the trial which artifact is which file."""
    files = sorted(path for path in best_folder(folder, trial.user_attrs[PLACE]).iterdir() if path.is_file())
    ids = {
        path.name: upload_artifact(artifact_store=store, file_path=str(path), study_or_trial=trial) for path in files
    }
    trial.set_user_attr(ARTIFACTS, ids)


def hand_over_logits(store: Any, trial: optuna.Trial, folder: Path) -> None:
    """Upload what a complete trial said of the validation texts, from which the winner's score is corrected."""
    path = trial_folder(folder, trial.user_attrs[PLACE]) / LOGITS
    artifact = upload_artifact(artifact_store=store, file_path=str(path), study_or_trial=trial)
    trial.set_user_attr(LOGITS_ARTIFACT, artifact)


def fetch_logits(store: Any, study: optuna.Study, folder: Path) -> None:
    """Download what the other machines' complete trials said of the validation texts; what is gone stays away."""
    for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,)):
        path = trial_folder(folder, trial.user_attrs[PLACE]) / LOGITS
        artifact = trial.user_attrs.get(LOGITS_ARTIFACT)
        if artifact is None or path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        try:
            download_artifact(artifact_store=store, file_path=str(part), artifact_id=artifact)
        except ArtifactNotFound:
            continue
        part.rename(path)


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
        raise RunFolderError("artifacts_absent", trial=trial.user_attrs[PLACE]) from error
    part.rename(kept)


def drop_others(store: Any, study: optuna.Study, kept: Collection[int]) -> None:
    """Remove every trial's model but those of these places."""
    for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,)):
        if trial.user_attrs.get(PLACE) not in kept:
            for artifact in trial.user_attrs.get(ARTIFACTS, {}).values():
                try:
                    store.remove(artifact)
                except ArtifactNotFound:
                    continue  # removed before
