"""Read the predictions that a run folder keeps."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from boletim.contracts.errors import RunFolderError, first_line
from boletim.contracts.examples import Answers, load_answers


def read_evidence_file(path: Path, labels: Sequence[str], groups: Iterable[str]) -> Answers:
    """What predictions.parquet of a run folder holds.

    Args:
        path: The file.
        labels: Those of the audit that was made of it.
        groups: Its group columns.

    Raises:
        RunFolderError: It cannot be read, or is not the one that the audit was made of.
    """
    try:
        return load_answers(path, labels, groups)
    except (OSError, ValueError, TypeError, LookupError) as error:  # Arrow's own errors are some of these
        raise RunFolderError("evidence_damaged", path=path, error=first_line(error)[:200]) from error
