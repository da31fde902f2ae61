"""Read parquet files."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from boletim.contracts.errors import DataError
from boletim.tables.class_labels import class_names_of_schema, with_class_names
from boletim.tables.names import check_each_once
from boletim.tables.opened import is_packed, open_bytes
from boletim.tables.parquet_bounds import check_cells

_MOST_PACKED = 1 << 28


def parquet_columns(file: Path) -> list[str]:
    """Names of the columns.

    Raises:
        DataError: The file is no parquet file, or a name stands twice.
    """
    import pyarrow.parquet as pq

    with _broken_is_named(file):
        names = [str(name) for name in pq.read_schema(_source(file)).names]
    check_each_once(str(file), names)
    return names


def parquet_n_rows(file: Path) -> int:
    """Number of rows.

    Raises:
        DataError: The file is no parquet file.
    """
    import pyarrow.parquet as pq

    with _broken_is_named(file):
        return int(pq.read_metadata(_source(file)).num_rows)


def parquet_batches(file: Path, n_rows: int | None, columns: Sequence[str] | None) -> Iterator[pd.DataFrame]:
    """Rows, `n_rows` at a time or all at once, object columns; whole numbers stay whole where some are missing.

    Raises:
        DataError: The file is no parquet file, is damaged, or has cells that would fill the memory.
    """
    import pyarrow.parquet as pq

    chosen = None if columns is None else list(columns)
    with _broken_is_named(file):
        content = _source(file)
        source = pq.ParquetFile(content)
        check_cells(file, content, chosen)
        names = class_names_of_schema(source.schema_arrow.metadata)
        for part in [source.read(chosen)] if n_rows is None else _parts(source, n_rows, chosen):
            if part.num_rows:
                yield as_frame(part, names)


def as_frame(part: Any, names: dict[str, list[str]]) -> pd.DataFrame:
    """An Arrow table or batch as object columns, classes by their names."""
    import pyarrow as pa

    if names:
        part = with_class_names(pa.table(part) if isinstance(part, pa.RecordBatch) else part, names)
    if part.schema.metadata:
        part = part.replace_schema_metadata(None)
    frame: pd.DataFrame = part.to_pandas(ignore_metadata=True, integer_object_nulls=True).astype(object)
    return frame


def _source(file: Path) -> Any:
    """The file, or its content where gzip packed it: parquet is read from its end."""
    if not is_packed(file):
        return file
    with open_bytes(file) as stream:
        content = stream.read(_MOST_PACKED + 1)
    if len(content) > _MOST_PACKED:
        raise DataError("parquet_packed", n=_MOST_PACKED >> 20, at=file)
    return io.BytesIO(content)


def _parts(source: Any, n_rows: int, columns: list[str] | None) -> Iterator[Any]:
    """Record batches. An iterator of pyarrow keeps what it has read, so each runs over a few row groups only."""
    groups: list[int] = []
    n_held = 0
    for group in range(source.num_row_groups):
        groups.append(group)
        n_held += source.metadata.row_group(group).num_rows
        if n_held >= n_rows or group == source.num_row_groups - 1:
            yield from source.iter_batches(n_rows, row_groups=groups, columns=columns)
            groups, n_held = [], 0


@contextmanager
def _broken_is_named(file: Path) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except DataError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        lines = str(error).strip().splitlines()
        reason = lines[0] if lines else type(error).__name__
        raise DataError("parquet", reason=reason, at=file) from error
