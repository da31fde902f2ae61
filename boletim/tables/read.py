"""Read a table, a file or a folder, whole or in batches, with errors that name the place."""

import difflib
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import pandas as pd

from boletim.contracts.configuration.reading import AS_FOUND, ReadConfig
from boletim.contracts.errors import DataError
from boletim.contracts.sentence import Joined, Sentence
from boletim.tables.delimited import delimited_batches, header_of, how_delimited
from boletim.tables.entities.conll import SUFFIXES as CONLL
from boletim.tables.entities.conll import conll_batches, conll_columns
from boletim.tables.folders import is_table_folder, parquet_parts, part_to_audit
from boletim.tables.json_lines import first_keys, how_json, json_batches
from boletim.tables.opened import kind_of, open_bytes
from boletim.tables.parquet import parquet_batches, parquet_columns, parquet_n_rows
from boletim.tables.saved_dataset import is_saved_dataset, saved_batches, saved_columns

SUFFIXES = (".csv", ".tsv", ".json", ".jsonl", ".parquet", *CONLL)
_MOST_COMPARED = 1_000
_TEXTS = (".csv", ".tsv")


def read_table(path: str, columns: Sequence[str] | None = None, read: ReadConfig = AS_FOUND) -> pd.DataFrame:
    """All rows of a local table.

    Args:
        path: A csv, tsv, json, jsonl, parquet or CoNLL file, packed with gzip or not; a folder of parquet files, or
            one that `save_to_disk` wrote, of whose splits the test split is taken.
        columns: Columns that must be there.
        read: Delimiter, encoding and decimal sign, where they are not to be found out.

    Returns:
        The table with all its columns, dtype object. Cells of csv and tsv are texts as they stand; only an empty one
        is missing, so a class called `NA` or `None` stays a class.

    Raises:
        DataError: The file is missing, empty, broken (with its line), not in its encoding, or lacks a column.
    """
    parts = [next(_batches(file, None, None, read)) for file in _readable(path)]
    frame = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
    check_columns(path, list(frame.columns), columns or ())
    return frame


def table_batches(
    path: str, columns: Sequence[str], n_rows: int, read: ReadConfig = AS_FOUND
) -> Iterator[pd.DataFrame]:
    """Some columns of a local table, a number of rows at a time, so that memory does not grow with the file.

    Args:
        path: As `read_table`.
        columns: Which, each once. A jsonl file has a column when one of its rows has it.
        n_rows: Most rows in one batch.
        read: As `read_table`.

    Yields:
        The rows in their order, as `read_table` gives them, each batch with an index from 0.

    Raises:
        DataError: As `read_table`; what lies behind a broken row is not read.
    """
    seen: dict[str, None] = {}
    for file in _readable(path):
        for frame in _batches(file, n_rows, columns, read):
            seen |= dict.fromkeys(map(str, frame.columns))
            yield frame.reindex(columns=list(columns))
    check_columns(path, list(seen), columns)


def column_names(path: str, read: ReadConfig = AS_FOUND) -> list[str]:
    """Names of the columns, in order; of a json file, those of its first row.

    Raises:
        DataError: The file is missing, empty, of another kind, or broken at its head.
    """
    file = _readable(path)[0]
    if file.is_dir():
        return saved_columns(file)
    match kind_of(file):
        case ".jsonl" | ".json":
            return first_keys(file, read)
        case ".parquet":
            return parquet_columns(file)
        case suffix if suffix in CONLL:
            return conll_columns(file, read)
        case _:
            return header_of(file, read)


def how_read(path: str, read: ReadConfig = AS_FOUND) -> str:
    """One line about what was found out of a file and is not as usual; empty where all is.

    Raises:
        DataError: As `column_names`.
    """
    files = _readable(path)
    notes: tuple[str, ...] = ()
    if files[0].is_file() and kind_of(files[0]) in _TEXTS:
        notes = how_delimited(files[0], read)
    elif files[0].is_file() and kind_of(files[0]) in (".json", ".jsonl"):
        notes = how_json(files[0], read)
    elif files[0] != Path(path).expanduser() and len(files) == 1:
        notes = (Sentence("terminal.data.note_split", name=files[0].name),)
    elif len(files) > 1:
        notes = (Sentence("terminal.data.note_files", n=len(files)),)
    return Sentence("terminal.data.read_with", file=Path(path).name, notes=Joined(notes, "; ")) if notes else ""


def parts_of(path: str) -> list[tuple[Path, int]]:
    """The parquet files of a folder that is read as one table, each with the number of rows before it.

    Returns:
        Nothing where the table is one file, or is no parquet.

    Raises:
        DataError: As `column_names`.
    """
    files = _readable(path)
    if len(files) < 2 or not all(file.is_file() and kind_of(file) == ".parquet" for file in files):
        return []
    sizes = [parquet_n_rows(file) for file in files]
    return list(zip(files, accumulate(sizes, initial=0), strict=False))


def about_rows(path: str) -> int:
    """How many rows a table has, for progress bars: exact for parquet; at most so many for the others, at least one.

    Raises:
        DataError: As `column_names`.
    """
    n = 0
    for file in _readable(path):
        if file.is_dir():
            n += sum(len(frame) for frame in saved_batches(file, 1 << 16, saved_columns(file)[:1]))
        elif kind_of(file) == ".parquet":
            n += parquet_n_rows(file)
        else:
            with open_bytes(file) as stream:
                n += 1 + sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))
    return max(n, 1)


def check_columns(source: str, names: Sequence[str], columns: Sequence[str]) -> None:
    """Refuse a table that lacks a column.

    Args:
        source: Named in the error.
        names: Columns that there are.
        columns: Columns that must be there.

    Raises:
        DataError: Names the columns there are, and the nearest.
    """
    names = [str(name) for name in names]
    for column in columns:
        if column in names:
            continue
        nearest = difflib.get_close_matches(column, names[:_MOST_COMPARED], n=1)  # each takes its time
        hint = (
            Sentence("errors.semicolon_did_you_mean", near=nearest[0])
            if nearest
            else Sentence("errors.semicolon_name_one")
        )
        more = Sentence("errors.and_n_more", n=len(names) - 30) if len(names) > 30 else ""
        raise DataError("column_absent", column=column, names=names[:30], more=more, hint=hint, at=source)


def _batches(file: Path, n_rows: int | None, columns: Sequence[str] | None, read: ReadConfig) -> Iterator[pd.DataFrame]:
    """At least one batch; all rows in one where `n_rows` is None."""
    if file.is_dir():
        check_columns(str(file), saved_columns(file), columns or ())
        batches = saved_batches(file, n_rows, columns)
    elif kind_of(file) in (".jsonl", ".json"):
        batches = json_batches(file, read, n_rows)
    elif kind_of(file) == ".parquet":
        check_columns(str(file), parquet_columns(file), columns or ())
        batches = parquet_batches(file, n_rows, columns)
    elif kind_of(file) in CONLL:
        batches = conll_batches(file, read, n_rows)
    else:
        check_columns(str(file), header_of(file, read), columns or ())
        batches = delimited_batches(file, read, n_rows, columns)
    is_empty = True
    for frame in batches:
        is_empty = False
        yield frame
    if is_empty:
        raise DataError("no_rows", at=file)


def _readable(path: str) -> list[Path]:
    """The files, or the folder of `save_to_disk`, that hold the table's rows."""
    file = Path(path).expanduser()
    try:
        if file.is_dir():
            return _files_of(file)
        if file.exists() and not file.is_file():
            raise DataError("pipe", at=file)
        with file.open("rb") as stream:
            if not stream.read(1):
                raise DataError("empty_file", at=file)
    except FileNotFoundError as error:
        raise DataError("no_file", at=file) from error
    except PermissionError as error:
        raise DataError("no_permission", at=file) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise DataError("file_unreadable", file=str(file)[:200], reason=reason) from error
    if kind_of(file) not in SUFFIXES:
        raise DataError("ending", endings=SUFFIXES, got=file.suffix, at=file)
    return [file]


def _files_of(folder: Path) -> list[Path]:
    if not is_table_folder(folder):
        raise DataError("plain_folder", endings=SUFFIXES, at=folder)
    parts = part_to_audit(folder)
    if is_saved_dataset(parts[0]):
        return list(parts)
    return [file for part in parts for file in parquet_parts(part)]
