"""Tables and models as people hold them, written where the flows read them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from boletim.contracts.errors import InputError

_TEST_SPLITS = ("test", "validation")


def table_file(data: Any, folder: Path) -> Path:
    """The file of a table that somebody holds in memory, or of one that lies on disk.

    Args:
        data: Path of a file; pandas DataFrame; polars, Arrow or any table with the dataframe interchange protocol
            (`__arrow_c_stream__` or `__dataframe__`); `datasets.Dataset`; `datasets.DatasetDict`, whose `test` split
            is taken, or its `validation` split where it has no `test`; or a mapping of columns.
        folder: Where a table in memory is written, as `data.parquet`.

    Raises:
        InputError: It is none of these, or holds columns that a table file cannot.
    """
    if isinstance(data, str | os.PathLike):
        path = Path(data)
        if not path.exists():
            raise InputError("no_table", path=path)
        return path
    table = _arrow_table(_one_split(data))
    import pyarrow.parquet

    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "data.parquet"
    pyarrow.parquet.write_table(table, target)
    return target


def model_folder(model: Any, folder: Path) -> str:
    """A model as a folder or hub id.

    Args:
        model: Folder or hub id; a transformers pipeline; or `(model, tokenizer)`.
        folder: Where a model in memory is saved, safetensors and tokenizer.

    Raises:
        InputError: It is none of these.
    """
    if isinstance(model, str | os.PathLike):
        return str(model)
    parts = model if isinstance(model, tuple) else (getattr(model, "model", None), getattr(model, "tokenizer", None))
    if len(parts) != 2 or not all(hasattr(part, "save_pretrained") for part in parts):
        raise InputError("model_object", name=type(model).__name__)
    for part in parts:
        part.save_pretrained(folder)
    return str(folder)


def _one_split(data: Any) -> Any:
    """The split of a DatasetDict that is audited; anything else as it is."""
    is_splits = isinstance(data, Mapping) and data and all(hasattr(split, "column_names") for split in data.values())
    if not is_splits:
        return data
    for name in _TEST_SPLITS:
        if name in data:
            return data[name]
    raise InputError("dataset_dict", test_splits=" or ".join(_TEST_SPLITS), data=data)


def _arrow_table(data: Any) -> Any:
    import pyarrow

    try:
        if hasattr(data, "with_format") and hasattr(data, "column_names"):  # datasets.Dataset: ClassLabel by name
            return _dataset_table(data)
        if isinstance(data, pyarrow.Table):
            return data
        if isinstance(data, Mapping):
            return pyarrow.table(dict(data))
        if type(data).__module__.partition(".")[0] == "pandas":
            return pyarrow.Table.from_pandas(data, preserve_index=False)
        if hasattr(data, "__arrow_c_stream__"):
            return pyarrow.table(data)
        if hasattr(data, "__dataframe__"):
            from pyarrow.interchange import from_dataframe

            return from_dataframe(data)
    except (pyarrow.ArrowException, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise InputError("column_kinds", reason=reason) from error
    raise InputError("data_object", name=type(data).__name__)


def _dataset_table(data: Any) -> Any:
    """A Dataset's rows with the names of its ClassLabel columns in place of their numbers."""
    import pyarrow

    table = data.with_format("arrow")[:]
    for name, feature in data.features.items():
        if not hasattr(feature, "int2str"):
            continue
        numbers = table.column(name).to_pylist()
        names = [None if number is None or number < 0 else feature.int2str(int(number)) for number in numbers]
        table = table.set_column(table.column_names.index(name), name, pyarrow.array(names, pyarrow.string()))
    return table
