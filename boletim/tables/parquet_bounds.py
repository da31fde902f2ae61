"""Cells of a parquet file that would fill the memory: one text may stand in the file once and in a million rows."""

import mmap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from boletim.contracts.errors import DataError
from boletim.tables.opened import LONGEST_LINE
from boletim.tables.parquet_pages import Page, pages_of

_BATCH_ROWS, _MOST_BYTES = 50_000, 1 << 30
_LARGEST_PAGE = 192 << 20
"""Reading a page takes three times its size."""


def check_cells(file: Path, content: Path | BytesIO, columns: Sequence[str] | None) -> None:
    """Refuse pages, cells and batches of rows that no table of texts has, before they are unpacked and spread out.

    Args:
        file: Named in the error.
        content: The file, or its content.
        columns: Which are to be read; None for all.

    Raises:
        DataError: A page has more than 192 MiB, a cell more than 33,554,432 bytes, or 50,000 rows more than 1 GiB.
        ValueError: A page's header is damaged.
    """
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(content)
    with _bytes_of(content) as held:
        for place in range(metadata.num_columns):
            path = metadata.schema.column(place).path
            chunks = [metadata.row_group(group).column(place) for group in range(metadata.num_row_groups)]
            is_text = metadata.schema.column(place).physical_type == "BYTE_ARRAY"
            if columns is not None and not any(path == name or path.startswith(f"{name}.") for name in columns):
                continue
            found = [list(pages_of(held, chunk)) for chunk in chunks] if is_text else []
            largest = max((page.n_bytes for pages in found for page in pages), default=0)
            if largest > _LARGEST_PAGE:
                raise DataError("parquet_page", column=path, n=largest, n_most=_LARGEST_PAGE, at=file)
            if any(map(_is_doubtful, found)):
                is_delta = any(page.is_delta for pages in found for page in pages)
                _check_column(file, content, path, max(1, _MOST_BYTES // 2 // largest) if is_delta else None)


def _check_column(file: Path, content: Path | BytesIO, path: str, n_rows: int | None) -> None:
    """Look at the lengths of one column's texts: in its dictionary, or where it has none in batches of `n_rows`."""
    import pyarrow.parquet as pq

    source = pq.ParquetFile(content, read_dictionary=[] if n_rows else [path])
    n_bytes = n_seen = 0
    for batch in source.iter_batches(min(n_rows or _BATCH_ROWS, _BATCH_ROWS), columns=[path]):
        for longest, n_more in map(_sizes, _texts(batch.column(0))):
            n_bytes += n_more
            if longest > LONGEST_LINE or n_bytes > _MOST_BYTES:
                raise DataError(
                    "parquet_cell",
                    column=path,
                    n_longest=longest,
                    n_bytes=n_bytes,
                    n_rows=n_seen + batch.num_rows,
                    n_most=LONGEST_LINE,
                    n_batch=_BATCH_ROWS,
                    n_gib=_MOST_BYTES >> 30,
                    at=file,
                )
        n_seen += batch.num_rows
        if n_seen >= _BATCH_ROWS:
            n_bytes = n_seen = 0


def _is_doubtful(pages: list[Page]) -> bool:
    """Whether a row group's part of a column could be beyond the bounds: few could, and only those are read."""
    n_bytes, n_values = (sum(getattr(page, key) for page in pages) for key in ("n_bytes", "n_values"))
    may_spread = any(page.is_dictionary or page.is_delta for page in pages)
    return n_bytes > LONGEST_LINE or (may_spread and n_bytes * min(n_values, _BATCH_ROWS) > _MOST_BYTES)


@contextmanager
def _bytes_of(content: Path | BytesIO) -> Iterator[memoryview]:
    if isinstance(content, BytesIO):
        yield content.getbuffer()
        return
    with content.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
        view = memoryview(held)
        try:
            yield view
        finally:
            view.release()


def _texts(column: Any) -> Iterator[Any]:
    """The texts in a column, which may lie in lists and records."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_struct(kind):
        for part in column.flatten():
            yield from _texts(part)
    elif pa.types.is_map(kind):
        yield from _texts(column.keys)
        yield from _texts(column.items)
    elif pa.types.is_nested(kind):
        yield from _texts(column.flatten())
    else:
        yield column


def _sizes(column: Any) -> tuple[int, int]:
    """Bytes of the longest text, and of all."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        lengths = pc.take(pc.binary_length(column.dictionary), column.indices)
    else:
        lengths = pc.binary_length(column)
    return int(pc.max(lengths).as_py() or 0), int(pc.sum(lengths).as_py() or 0)
