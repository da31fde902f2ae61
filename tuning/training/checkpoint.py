"""A trial's checkpoint: sealed when whole, found again after a kill, refused when this study did not make it."""

import json
import os
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.atomic import write_json

LOGITS = "validation_logits.npy"
"""(n_validation, n_labels) float32, of a checkpoint or of a complete trial."""
SEAL = "seal.json"
_STATE = "trainer_state.json"
_PREFIX = "checkpoint-"


def seal_checkpoint(checkpoint: Path, owner: dict[str, Any], best: Path | None) -> None:
    """Say that a checkpoint is whole, then remove the trial's older ones except the best.

    The seal is written last, after every file has reached the disk: what has no seal was torn by a kill.

    Args:
        checkpoint: The Trainer's folder, wholly written.
        owner: What made it: the study's token and the trial's settings, JSON-able.
        best: The checkpoint with the trial's best weights so far.

    Raises:
        RunFolderError: It cannot be written.
    """
    (checkpoint / "training_args.bin").unlink(missing_ok=True)  # a pickle that nothing reads
    sizes = {}
    for path in sorted(checkpoint.iterdir()):
        _flush(path)
        sizes[path.name] = path.stat().st_size
    write_json(checkpoint / SEAL, {"owner": owner, "files": sizes})
    keep_only(checkpoint.parent, {checkpoint.name, best.name if best is not None else checkpoint.name})


def keep_only(folder: Path, names: Collection[str]) -> None:
    """Remove a trial's other checkpoints."""
    for other in folder.glob(f"{_PREFIX}*"):
        if other.name not in names:
            shutil.rmtree(other)


def find_checkpoint(folder: Path, owner: dict[str, Any]) -> Path | None:
    """The latest whole checkpoint that this owner made; everything else in the folder is removed.

    Args:
        folder: The trial's checkpoints.
        owner: What must have made it.
    """
    whole = [path for path in folder.glob(f"{_PREFIX}*") if _is_whole(path, owner)]
    names = {path.name for path in whole}
    usable = [path for path in whole if (best := _name_of_best(path)) is None or best in names]
    latest = max(usable, key=checkpoint_step, default=None)
    if latest is None:
        shutil.rmtree(folder, ignore_errors=True)
        return None
    best = _name_of_best(latest)
    for path in folder.iterdir():
        if path.name not in (latest.name, best):
            shutil.rmtree(path, ignore_errors=True)
    if best is not None:
        _point_to_best(latest, folder / best)
    return latest


def drop_torn(folder: Path) -> None:
    """Remove what a failed save left half-written."""
    for path in folder.glob(f"{_PREFIX}*"):
        if not (path / SEAL).exists():
            shutil.rmtree(path, ignore_errors=True)


def checkpoint_step(checkpoint: Path) -> int:
    """The optimiser steps done when it was written."""
    return int(checkpoint.name.removeprefix(_PREFIX))


def best_until(checkpoint: Path) -> tuple[float, int]:
    """The best value of the objective until a checkpoint was written, and its step."""
    state = json.loads((checkpoint / _STATE).read_text(encoding="utf-8"))
    return float(state["best_metric"]), int(state["best_global_step"])


def _is_whole(path: Path, owner: dict[str, Any]) -> bool:
    try:
        seal = json.loads((path / SEAL).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if seal.get("owner") != owner:
        return False
    # trainer_state.json names the best checkpoint by its full path, which may move
    sizes = {name: size for name, size in seal["files"].items() if name != _STATE}
    return all((path / name).is_file() and (path / name).stat().st_size == size for name, size in sizes.items())


def _name_of_best(checkpoint: Path) -> str | None:
    state = json.loads((checkpoint / _STATE).read_text(encoding="utf-8"))
    best = state.get("best_model_checkpoint")
    return Path(best).name if best else None


def _point_to_best(checkpoint: Path, best: Path) -> None:
    state = json.loads((checkpoint / _STATE).read_text(encoding="utf-8"))
    if state["best_model_checkpoint"] != str(best):
        write_json(checkpoint / _STATE, state | {"best_model_checkpoint": str(best)})


def _flush(path: Path) -> None:
    try:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise RunFolderError("cannot_write_disk", path=path, reason=error.strerror or error) from error
