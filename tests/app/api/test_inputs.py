from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow
import pyarrow.parquet
import pytest

from boletim.app.api.inputs import model_folder, table_file
from boletim.contracts.errors import InputError

COLUMNS = {"label": ["a", "b", "a"], "n": [1, 2, 3]}


class Stream:
    """A table of another library: it offers the Arrow stream alone."""

    def __init__(self) -> None:
        self._table = pyarrow.table(COLUMNS)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)


class Interchange:
    """A table of another library: it offers the dataframe interchange protocol alone."""

    def __dataframe__(self, *arguments: Any, **settings: Any) -> Any:
        return pd.DataFrame(COLUMNS).__dataframe__(*arguments, **settings)


@pytest.mark.parametrize("make", [dict, pd.DataFrame, pyarrow.table], ids=["mapping", "pandas", "arrow"])
def test_tables_in_memory(make: Any, tmp_path: Path) -> None:
    path = table_file(make(COLUMNS), tmp_path / "new")
    assert pyarrow.parquet.read_table(path).to_pydict() == COLUMNS


@pytest.mark.filterwarnings("ignore:.*interchange.*")
@pytest.mark.parametrize("table", [Stream(), Interchange()], ids=["stream", "interchange"])
def test_tables_of_other_libraries(table: Any, tmp_path: Path) -> None:
    assert pyarrow.parquet.read_table(table_file(table, tmp_path)).to_pydict() == COLUMNS


def test_datasets_keep_the_names_of_their_classes(tmp_path: Path) -> None:
    from datasets import ClassLabel, Dataset, DatasetDict, Features, Value

    features = Features({"label": ClassLabel(names=["bad", "good"]), "text": Value("string")})
    test = Dataset.from_dict({"label": [1, 0, -1], "text": ["x", "y", "z"]}, features=features)
    table = pyarrow.parquet.read_table(table_file(DatasetDict({"train": test, "test": test}), tmp_path))
    assert table.column("label").to_pylist() == ["good", "bad", None]
    with pytest.raises(InputError, match="test or validation, got train"):
        table_file(DatasetDict({"train": test}), tmp_path)


def test_files_and_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("label\na\n")
    assert table_file(str(tmp_path / "p.csv"), tmp_path) == tmp_path / "p.csv"
    with pytest.raises(InputError, match="does not exist"):
        table_file(tmp_path / "q.csv", tmp_path)
    with pytest.raises(InputError, match="got int"):
        table_file(7, tmp_path)
    with pytest.raises(InputError, match="one kind of value"):
        table_file(pd.DataFrame({"label": ["a", 1, {"b": 2}]}), tmp_path)


def test_models_in_memory_are_saved(tiny_model_folder: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

    model = AutoModelForSequenceClassification.from_pretrained(tiny_model_folder)
    tokenizer = AutoTokenizer.from_pretrained(tiny_model_folder)
    for number, given in enumerate(
        [(model, tokenizer), pipeline("text-classification", model=model, tokenizer=tokenizer)]
    ):
        folder = Path(model_folder(given, tmp_path / str(number)))
        assert (folder / "model.safetensors").is_file()
        assert (folder / "tokenizer.json").is_file()
    assert model_folder("org/model", tmp_path) == "org/model"
    with pytest.raises(InputError, match="pipeline or"):
        model_folder(model, tmp_path)
