"""What only a running search needs: dropped once the search is settled, and model/ holds what it was for.

The model that model/ holds is not kept a second time. A mark beside it says where the search kept it, so that a search
that goes on with more trials finds it there again.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from boletim.contracts.files.atomic import hash_folder, write_json
from boletim.contracts.files.run_files import read_record
from boletim.contracts.record import Record
from boletim.tuning.training.best_model import best_folder

_MARK = "kept_as.json"
_WEIGHTS = "*.safetensors"


class _KeptAs(Record):
    """The mark."""

    path: Annotated[str, Field(pattern=r"^(trials|confirm)/[0-9]+/[A-Za-z0-9_-]+$")]
    sha256: str


def drop_leftovers(folder: Path, keep: Iterable[int] = ()) -> int:
    """Remove checkpoints, optimiser states and second copies of the model; returns the bytes that they took.

    Args:
        folder: The run folder of a settled search, whose model/ is whole.
        keep: Trials whose weights stay where they are others than the model's: those on the Pareto front of two
            objectives, or the search's own best where its confirmation chose another.
    """
    model = folder / "model"
    published = hash_folder(model, _WEIGHTS) if model.is_dir() else ""
    stay, freed = {best_folder(folder, number) for number in keep}, 0
    for path in _leftovers(folder):
        is_weights = any(path.glob(_WEIGHTS))
        is_model = is_weights and hash_folder(path, _WEIGHTS) == published
        if path in stay and not is_model:
            continue
        if is_model:
            write_json(folder / "trials" / _MARK, {"path": str(path.relative_to(folder)), "sha256": published})
        freed += sum(file.lstat().st_size for file in path.rglob("*") if not file.is_dir())
        shutil.rmtree(path)
    return freed


def bring_back(folder: Path) -> None:
    """Put the model back where the search kept it, before the search goes on; nothing where it is there, or changed."""
    mark, model = folder / "trials" / _MARK, folder / "model"
    if not mark.is_file() or not model.is_dir():
        return
    kept = read_record(mark, _KeptAs, "errors.remove_and_again")
    place = folder / kept.path
    if not place.exists() and hash_folder(model, _WEIGHTS) == kept.sha256:
        part = place.with_name(f".{place.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(model, part)
        os.rename(part, place)
    mark.unlink()


def _leftovers(folder: Path) -> Iterator[Path]:
    """Folders of weights and checkpoints, and what a kill left half-written."""
    for pattern in ("trials/*/*", "confirm/*/*", ".model.*"):
        yield from (path for path in sorted(folder.glob(pattern)) if path.is_dir())
