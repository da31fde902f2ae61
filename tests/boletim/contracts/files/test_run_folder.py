import subprocess
import sys

import pytest

from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.atomic import write_with
from boletim.contracts.files.run_folder import RunFolder, key_of


def test_the_second_process_is_told_who_holds_the_folder(tmp_path):
    code = (
        "import sys; from pathlib import Path; from boletim.contracts.files.run_folder import RunFolder\n"
        "with RunFolder(Path(sys.argv[1])).held(): pass"
    )
    with RunFolder(tmp_path).held():
        second = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
        )
    assert second.returncode != 0
    assert "is held by process" in second.stderr
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 0


def test_a_stage_is_done_only_with_the_same_inputs(tmp_path):
    folder = RunFolder(tmp_path)
    folder.mark_done("audit", key_of("a", 1), 2.0)
    again = RunFolder(tmp_path)
    assert again.is_done("audit", key_of("a", 1))
    assert not again.is_done("audit", key_of("a", 2))
    assert not again.is_done("probe", key_of("a", 1))
    assert again.seconds() == {"audit": 2.0}


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "audit.json"
    path.write_text("old")

    def full_disk(temporary):
        temporary.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(RunFolderError, match=r"No space left on device; free disk space"):
        write_with(path, full_disk)
    assert [p.name for p in tmp_path.iterdir()] == ["audit.json"]
    assert path.read_text() == "old"


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(RunFolderError, match=r"cannot use .*run: Not a directory; choose a folder you may write"),
        RunFolder(tmp_path / "file" / "run").held(),
    ):
        pass


def test_a_folder_without_permission(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("boletim.contracts.files.run_folder.os.open", refuse)
    with (
        pytest.raises(RunFolderError, match=r"cannot use .*: Permission denied; choose a folder you may write"),
        RunFolder(tmp_path / "run").held(),
    ):
        pass
