"""A trial's evaluations on disk: history.jsonl grows while the trial runs."""

from pathlib import Path

from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.atomic import write_text
from boletim.contracts.results.search import CurvePoint

_NAME = "history.jsonl"


def append_point(trial_folder: Path, point: CurvePoint) -> None:
    """Add one evaluation.

    Raises:
        RunFolderError: The disk is full or the folder may not be written.
    """
    path = trial_folder / _NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(point.model_dump_json() + "\n")
    except OSError as error:
        raise RunFolderError("cannot_write", path=path, reason=error.strerror or error) from error


def keep_points(trial_folder: Path, until_step: int) -> tuple[CurvePoint, ...]:
    """Forget the evaluations after a step, from which the trial goes on; returns those that stay.

    Raises:
        RunFolderError: The disk is full or the folder may not be written.
    """
    points = tuple(point for point in read_points(trial_folder) if point.step <= until_step)
    write_text(trial_folder / _NAME, "".join(point.model_dump_json() + "\n" for point in points))
    return points


def read_points(trial_folder: Path) -> tuple[CurvePoint, ...]:
    """The evaluations in order; none when there is no file. A last line cut by a kill is left out."""
    path = trial_folder / _NAME
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return tuple(CurvePoint.model_validate_json(line) for line in lines if line.endswith("\n"))
