from pathlib import Path

import pytest

from boletim.contracts.errors import RunFolderError
from boletim.tuning.training import best_model


def checkpoint(folder: Path, number: int, content: str) -> Path:
    path = best_model.checkpoints_folder(folder, number) / "checkpoint-8"
    path.mkdir(parents=True)
    for name in ("model.safetensors", "config.json", "training_args.bin", "trainer_state.json"):
        (path / name).write_text(content)
    return path


def test_the_kept_folder_holds_the_model_and_nothing_pickled(tmp_path: Path) -> None:
    best_model.keep_checkpoint(tmp_path, 3, checkpoint(tmp_path, 3, "three"))
    kept = best_model.best_folder(tmp_path, 3)
    assert {path.name for path in kept.iterdir()} == {"model.safetensors", "config.json"}


def test_only_the_best_stays(tmp_path: Path) -> None:
    for number in (0, 1, 2):
        best_model.keep_checkpoint(tmp_path, number, checkpoint(tmp_path, number, str(number)))
        checkpoint(tmp_path, number + 10, "left by a kill")
        (best_model.trial_folder(tmp_path, number) / "history.jsonl").write_text("{}")
    best_model.drop_weights(tmp_path, {1})
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.safetensors")} == {
        "trials/0001/best/model.safetensors"
    }
    assert len(list(tmp_path.rglob("history.jsonl"))) == 3
    best_model.drop_weights(tmp_path, ())
    assert not list(tmp_path.rglob("*.safetensors"))


def test_publishing_replaces_the_model_and_leaves_nothing_else(tmp_path: Path) -> None:
    for number in (0, 1):
        best_model.keep_checkpoint(tmp_path, number, checkpoint(tmp_path, number, str(number)))
        (tmp_path / ".model.part").mkdir()
        (tmp_path / ".model.part" / "left").write_text("by a kill")
        model = best_model.publish_model(tmp_path, best_model.best_folder(tmp_path, number))
        assert (model / "config.json").read_text() == str(number)
        assert {path.name for path in tmp_path.iterdir()} == {"model", "trials"}
        assert {path.name for path in model.iterdir()} == {"model.safetensors", "config.json"}


def test_a_full_disk_leaves_the_old_model_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    best_model.keep_checkpoint(tmp_path, 0, checkpoint(tmp_path, 0, "old"))
    best_model.publish_model(tmp_path, best_model.best_folder(tmp_path, 0))
    best_model.keep_checkpoint(tmp_path, 1, checkpoint(tmp_path, 1, "new"))

    def full(source: Path, target: Path) -> None:
        target.mkdir()
        (target / "config.json").write_text("ne")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(best_model.shutil, "copytree", full)
    with pytest.raises(RunFolderError, match="No space left"):
        best_model.publish_model(tmp_path, best_model.best_folder(tmp_path, 1))
    assert (tmp_path / "model" / "config.json").read_text() == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"model", "trials"}
