"""Keep the best trial's weights, and nothing else."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.atomic import write_with
from boletim.tuning.training.checkpoint import LOGITS, SEAL

_BEST, _CHECKPOINTS = "best", "checkpoints"
_NOT_THE_MODEL = ("*.bin", "*.pt", "*.pth", "*.npy", "trainer_state.json", SEAL)


def trial_folder(folder: Path, number: int) -> Path:
    """Where a trial's files lie in the run folder."""
    return folder / "trials" / f"{number:04d}"


def checkpoints_folder(folder: Path, number: int) -> Path:
    """Where a trial's checkpoints lie while it runs."""
    return trial_folder(folder, number) / _CHECKPOINTS


def best_folder(folder: Path, number: int) -> Path:
    """Where a trial's weights lie when it is the best so far."""
    return trial_folder(folder, number) / _BEST


def keep_checkpoint(folder: Path, number: int, checkpoint: Path) -> None:
    """Make a whole checkpoint the trial's kept model, by one rename.

    Raises:
        RunFolderError: It cannot be moved.
    """
    strip_checkpoint(checkpoint)
    _replace(checkpoint, best_folder(folder, number))


def drop_weights(folder: Path, keep: Iterable[int], unfinished: Iterable[int] = ()) -> None:
    """Remove every kept model but those of trials `keep`, and every checkpoint but those of unfinished trials."""
    trials = folder / "trials"
    kept = {checkpoints_folder(folder, number) for number in unfinished}
    kept |= {best_folder(folder, number) for number in keep}
    for path in sorted(trials.glob("*/*")) if trials.is_dir() else ():
        if path.is_dir() and path not in kept:
            shutil.rmtree(path)


def save_logits(path: Path, logits: np.ndarray) -> None:
    """Write what a model said of the validation set, (n, n_labels) float32."""

    def fill(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.save(file, logits)

    write_with(path, fill)


def read_logits(folder: Path, number: int) -> np.ndarray | None:
    """What a complete trial said of the validation set; None where it is gone."""
    path = trial_folder(folder, number) / LOGITS
    return np.load(path, allow_pickle=False) if path.exists() else None


def strip_checkpoint(checkpoint: Path) -> None:
    """Remove from a checkpoint what is not the model."""
    for pattern in _NOT_THE_MODEL:
        for path in checkpoint.glob(pattern):
            path.unlink()


def publish_model(folder: Path, kept: Path) -> Path:
    """Copy a kept model to model/, which is whole at every moment.

    Raises:
        RunFolderError: The weights are gone, or the copy cannot be written.
    """
    if not kept.is_dir():
        raise RunFolderError("best_weights_gone", kept=kept)
    copy = folder / ".model.part"
    shutil.rmtree(copy, ignore_errors=True)
    try:
        shutil.copytree(kept, copy)
    except OSError as error:
        shutil.rmtree(copy, ignore_errors=True)
        raise RunFolderError("cannot_write_disk", path=copy, reason=error.strerror or error) from error
    _replace(copy, folder / "model")
    return folder / "model"


def _replace(new: Path, place: Path) -> None:
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    try:
        if place.exists():
            os.rename(place, old)
        os.rename(new, place)
    except OSError as error:
        raise RunFolderError("cannot_move", new=new, place=place, strerror=error.strerror or error) from error
    shutil.rmtree(old, ignore_errors=True)
