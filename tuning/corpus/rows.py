"""Read the configured source into one set of labelled rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from boletim.contracts.configuration import DataConfig
from boletim.contracts.corpus import CLUSTER, ID, WEIGHT
from boletim.contracts.files.atomic import hash_data
from boletim.tables.clusters import read_clusters
from boletim.tables.folders import splits_of
from boletim.tables.read import check_columns, read_table
from boletim.tables.weights import read_weights
from boletim.tuning.corpus.columns import drop_missing_rows, name_values, select_columns
from boletim.tuning.corpus.hub import is_file_path, read_hub

SPLITS = ("train", "validation", "test")
PRECEDENCE = {"": 0, "test": 0, "validation": 1, "train": 2}
"""Of copies in different splits the test's stays, so that a given test file keeps all its texts."""
_OTHER_NAMES = {"dev": "validation", "valid": "validation", "val": "validation"}


@dataclass(frozen=True)
class Rows:
    """Labelled rows, and the split of each."""

    frame: pd.DataFrame
    """(n,) rows: id, text, label, one column per group, `cluster` when `data.cluster` or `split.by` names a column, and
    `weight` (as text) when `weights` does."""
    splits: np.ndarray
    """(n,) object: `train`, `validation`, `test`, or empty where the split is still to be made."""

    def take(self, places: np.ndarray) -> "Rows":
        """The rows at these positions, in their order."""
        return Rows(self.frame.iloc[places].reset_index(drop=True), self.splits[places])


@dataclass(frozen=True)
class Reading:
    """What was read, and what was left out."""

    rows: Rows
    n_read: int
    removed: dict[str, int]
    """Rows by reason: missing_text, missing_label, not_sampled."""
    source_sha256: dict[str, str]


def read_rows(data: DataConfig, seed: int, kind: str = "one_label") -> Reading:
    """Read the source or the given files, drop what lacks text or label, and draw the sample.

    A hub data set with train and test keeps its splits; any other is one table.

    Raises:
        DataError: The data break a rule.
    """
    tables, sha256 = _read_tables(data)
    parts, removed, n_read = [], {"missing_text": 0, "missing_label": 0}, 0
    for split, table in tables.items():
        source = str(getattr(data, split or "source") or data.source)
        part, missing = drop_missing_rows(
            source,
            select_columns(source, table, data.text, data.label, data.groups, kind, data.label_names, data.question),
            drop=data.drop_missing,
        )
        n_read += len(table)
        for reason, n in missing.items():
            removed[reason] += n
        if data.cluster_column:
            part = part.assign(**{CLUSTER: cluster_names(source, table, data, part.index)})
        if data.weights:
            part = part.assign(**{WEIGHT: weight_texts(source, table, data.weights, part.index)})
        if len(tables) > 1:
            part = part.assign(**{ID: [f"{split}:{row}" for row in part[ID]]}).astype(object)
        parts.append(part)
    splits = np.repeat(np.asarray(list(tables), dtype=object), [len(part) for part in parts])
    rows = Rows(pd.concat(parts, ignore_index=True), splits)
    if data.sample is not None:
        n_sampled = min(data.sample, len(splits))
        removed["not_sampled"] = len(splits) - n_sampled
        rows = rows.take(np.sort(np.random.default_rng(seed).choice(len(splits), n_sampled, replace=False)))
    return Reading(rows, n_read, removed, sha256)


def _read_tables(data: DataConfig) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    if data.source is not None and not is_file_path(data.source):
        tables, fingerprint = read_hub(data)
        return _by_our_names(tables), {data.source: fingerprint}
    if data.source and (splits := splits_of(Path(data.source).expanduser())):
        tables = {
            name: _whole([read_table(str(part), read=data.read) for part in parts]) for name, parts in splits.items()
        }
        return _by_our_names(tables), {Path(data.source).name: hash_data(Path(data.source).expanduser())}
    paths = {"": data.source} if data.source else {split: getattr(data, split) for split in SPLITS}
    given = {split: path for split, path in paths.items() if path}
    tables = {split: read_table(path, read=data.read) for split, path in given.items()}
    names = [Path(path).name for path in given.values()]
    shown = names if len(set(names)) == len(names) else list(given.values())
    hashes = [hash_data(Path(path).expanduser()) for path in given.values()]
    return tables, dict(zip(shown, hashes, strict=True))


def _whole(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def _by_our_names(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    known = {_OTHER_NAMES.get(split, split): table for split, table in tables.items()}
    if "train" in known and "test" in known:
        return {split: known[split] for split in SPLITS if split in known}
    return {"": pd.concat(list(known.values()), ignore_index=True)}


def weight_texts(source: str, table: pd.DataFrame, column: str, kept: pd.Index) -> list[str]:
    """Sampling weights of the rows kept, as texts that read back to the same numbers.

    Raises:
        DataError: There is no such column, or a weight is no number above 0.
    """
    check_columns(source, list(table.columns), [column])
    return [repr(float(weight)) for weight in read_weights(source, table[column].reset_index(drop=True).loc[kept])]


def cluster_names(source: str, table: pd.DataFrame, data: DataConfig, kept: pd.Index) -> np.ndarray:
    """Authors or templates of the rows kept.

    Raises:
        DataError: There is no such column, or a row lacks a value.
    """
    column, setting = str(data.cluster_column), "data.cluster" if data.cluster else "split.by"
    check_columns(source, list(table.columns), [column])
    return read_clusters(source, name_values(source, table[column]).loc[kept], column, setting)
