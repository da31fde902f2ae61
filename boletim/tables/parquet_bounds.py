"""Cells of a parquet file that would fill the memory: one text may stand in the file once and in a million rows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from boletim.contracts.errors import DataError
from boletim.tables.opened import LONGEST_LINE

_BATCH_ROWS, _MOST_BYTES = 50_000, 1 << 30


def check_cells(file: Path, source: Any, columns: Sequence[str] | None) -> None:
    """Refuse cells and batches of rows that no table of texts has, before they are spread out.

    Args:
        file: Named in the error.
        source: pyarrow's ParquetFile, opened with its dictionaries kept (`texts_as_dictionaries`).
        columns: Which are to be read; None for all.

    Raises:
        DataError: A cell has more than 33,554,432 bytes, or 50,000 rows more than 1 GiB.
    """
    doubtful = [name for name in source.schema_arrow.names if columns is None or name in columns]
    doubtful = [name for name in doubtful if _is_doubtful(source.metadata, source.schema_arrow.names.index(name))]
    if not doubtful:
        return
    for batch in source.iter_batches(_BATCH_ROWS, columns=doubtful):
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            longest, n_bytes = _sizes(column)
            if longest > LONGEST_LINE or n_bytes > _MOST_BYTES:
                raise DataError(
                    f"{file}: column {name!r} has a cell of {longest:,} bytes, {n_bytes:,} in {len(column):,} rows; "
                    f"a cell has at most {LONGEST_LINE:,} bytes, {_BATCH_ROWS:,} rows {_MOST_BYTES >> 30} GiB; "
                    "shorten the texts"
                )


def texts_as_dictionaries(schema: Any) -> list[str]:
    """The columns of texts, which are to be opened as they stand in the file."""
    import pyarrow as pa

    return [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_binary(field.type)]


def _is_doubtful(metadata: Any, place: int) -> bool:
    """Whether a part of the column, spread out, could be beyond the bounds: few are, and only those are looked at."""
    if metadata.num_columns != len(metadata.schema.to_arrow_schema().names):
        return False  # nested columns are refused by name elsewhere
    chunks = [metadata.row_group(i).column(place) for i in range(metadata.num_row_groups)]
    return any(
        chunk.physical_type == "BYTE_ARRAY"
        and (
            chunk.total_uncompressed_size > LONGEST_LINE or (chunk.has_dictionary_page and _spread(chunk) > _MOST_BYTES)
        )
        for chunk in chunks
    )


def _spread(chunk: Any) -> int:
    return int(chunk.total_uncompressed_size) * min(int(chunk.num_values), _BATCH_ROWS)


def _sizes(column: Any) -> tuple[int, int]:
    """Bytes of the longest cell, and of all."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return 0, 0
    lengths = pc.binary_length(column.dictionary)
    spread = pc.take(lengths, column.indices)
    return int(pc.max(spread).as_py() or 0), int(pc.sum(spread).as_py() or 0)
