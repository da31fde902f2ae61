from pathlib import Path

import numpy as np
import pytest

from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.evidence_file import read_evidence_file

ABOUT = (["a", "b"], [])


def test_damaged_predictions_are_named(tmp_path: Path) -> None:
    path = tmp_path / "predictions.parquet"
    Predictions(np.array(["1", "2"], dtype=object), np.array([0, 1]), np.array([0, 1]), ("a", "b")).save(path)
    assert read_evidence_file(path, *ABOUT).n == 2
    content = path.read_bytes()
    for damage in (b"", b"PAR1", content[:-9], content[: len(content) // 2], content[:8] + b"\xff" * 40 + content[48:]):
        path.write_bytes(damage)
        with pytest.raises(RunFolderError, match=r"predictions\.parquet is damaged"):
            read_evidence_file(path, *ABOUT)


@pytest.mark.parametrize("about", [(["a"], []), (["a", "b"], ["g"])])
def test_predictions_of_another_audit(tmp_path: Path, about: tuple[list[str], list[str]]) -> None:
    path = tmp_path / "predictions.parquet"
    Predictions(np.array(["1", "2"], dtype=object), np.array([0, 1]), np.array([0, 1]), ("a", "b")).save(path)
    with pytest.raises(RunFolderError, match="is not the file that the audit was made of"):
        read_evidence_file(path, *about)
