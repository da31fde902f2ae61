"""A model folder's texts are files of a size that a model has, before any is read."""

import os
import shutil
from pathlib import Path

import pytest

from boletim.contracts.errors import ModelError
from boletim.models.files import find_model_files


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt"])
def test_a_text_of_a_tebibyte_or_a_pipe_is_refused(tiny_model_folder: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(tiny_model_folder, tmp_path / "model"))
    (folder / name).touch()
    os.truncate(folder / name, 2**40)
    with pytest.raises(ModelError, match=f"{name} has at most 256 MiB, .* has 1,048,576; copy"):
        find_model_files(str(folder))
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises(ModelError, match=f"{name} of .* is a device or a pipe"):
        find_model_files(str(folder))


def test_a_link_to_nowhere_is_left_to_who_needs_it(tiny_model_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_model_folder, tmp_path / "model"))
    (folder / "extra.txt").symlink_to(tmp_path / "nowhere")
    assert find_model_files(str(folder)).config["model_type"] == "bert"
