"""From the configured source to a cleaned corpus in three splits."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from boletim.contracts.atomic import hash_file
from boletim.contracts.config import DataConfig, GroupColumn
from boletim.contracts.corpus import CLUSTER, ID, LABEL, TEXT, CleaningReport, Corpus
from boletim.contracts.errors import DataError
from boletim.contracts.protocols import Progress, no_progress
from tuning.clean import clean_texts
from tuning.columns import check_classes, drop_missing_rows, select_columns
from tuning.hub import read_hub
from tuning.near_duplicates import first_copies
from tuning.source import is_file_path, read_table
from tuning.split import split_places

SPLITS = ("train", "validation", "test")
_PRECEDENCE = {"test": 0, "validation": 1, "train": 2, "": 0}
"""Of copies in different splits the test's stays, so that a given test file stays whole."""
_SPLIT = "split"


@dataclass(frozen=True)
class _Tables:
    """What was read: one table with its split names, empty where the split is still to be made."""

    frame: pd.DataFrame
    sha256: dict[str, str]
    n_read: int
    removed: dict[str, int]


def prepare_corpus(data: DataConfig, seed: int, progress: Progress = no_progress) -> Corpus:
    """Read, clean, remove duplicates and split.

    Args:
        data: Where the texts are, and what to do with them.
        seed: Of the sample and of the split.
        progress: Told how far it is.

    Raises:
        DataError: The data break a rule; the message says where and what to do.
    """
    tables = _read(data, seed)
    name = data.source or data.train or ""
    removed = dict(tables.removed)
    frame, changed = _clean(tables.frame, data, removed)
    n_conflicts = 0
    if data.clean.duplicates:
        progress("duplicates", 0, len(frame))
        frame, n_conflicts = _drop_duplicates(frame, removed)
    frame = _make_splits(frame, data, seed, name)
    splits = {s: frame[frame[_SPLIT] == s].drop(columns=[_SPLIT]).reset_index(drop=True) for s in SPLITS}
    labels = tuple(sorted(frame[LABEL].unique()))
    _check_splits(name, splits, labels)
    groups = tuple(group.column for group in data.groups)
    report = CleaningReport(
        n_rows_read=tables.n_read,
        n_rows_kept=len(frame),
        removed={reason: n for reason, n in removed.items() if n},
        changed=changed,
        label_conflicts=n_conflicts,
        splits={s: _distribution(split, groups) for s, split in splits.items()},
        source_sha256=tables.sha256,
        fingerprint=_fingerprint(splits),
    )
    return Corpus(splits["train"], splits["validation"], splits["test"], labels, groups, report)


def prepare_test_set(
    path: str, text: str, label: str, groups: Sequence[GroupColumn], drop_missing: bool = False
) -> pd.DataFrame:
    """A labelled file as it stands, for the audit of a model made elsewhere.

    Returns:
        Columns id, text, label, then one per group; nothing is cleaned.

    Raises:
        DataError: The file breaks a rule.
    """
    frame, _ = drop_missing_rows(path, select_columns(path, read_table(path), text, label, groups), drop=drop_missing)
    return frame


def _read(data: DataConfig, seed: int) -> _Tables:
    if data.source is not None and not is_file_path(data.source):
        tables, fingerprint = read_hub(data)
        sha256 = {data.source: fingerprint}
    else:
        paths = {"": data.source} if data.source else {s: getattr(data, s) for s in SPLITS}
        tables = {split: read_table(path) for split, path in paths.items() if path}
        sha256 = {Path(path).name: hash_file(Path(path).expanduser()) for path in paths.values() if path}
    given = _given_splits(tables)
    parts, removed, n_read = [], {"missing_label": 0, "missing_text": 0}, 0
    for split, table in given.items():
        source = getattr(data, split, None) or data.source or data.train or ""
        part = select_columns(source, table, data.text, data.label, data.groups, data.split.by)
        n_read += len(part)
        part, missing = drop_missing_rows(source, part, drop=data.drop_missing)
        for reason, n in missing.items():
            removed[reason] += n
        if len(given) > 1:
            part[ID] = pd.Series([f"{split}:{row}" for row in part[ID]], dtype=object)
        parts.append(part.assign(**{_SPLIT: pd.Series([split] * len(part), dtype=object)}))
    frame = pd.concat(parts, ignore_index=True)
    if data.sample is not None and data.sample < len(frame):
        chosen = np.sort(np.random.default_rng(seed).choice(len(frame), data.sample, replace=False))
        removed["not_sampled"] = len(frame) - data.sample
        frame = frame.iloc[chosen].reset_index(drop=True)
    return _Tables(frame, sha256, n_read, removed)


def _given_splits(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Hub names brought to ours; a single table is one to be split."""
    names = {"dev": "validation", "valid": "validation", "val": "validation"}
    known = {names.get(split, split): table for split, table in tables.items()}
    if "test" in known and "train" in known:
        return {split: known[split] for split in SPLITS if split in known}
    return {"": pd.concat(list(known.values()), ignore_index=True)}


def _clean(frame: pd.DataFrame, data: DataConfig, removed: dict[str, int]) -> tuple[pd.DataFrame, dict[str, int]]:
    texts, changed = clean_texts(list(frame[TEXT]), data.clean)
    frame = frame.assign(**{TEXT: pd.Series(texts, dtype=object)})
    has_text = frame[TEXT].str.strip() != ""
    removed["empty_after_cleaning"] = int((~has_text).sum())
    return frame[has_text].reset_index(drop=True), changed


def _drop_duplicates(frame: pd.DataFrame, removed: dict[str, int]) -> tuple[pd.DataFrame, int]:
    order = np.argsort([_PRECEDENCE[split] for split in frame[_SPLIT]], kind="stable")
    ranked = frame.iloc[order].reset_index(drop=True)
    exact, near = first_copies(list(ranked[TEXT]))
    own = np.arange(len(ranked))
    splits = ranked[_SPLIT].to_numpy()
    is_copy = near != own
    crosses = is_copy & (splits[near] != splits)
    removed["exact_duplicate"] = int(((exact != own) & ~crosses).sum())
    removed["near_duplicate"] = int((is_copy & (exact == own) & ~crosses).sum())
    removed["duplicate_across_splits"] = int(crosses.sum())
    n_conflicts = int((ranked.groupby(exact)[LABEL].nunique() > 1).sum())
    kept = ranked[~is_copy].iloc[np.argsort(order[~is_copy], kind="stable")]
    return kept.reset_index(drop=True), n_conflicts


def _make_splits(frame: pd.DataFrame, data: DataConfig, seed: int, name: str) -> pd.DataFrame:
    given = set(frame[_SPLIT])
    n_splits = 3 if "" in given else 1
    check_classes(name, frame[LABEL], n_splits)
    owners = frame.get(CLUSTER)
    if owners is not None and owners.isna().any():
        raise DataError(
            f"{name}: every row needs a value in split.by {data.split.by!r}, {int(owners.isna().sum())} lack it; "
            "fill them in"
        )
    if "" in given:
        return frame.assign(**{_SPLIT: split_places(frame[LABEL], data.split, seed, owners)})
    if "validation" not in given:
        train = np.flatnonzero(frame[_SPLIT] == "train")
        config = data.split.model_copy(update={"test": data.split.validation})
        places = split_places(
            frame[LABEL].iloc[train], config, seed, owners.iloc[train] if owners is not None else None
        )
        frame = frame.copy()
        frame.loc[train[places == "test"], _SPLIT] = "validation"
    return frame


def _check_splits(name: str, splits: dict[str, pd.DataFrame], labels: tuple[str, ...]) -> None:
    for split, frame in splits.items():
        absent = sorted(set(labels) - set(frame[LABEL]))
        if absent:
            raise DataError(
                f"{name}: every class needs an example in every split, {absent[0]!r} has none in {split}; "
                "add examples, stratify the split, or drop the class"
            )


def _distribution(frame: pd.DataFrame, groups: tuple[str, ...]) -> dict[str, Any]:
    return {
        "n": len(frame),
        "labels": {str(k): int(v) for k, v in frame[LABEL].value_counts().sort_index().items()},
        "groups": {
            group: {str(k): int(v) for k, v in frame[group].fillna("(missing)").value_counts().sort_index().items()}
            for group in groups
        },
    }


def _fingerprint(splits: dict[str, pd.DataFrame]) -> str:
    digest = hashlib.sha256()
    for name, frame in splits.items():
        digest.update(f"{name}\n".encode())
        for row in frame.itertuples(index=False):
            digest.update("\x1f".join("\x00" if cell is None else str(cell) for cell in row).encode() + b"\x1e")
    return digest.hexdigest()
