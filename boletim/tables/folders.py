"""Folders that are tables: parts of parquet, or what `save_to_disk` wrote; with one table or with splits."""

import json
import re
from pathlib import Path

from boletim.contracts.errors import DataError
from boletim.tables.saved_dataset import is_saved_dataset

_SPLIT_NAMES = ("train", "test", "validation", "valid", "val", "dev")
_PART = re.compile(rf"({'|'.join(_SPLIT_NAMES)})(?![A-Za-z0-9])")


def is_table_folder(folder: Path) -> bool:
    """Whether a folder is read as a table."""
    return folder.is_dir() and (
        is_saved_dataset(folder) or (folder / "dataset_dict.json").is_file() or bool(parquet_parts(folder))
    )


def parquet_parts(path: Path) -> list[Path]:
    """The parquet files of a folder, in the order of their names; or the file itself."""
    if not path.is_dir():
        return [path]
    return sorted(
        file
        for file in (*path.glob("*.parquet"), *path.glob("*/*.parquet"))
        if not any(part.startswith((".", "_")) for part in file.relative_to(path).parts)
    )


def splits_of(path: Path) -> dict[str, tuple[Path, ...]]:
    """By split, the folder or files that hold it; empty where the path is one table.

    Raises:
        DataError: The folder is damaged.
    """
    if not path.is_dir() or is_saved_dataset(path):
        return {}
    if (path / "dataset_dict.json").is_file():
        try:
            names = json.loads((path / "dataset_dict.json").read_text(encoding="utf-8"))["splits"]
            return {str(name): (path / Path(str(name)).name,) for name in names}
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise DataError("dataset_dict_json", at=path) from error
    found: dict[str, tuple[Path, ...]] = {}
    for file in parquet_parts(path):
        named = _PART.match(file.name) or _PART.fullmatch(file.parent.name)
        if named is None:
            return {}
        found[named[1]] = (*found.get(named[1], ()), file)
    return found if len(found) > 1 else {}


def part_to_audit(path: Path) -> tuple[Path, ...]:
    """The table itself, or of several splits the test split.

    Raises:
        DataError: There are several splits and none is called test.
    """
    splits = splits_of(path)
    if not splits:
        return (path,)
    if len(splits) > 1 and "test" not in splits:
        raise DataError("splits", names=splits, at=path)
    return splits["test"] if "test" in splits else next(iter(splits.values()))
