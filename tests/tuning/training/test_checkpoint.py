import json
from pathlib import Path

from boletim.tuning.training.checkpoint import SEAL, drop_torn, find_checkpoint, seal_checkpoint

OWNER = {"study": "token", "place": 3, "params": {"learning_rate": 2e-5}}


def checkpoint(folder: Path, step: int, best: int | None = None) -> Path:
    path = folder / f"checkpoint-{step}"
    path.mkdir(parents=True)
    (path / "model.safetensors").write_bytes(b"x" * step)
    (path / "training_args.bin").write_bytes(b"pickle")
    name = str(folder / f"checkpoint-{best}") if best is not None else None
    (path / "trainer_state.json").write_text(json.dumps({"best_model_checkpoint": name}))
    return path


def sealed(folder: Path, step: int, best: int | None = None) -> Path:
    path = checkpoint(folder, step, best)
    seal_checkpoint(path, OWNER, folder / f"checkpoint-{best}" if best is not None else None)
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_sealing_keeps_the_newest_and_the_best_and_no_pickle(tmp_path: Path) -> None:
    sealed(tmp_path, 4, best=4)
    sealed(tmp_path, 8, best=8)
    assert names(tmp_path) == {"checkpoint-8"}
    path = sealed(tmp_path, 9, best=8)
    assert names(tmp_path) == {"checkpoint-8", "checkpoint-9"}
    assert names(path) == {"model.safetensors", "trainer_state.json", SEAL}
    assert find_checkpoint(tmp_path, OWNER) == path


def test_what_was_torn_is_passed_over_and_removed(tmp_path: Path) -> None:
    whole = sealed(tmp_path, 4, best=4)
    checkpoint(tmp_path, 8, best=4)
    assert find_checkpoint(tmp_path, OWNER) == whole
    assert names(tmp_path) == {"checkpoint-4"}
    checkpoint(tmp_path, 8, best=4)
    drop_torn(tmp_path)
    assert names(tmp_path) == {"checkpoint-4"}


def test_a_checkpoint_before_the_first_evaluation_can_be_gone_on_from(tmp_path: Path) -> None:
    assert find_checkpoint(tmp_path, OWNER) is None
    path = sealed(tmp_path, 2)
    assert find_checkpoint(tmp_path, OWNER) == path


def test_without_its_best_weights_a_checkpoint_is_of_no_use(tmp_path: Path) -> None:
    earlier, later = sealed(tmp_path, 4, best=4), sealed(tmp_path, 6, best=4)
    (earlier / "model.safetensors").write_bytes(b"cut")
    assert later.exists()
    assert find_checkpoint(tmp_path, OWNER) is None
    assert not tmp_path.exists()


def test_only_the_owners_checkpoints_are_taken(tmp_path: Path) -> None:
    for other in ({"study": "another"}, {"place": 4}, {"params": {"learning_rate": 3e-5}}):
        sealed(tmp_path, 4, best=4)
        assert find_checkpoint(tmp_path, OWNER | other) is None
        assert not tmp_path.exists(), "and what is not the owner's does not stay"


def test_a_run_folder_that_was_moved_still_finds_its_best(tmp_path: Path) -> None:
    sealed(tmp_path / "old", 4, best=4)
    sealed(tmp_path / "old", 6, best=4)
    (tmp_path / "old").rename(tmp_path / "new")
    path = find_checkpoint(tmp_path / "new", OWNER)
    assert path == tmp_path / "new" / "checkpoint-6"
    state = json.loads((path / "trainer_state.json").read_text())
    assert state["best_model_checkpoint"] == str(tmp_path / "new" / "checkpoint-4")
