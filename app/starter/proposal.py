"""Look at a table and propose what its columns mean."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
import yaml

from boletim.contracts.corpus import CLUSTER, ID, LABEL, TEXT, WEIGHT
from boletim.contracts.errors import DataError
from boletim.tables.language_of_texts import language_of
from boletim.tables.names import as_names

_TAKEN = {ID, TEXT, LABEL, CLUSTER, WEIGHT, "predicted", "class", "attribute", "probe"}
_MOST_CLASSES, _MOST_GROUPS, _FEWEST_ROWS = 50, 12, 12
_SAMPLE, _MANY_ROWS = 4_000, 8_000
_TEST_SHARE = 0.2


@cache
def words() -> dict[str, Any]:
    """What words.yaml holds."""
    held: dict[str, Any] = yaml.safe_load(
        files("boletim.app.starter").joinpath("words.yaml").read_text(encoding="utf-8")
    )
    return held


@dataclass(frozen=True)
class Proposal:
    """What a configuration for a table says."""

    n_rows: int
    text: str
    label: str
    classes: dict[str, int]
    """Rows of each class, the most frequent first."""
    other_labels: tuple[str, ...]
    """Columns that could be the label as well."""
    groups: dict[str, tuple[int, ...] | None]
    """Group columns; edges of bands for a number."""
    owner: str | None
    """Column whose values own several rows."""
    language: str | None
    n_incomplete: int
    """Rows without text or label."""
    sample: int | None
    """How many rows to begin with; None is all."""
    gates: tuple[tuple[str, str, float], ...]
    """Measure, `at_least` or `at_most`, and bar, which so many rows can decide."""


def propose(source: str, frame: pd.DataFrame) -> Proposal:
    """Propose text, label, groups, owner, language and gates.

    Args:
        source: Named in errors.
        frame: The table as read.

    Raises:
        DataError: No column looks like texts, or none like classes.
    """
    columns = [str(column) for column in frame.columns]
    names = {column: _names(source, frame[column]) for column in columns}
    text = _text_column(source, frame, names)
    candidates = sorted(_label_candidates(names, text), key=lambda column: _label_rank(column, names))
    if not candidates:
        raise DataError(
            f"{source}: no column looks like a label (2 to {_MOST_CLASSES} values, each in {_FEWEST_ROWS} rows or "
            f"more), the columns are {', '.join(columns)}; add one, or write the configuration from `boletim init`"
        )
    label = candidates[0]
    named = names[label]
    assert named is not None
    counts = named.value_counts()
    classes = {str(name): int(n) for name, n in counts.items()}
    is_missing = frame[text].isna() | named.isna().to_numpy()
    n_complete = int((~is_missing).sum())
    sample = _SAMPLE if n_complete > _MANY_ROWS and counts.min() * _SAMPLE / n_complete >= _FEWEST_ROWS else None
    groups = _groups(frame, names, {text, label, *candidates}, sample or n_complete)
    return Proposal(
        n_rows=len(frame),
        text=text,
        label=label,
        classes=classes,
        other_labels=tuple(candidates[1:]),
        groups=groups,
        owner=_owner(names, {text, label, *groups}),
        language=language_of(str(cell) for cell in frame[text].dropna()),
        n_incomplete=int(is_missing.sum()),
        sample=sample,
        gates=_gates(names, classes, groups, (sample or n_complete) * _TEST_SHARE),
    )


def _names(source: str, values: pd.Series) -> pd.Series | None:
    """The column's names, or None where its cells are no names."""
    try:
        return as_names(source, values)
    except DataError:
        return None


def _text_column(source: str, frame: pd.DataFrame, names: dict[str, pd.Series | None]) -> str:
    """The column with the most words to a cell."""
    n_words = {}
    for column in names:
        cells = [cell for cell in frame[column].head(2_000) if isinstance(cell, str)]
        if cells and len(set(cells)) > 0.3 * len(cells):
            n_words[column] = sum(len(cell.split()) for cell in cells) / len(cells)
    best = max(n_words, key=lambda column: n_words[column], default=None)
    if (best is None or n_words[best] < 2) and "predicted" in names:
        raise DataError(
            f"{source}: holds predictions and no texts; audit them with boletim audit --predictions {source} --label "
            "COLUMN --predicted predicted"
        )
    if best is None or n_words[best] < 2:
        raise DataError(
            f"{source}: no column looks like texts (different cells of several words), the columns are "
            f"{', '.join(names)}; give a table with one"
        )
    return best


def _label_candidates(names: dict[str, pd.Series | None], text: str) -> list[str]:
    found = []
    for column, named in names.items():
        if column == text or named is None or not 2 <= len(named.cat.categories) <= _MOST_CLASSES:
            continue
        if named.value_counts().min() >= _FEWEST_ROWS and not _words(column) & set(words()["group"]):
            found.append(column)
    return found


def _label_rank(column: str, names: dict[str, pd.Series | None]) -> tuple[int, float]:
    """By its name first, then by how well its rarest class is filled."""
    named, held = names[column], _words(column)
    assert named is not None
    plain = column.casefold().strip()
    order = 0 if plain in words()["label"] else 1 if held & set(words()["label"]) else 2
    counts = named.value_counts()
    return order, -float(counts.min() * len(counts) / counts.sum())


def _groups(
    frame: pd.DataFrame, names: dict[str, pd.Series | None], taken: set[str], n_used: int
) -> dict[str, tuple[int, ...] | None]:
    found: dict[str, tuple[int, ...] | None] = {}
    for column, named in names.items():
        held = _words(column)
        if column in taken or column in _TAKEN or column.startswith("score_") or named is None:
            continue
        if held & set(words()["age"]) and (edges := _edges(frame[column])):
            found[column] = edges
        elif held & set(words()["group"]) and 2 <= len(named.cat.categories) <= _MOST_GROUPS:
            counts = named.value_counts() * n_used / len(frame)
            if (counts >= 10).sum() >= 2:
                found[column] = None
    return found


def _edges(values: pd.Series) -> tuple[int, ...] | None:
    """Whole numbers that cut a column into four about equal parts; None where it is no number of many values."""
    numbers = pd.to_numeric(values, errors="coerce")
    if numbers.isna().sum() > values.isna().sum() or numbers.nunique() < 8:
        return None
    edges = sorted({round(float(numbers.quantile(share))) for share in (0.25, 0.5, 0.75)})
    return tuple(edges) if len(edges) > 1 else None


def _owner(names: dict[str, pd.Series | None], taken: set[str]) -> str | None:
    """A column that names authors, documents or the like, whose values come back."""
    for column, named in names.items():
        if column in taken or named is None or named.isna().any() or not _words(column) & set(words()["owner"]):
            continue
        if 10 <= len(named.cat.categories) <= 0.8 * len(named):
            return column
    return None


def _gates(
    names: dict[str, pd.Series | None],
    classes: dict[str, int],
    groups: dict[str, tuple[int, ...] | None],
    n_test: float,
) -> tuple[tuple[str, str, float], ...]:
    """Bars that an interval over so many test rows can lie wholly on one side of."""
    share = max(classes.values()) / sum(classes.values())
    baseline = 2 * share / (1 + share) / len(classes)
    gates = [("f1_macro", "at_least", min(_step(baseline + 0.1), 0.9))] if n_test >= 50 else []
    for column, edges in groups.items():
        named = names[column]
        if named is None or not re.fullmatch(r"[\w .-]+", column):
            continue
        n_groups = len(edges) + 1 if edges else len(named.cat.categories)
        shares = [1 / n_groups] * n_groups if edges else list(named.value_counts(normalize=True))
        sizes = sorted(n for one in shares if (n := one * n_test) >= 30)
        if len(sizes) != len(shares) or len(sizes) < 2:
            continue  # a group that cannot be judged leaves the gate open
        half = 1.96 * math.sqrt(0.16 * (1 / sizes[0] + 1 / sizes[1]))
        if (bar := _step(1.5 * half + 0.05)) <= 0.3:
            gates.append((f"accuracy_gap{{attribute={column}}}", "at_most", bar))
    return tuple(gates)


def _step(bar: float) -> float:
    return math.ceil(bar * 20 - 1e-9) / 20


def _words(column: str) -> set[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return {word.casefold() for word in re.findall(r"[^\W_]+", spaced)}


def as_list(names: Sequence[str], most: int = 6) -> str:
    """Names for a comment, on one line."""
    shown = ", ".join(" ".join(name.split())[:40] for name in names[:most])
    return shown + (f" … ({len(names)})" if len(names) > most else "")
