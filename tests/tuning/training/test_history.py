from pathlib import Path

import pytest

from boletim.contracts.errors import RunFolderError
from boletim.contracts.results.search import CurvePoint
from boletim.tuning.training.history import append_point, read_points

POINTS = [CurvePoint(step=n, epoch=n / 2, train_loss=1 / n, validation_metrics={"accuracy": 0.5}) for n in (1, 2, 3)]


def test_points_come_back_and_a_line_cut_by_a_kill_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "trials" / "0000"
    assert read_points(folder) == ()
    for point in POINTS:
        append_point(folder, point)
    assert read_points(folder) == tuple(POINTS)
    path = folder / "history.jsonl"
    path.write_bytes(path.read_bytes()[:-5])
    assert read_points(folder) == tuple(POINTS[:2])


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "trials").write_text("a file")
    with pytest.raises(RunFolderError, match="history"):
        append_point(tmp_path / "trials" / "0000", POINTS[0])
