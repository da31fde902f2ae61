"""Read the predictions that a run folder keeps."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from boletim.contracts.answers.label_sets import LabelSets, load_evidence
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.errors import RunFolderError, first_line


def read_evidence_file(path: Path, data: Mapping[str, Any]) -> Predictions | LabelSets:
    """What predictions.parquet of a run folder holds.

    Args:
        path: The file.
        data: `data` of the audit that was made of it.

    Raises:
        RunFolderError: It cannot be read, or is not the one that the audit was made of.
    """
    try:
        return load_evidence(path, data)
    except (OSError, ValueError, TypeError, LookupError) as error:  # Arrow's own errors are some of these
        raise RunFolderError(
            f"{path} is damaged or is not the file that the audit was made of ({first_line(error)[:200]}); run the "
            "command that made the folder again, or take the file from a copy"
        ) from error
