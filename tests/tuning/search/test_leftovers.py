"""A settled search leaves the model once, and goes on from there all the same."""

import shutil
from collections.abc import Callable
from pathlib import Path

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.files.atomic import hash_folder
from boletim.tuning.search.leftovers import bring_back, drop_leftovers
from boletim.tuning.search.run import run_search


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def weights(folder: Path) -> list[str]:
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.suffix in (".safetensors", ".pt"))
    return sorted(map(str, names))


def test_nothing_of_an_interrupted_search_is_left_but_the_model_and_what_was_said(tmp_path: Path) -> None:
    for place, content in {
        "model/model.safetensors": b"best",
        "trials/0001/best/model.safetensors": b"best",
        "trials/0001/history.jsonl": b"{}",
        "trials/0001/validation_logits.npy": b"logits",
        "trials/0000/best/model.safetensors": b"other",
        "trials/0002/checkpoints/checkpoint-8/optimizer.pt": b"states" * 100,
        "trials/0002/checkpoints/checkpoint-8/model.safetensors": b"torn",
        "trials/0003/.best.old/model.safetensors": b"torn",
        "confirm/0001/training/checkpoints/checkpoint-2/optimizer.pt": b"states",
        "confirm/0001/1013.json": b"{}",
        ".model.part/model.safetensors": b"be",
    }.items():
        write(tmp_path / place, content)
    freed = drop_leftovers(tmp_path)
    assert weights(tmp_path) == ["model/model.safetensors"]
    assert freed == len(b"best" + b"other" + b"states" * 100 + b"torn" * 2 + b"states" + b"be")
    for kept in ("trials/0001/history.jsonl", "trials/0001/validation_logits.npy", "confirm/0001/1013.json"):
        assert (tmp_path / kept).is_file()
    assert drop_leftovers(tmp_path) == 0
    bring_back(tmp_path)
    assert weights(tmp_path) == ["model/model.safetensors", "trials/0001/best/model.safetensors"]


def test_weights_of_the_front_stay_unless_they_are_the_model_itself(tmp_path: Path) -> None:
    for place, content in (("model", b"a"), ("trials/0000/best", b"a"), ("trials/0004/best", b"b")):
        write(tmp_path / place / "model.safetensors", content)
    drop_leftovers(tmp_path, {0, 4})
    assert weights(tmp_path) == ["model/model.safetensors", "trials/0004/best/model.safetensors"]


def test_a_model_that_was_changed_meanwhile_does_not_come_back_as_the_trials(tmp_path: Path) -> None:
    for place in ("model", "trials/0000/best"):
        write(tmp_path / place / "model.safetensors", b"a")
    drop_leftovers(tmp_path)
    write(tmp_path / "model" / "model.safetensors", b"b")
    bring_back(tmp_path)
    assert weights(tmp_path) == ["model/model.safetensors"]


def test_a_search_goes_on_with_more_trials_after_its_leftovers_are_gone(
    make_run_config: Callable[..., RunConfig], make_tuning_data: Callable[..., TuningData], tmp_path: Path
) -> None:
    data, space = make_tuning_data(48, 24), {"learning_rate": [1e-7, 5e-3], "epochs": 1}
    first = run_search(make_run_config(trials=1, search=space), data, tmp_path)
    before = hash_folder(tmp_path / "model")
    drop_leftovers(tmp_path, {first.best_trial})
    assert weights(tmp_path) == ["model/model.safetensors"]
    bring_back(tmp_path)
    second = run_search(make_run_config(trials=2, search=space), data, tmp_path)
    assert len(second.trials) == 2
    assert second.trials[0] == first.trials[0]
    if second.best_trial == first.best_trial:
        assert hash_folder(tmp_path / "model") == before
    shutil.rmtree(tmp_path / "model")
