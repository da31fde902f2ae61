"""From the configured source to a cleaned corpus in three splits."""

import hashlib
import json

import numpy as np
import pandas as pd

from boletim.contracts.answers.label_sets import holds_several, label_names
from boletim.contracts.configuration import DataConfig
from boletim.contracts.configuration.data import CleanConfig
from boletim.contracts.corpus import CLUSTER, LABEL, TEXT, WEIGHT, CleaningReport, Corpus
from boletim.contracts.errors import DataError
from boletim.contracts.examples import answers_class
from boletim.contracts.protocols import Progress, no_progress
from boletim.tables.read import read_table
from boletim.tuning.corpus.clean import clean_texts
from boletim.tuning.corpus.columns import check_classes, drop_missing_rows, select_columns
from boletim.tuning.corpus.distribution import distributions
from boletim.tuning.corpus.label_sets import each_label
from boletim.tuning.corpus.near_duplicates import find_copies
from boletim.tuning.corpus.question_splits import drop_repeated, split_by_context, without_lost
from boletim.tuning.corpus.rows import PRECEDENCE, SPLITS, Rows, cluster_names, read_rows, weight_texts
from boletim.tuning.corpus.split import split_rows
from boletim.tuning.corpus.split_by import split_by_owner

_AS_IT_IS = {"clean": CleanConfig(urls=False, emoji=False, html=False, whitespace=False)}
"""Entities and answers are places in a text, so a text that holds some is not changed."""


def prepare_corpus(data: DataConfig, seed: int, progress: Progress = no_progress, *, kind: str = "one_label") -> Corpus:
    """Read, sample, clean, remove duplicates and split.

    Every row read is in one split or counted once in the report's `removed`. The sources are only read.

    Args:
        data: Where the texts are, and what to do with them.
        seed: Of the sample and of the split; same data, same seed, same corpus, on any machine.
        progress: Told how far it is.
        kind: Of answer that a row has.

    Raises:
        DataError: The data break a rule; the message says where and what to do.
    """
    source = data.source or data.train or ""
    reading = read_rows(data, seed, kind)
    has_classes, asks = answers_class(kind).has_class_scores, kind == "question_answers"
    rows, changed, n_empty = _clean(reading.rows, data if has_classes else data.model_copy(update=_AS_IT_IS))
    removed = reading.removed | {"empty_after_cleaning": n_empty}
    if asks:
        rows, lost, n_moved = without_lost(rows)
        removed, changed = removed | lost, changed | {"answers_moved": n_moved}
    n_conflicts = int((rows.frame.groupby(TEXT)[LABEL].nunique() > 1).sum())
    if data.clean.duplicates:
        rows, copies = (drop_repeated if asks else _drop_copies)(rows, progress)
        removed |= copies
    places = _split(rows, data, seed, source, kind)
    splits = {name: rows.frame[places == name].reset_index(drop=True) for name in SPLITS}
    labels = label_names(splits["train"][LABEL])
    if not asks:
        _check_splits(source, splits)
    report = CleaningReport(
        n_rows_read=reading.n_read,
        n_rows_kept=len(rows.frame),
        removed={reason: n for reason, n in removed.items() if n},
        not_removed=tuple(reason for reason, n in removed.items() if not n),
        changed=changed,
        label_conflicts=n_conflicts,
        splits=distributions(splits, labels, data.groups),
        source_sha256=reading.source_sha256,
        fingerprint=_fingerprint(splits),
    )
    groups = tuple(group.column for group in data.groups)
    return Corpus(splits["train"], splits["validation"], splits["test"], labels, groups, report)


def prepare_test_set(data: DataConfig, kind: str = "one_label") -> pd.DataFrame:
    """A labelled file as it stands, for the audit of a model made elsewhere.

    Returns:
        Columns id, text, label, then one per group, `cluster` and `weight` where `data.cluster` and `data.weights` name
        columns; nothing is cleaned.

    Raises:
        DataError: The file breaks a rule, or lacks text or label in some rows and `drop_missing` is false.
    """
    path = data.source or ""
    table = read_table(path, read=data.read)
    chosen = select_columns(path, table, data.text, data.label, data.groups, kind, data.label_names, data.question)
    frame, _ = drop_missing_rows(path, chosen, drop=data.drop_missing)
    if data.cluster_column:
        frame = frame.assign(**{CLUSTER: cluster_names(path, table, data, frame.index)})
    if data.weights:
        frame = frame.assign(**{WEIGHT: weight_texts(path, table, data.weights, frame.index)})
    return frame.reset_index(drop=True)


def _clean(rows: Rows, data: DataConfig) -> tuple[Rows, dict[str, int], int]:
    texts, changed = clean_texts(list(rows.frame[TEXT]), data.clean)
    has_text = np.asarray([bool(text.strip()) for text in texts], dtype=bool)
    cleaned = Rows(rows.frame.assign(**{TEXT: pd.Series(texts, dtype=object)}), rows.splits)
    return cleaned.take(np.flatnonzero(has_text)), changed, int((~has_text).sum())


def _drop_copies(rows: Rows, progress: Progress) -> tuple[Rows, dict[str, int]]:
    """Keep each text once: in the test rather than in validation, in validation rather than in train, else first."""
    order = np.argsort([PRECEDENCE[split] for split in rows.splits], kind="stable")
    ranked = rows.take(order)
    identical, kept = find_copies(list(ranked.frame[TEXT]), progress)
    own = np.arange(len(kept))
    is_copy = kept != own
    crosses = ranked.splits[kept] != ranked.splits
    counts = {
        "exact_duplicate": int((is_copy & ~crosses & (identical != own)).sum()),
        "near_duplicate": int((is_copy & ~crosses & (identical == own)).sum()),
        "duplicate_across_splits": int(crosses.sum()),
    }
    return rows.take(np.sort(order[~is_copy])), counts


def _split(rows: Rows, data: DataConfig, seed: int, source: str, kind: str) -> np.ndarray:
    """The split of each row, (n,) object; what the files give stays."""
    is_one_table = "" in rows.splits
    cut = _cut_questions if kind == "question_answers" else _cut
    if kind != "question_answers":
        names = each_label(source, rows.frame[LABEL])
        check_classes(source, names, 3 if is_one_table else 1, 1 if kind == "spans" else 2)
    elif rows.frame.empty:
        raise DataError("no_questions", at=source)
    share = data.split.validation
    if is_one_table:
        shares = {"train": 1 - share - data.split.test, "validation": share, "test": data.split.test}
        return cut(rows, shares, data, seed, source)
    places = rows.splits.copy()
    if "validation" not in places:
        is_train = places == "train"
        places[is_train] = cut(
            rows.take(np.flatnonzero(is_train)), {"train": 1 - share, "validation": share}, data, seed, source
        )
    if data.split.by is not None:
        n_crossing = int((pd.Series(places).groupby(rows.frame[CLUSTER]).nunique() > 1).sum())
        if n_crossing:
            raise DataError("split_by_crosses", by=data.split.by, n_crossing=n_crossing, at=source)
    return places


def _cut(rows: Rows, shares: dict[str, float], data: DataConfig, seed: int, source: str) -> np.ndarray:
    labels, stratify = rows.frame[LABEL], data.split.stratify
    if data.split.by is None and stratify and labels.map(holds_several).all():
        rows_alone = pd.Series(np.arange(len(labels)), name="row")
        return split_by_owner(source, labels, rows_alone, shares, stratify=True, seed=seed)
    if data.split.by is None:
        return split_rows(labels, shares, stratify=stratify, seed=seed)
    owners = rows.frame[CLUSTER].rename(data.split.by)
    return split_by_owner(source, labels, owners, shares, stratify=stratify, seed=seed)


def _cut_questions(rows: Rows, shares: dict[str, float], data: DataConfig, seed: int, source: str) -> np.ndarray:
    split = data.split
    return split_by_context(source, rows, shares, by=split.by, stratify=split.stratify, seed=seed)


def _check_splits(source: str, splits: dict[str, pd.DataFrame]) -> None:
    classes = {name: set(each_label(source, frame[LABEL])) for name, frame in splits.items()}
    for name in SPLITS:
        absent = sorted(set.union(*classes.values()) - classes[name])
        if absent:
            raise DataError("absent_class", name=absent[0], split=name, at=source)


def _fingerprint(splits: dict[str, pd.DataFrame]) -> str:
    digest = hashlib.sha256()
    for name, frame in splits.items():
        for row in frame.itertuples(index=False, name=None):
            digest.update((json.dumps([name, *row], ensure_ascii=True) + "\n").encode("ascii"))
    return digest.hexdigest()
