"""Read a folder that `Dataset.save_to_disk` wrote, without the `datasets` library."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from boletim.contracts.errors import DataError
from boletim.tables.class_labels import class_names_of_schema
from boletim.tables.names import check_each_once
from boletim.tables.parquet import as_frame


def is_saved_dataset(folder: Path) -> bool:
    """Whether `save_to_disk` wrote this folder."""
    return (folder / "state.json").is_file()


def saved_columns(folder: Path) -> list[str]:
    """Names of the columns.

    Raises:
        DataError: The folder is damaged.
    """
    for reader in _streams(folder):
        names = [str(name) for name in reader.schema.names]
        check_each_once(str(folder), names)
        return names
    return []


def saved_batches(folder: Path, n_rows: int | None, columns: Sequence[str] | None) -> Iterator[pd.DataFrame]:
    """Rows, `n_rows` at a time at most or all at once, object columns, classes by their names.

    Raises:
        DataError: The folder is damaged.
    """
    import pyarrow as pa

    whole: list[Any] = []
    for reader in _streams(folder):
        names = class_names_of_schema(reader.schema.metadata)
        for batch in reader:
            part = pa.Table.from_batches([batch])
            if columns is not None:
                part = part.select(list(columns))
            if n_rows is None:
                whole.append(as_frame(part, names))
                continue
            for start in range(0, part.num_rows, n_rows):
                yield as_frame(part.slice(start, n_rows), names)
    if n_rows is None and whole:
        yield pd.concat(whole, ignore_index=True)


def _streams(folder: Path) -> Iterator[Any]:
    """An Arrow stream reader for each file that the folder's state names."""
    import pyarrow as pa

    try:
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        files = [folder / Path(str(one["filename"])).name for one in state["_data_files"]]
        for file in files:
            with pa.memory_map(str(file), "r") as source, pa.ipc.open_stream(source) as reader:
                yield reader
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError("saved_whole", reason=reason, at=folder) from error
