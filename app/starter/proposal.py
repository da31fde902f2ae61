"""Look at a table and propose what its columns mean."""

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from boletim.app.starter.decidable_gates import Gate, decidable_gates
from boletim.app.starter.label_column import FEWEST_ROWS, MOST_CLASSES, LabelColumn, Named, label_column
from boletim.app.starter.prediction_columns import PredictionColumns, prediction_columns
from boletim.app.starter.words import is_called
from boletim.contracts.corpus import CLUSTER, ID, LABEL, TEXT, WEIGHT
from boletim.contracts.errors import DataError
from boletim.tables.language_of_texts import language_of
from boletim.tables.names import as_names

_TAKEN = {ID, TEXT, LABEL, CLUSTER, WEIGHT, "predicted", "class", "attribute", "probe"}
_MOST_GROUPS, _FEWEST_IN_GROUP = 12, 10
_SAMPLE, _MANY_ROWS = 4_000, 8_000
_TEST_SHARE = 0.2
_PORTUGUESE = re.compile(r"[ãõçáéíóúâêô]", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """What a configuration for a table says."""

    n_rows: int
    text: str | None
    """None where the file holds predictions alone."""
    label: LabelColumn
    classes: dict[str, int]
    """Rows of each class, the most frequent first."""
    groups: dict[str, tuple[int, ...] | None]
    """Group columns; edges of bands for a number."""
    owner: str | None
    """Column whose values own several rows."""
    language: str | None
    n_incomplete: int
    """Rows without text or label."""
    sample: int | None
    """How many rows to begin with; None is all."""
    gates: tuple[Gate, ...]
    predictions: PredictionColumns | None = None
    """Where the file holds predictions, which are then to be audited."""


def propose(source: str, frame: pd.DataFrame) -> Proposal:
    """Propose text, label, groups, owner, language and gates; for a file of predictions its columns.

    Args:
        source: Named in errors.
        frame: The table as read.

    Raises:
        DataError: No column looks like texts, or none like classes.
    """
    named = {str(column): _names(source, frame[column]) for column in frame.columns}
    found = prediction_columns(frame, named)
    text = _text_column(frame, named)
    if found is not None:
        return _of_predictions(frame, named, text, found)
    if text is None:
        raise _no_text(source, named)
    label = label_column(named, text)
    if label is None:
        raise DataError("no_label_column", most_classes=MOST_CLASSES, fewest_rows=FEWEST_ROWS, named=named, at=source)
    values = named[label.column]
    assert values is not None
    is_missing = frame[text].isna() | values.isna().to_numpy()
    n_complete = int((~is_missing).sum())
    classes = _classes(values)
    rarest = min(classes.values()) * _SAMPLE / n_complete
    sample = _SAMPLE if n_complete > _MANY_ROWS and rarest >= FEWEST_ROWS else None
    groups = _groups(frame, named, {text, label.column, *label.others, *label.siblings}, sample or n_complete)
    return Proposal(
        n_rows=len(frame),
        text=text,
        label=label,
        classes=classes,
        groups=groups,
        owner=_owner(named, {text, label.column, *groups}),
        language=language_of(str(cell) for cell in frame[text].dropna()),
        n_incomplete=int(is_missing.sum()),
        sample=sample,
        gates=decidable_gates(named, _answers(label, classes), groups, (sample or n_complete) * _TEST_SHARE),
    )


def text_and_groups(
    source: str, frame: pd.DataFrame, text: str | None = None
) -> tuple[str, dict[str, tuple[int, ...] | None]]:
    """The column of texts, and the columns that are called groups with the edges of their bands.

    Args:
        source: Named in errors.
        frame: The table as read.
        text: The column of texts where it is known.

    Raises:
        DataError: No column looks like texts.
    """
    named = {str(column): _names(source, frame[column]) for column in frame.columns}
    found = text or _text_column(frame, named)
    if found is None:
        raise _no_text(source, named)
    return found, _groups(frame, named, {found}, len(frame))


def _of_predictions(frame: pd.DataFrame, named: Named, text: str | None, found: PredictionColumns) -> Proposal:
    values = named[found.label]
    assert values is not None
    taken = {text or "", found.label, found.predicted}
    groups = _groups(frame, named, taken, len(frame))
    classes = _classes(values)
    told = list(frame[text].dropna()) if text else []
    return Proposal(
        n_rows=len(frame),
        text=text,
        label=LabelColumn(found.label, "gold_label"),
        classes=classes,
        groups=groups,
        owner=_owner(named, taken | set(groups)),
        language=language_of(map(str, told)) or _language_of_names(named),
        n_incomplete=0,
        sample=None,
        gates=decidable_gates(named, classes, groups, len(frame)),
        predictions=found,
    )


def _language_of_names(named: Named) -> str | None:
    """Portuguese where a name has a sign that English lacks; names alone do not tell English."""
    return "pt-BR" if any(_PORTUGUESE.search(column) for column in named) else None


def _names(source: str, values: pd.Series) -> pd.Series | None:
    """The column's names, or None where its cells are no names."""
    try:
        return as_names(source, values)
    except DataError:
        return None


def _classes(values: pd.Series) -> dict[str, int]:
    return {str(name): int(n) for name, n in values.value_counts().items()}


def _answers(label: LabelColumn, classes: dict[str, int]) -> dict[str, int]:
    """Rows of each class as the run will have them, votes taken together."""
    if not label.has_votes:
        return classes
    n_none = classes.get("0", 0)
    return {"0": n_none, "1": sum(classes.values()) - n_none}


def _text_column(frame: pd.DataFrame, named: Iterable[str]) -> str | None:
    """The column with the most words to a cell; None where none has two on average."""
    n_words = {}
    for column in named:
        cells = [cell for cell in frame[column].head(2_000) if isinstance(cell, str)]
        if cells and len(set(cells)) > 0.3 * len(cells):
            n_words[column] = sum(len(cell.split()) for cell in cells) / len(cells)
    best = max(n_words, key=lambda column: n_words[column], default=None)
    return best if best is not None and n_words[best] >= 2 else None


def _no_text(source: str, named: Named) -> DataError:
    columns = ", ".join(named)
    predicted = next((column for column in named if is_called(column, "predicted")), None)
    if predicted is not None:
        label = next((column for column in named if is_called(column, "label") or is_called(column, "gold")), "COLUMN")
        typed = {name: shlex.quote(value) for name, value in (("file", source), ("label", label), ("typed", predicted))}
        return DataError("no_text_of_predictions", predicted=predicted, columns=columns, at=source, **typed)
    return DataError("no_text_column", columns=columns, at=source)


def _groups(frame: pd.DataFrame, named: Named, taken: set[str], n_used: int) -> dict[str, tuple[int, ...] | None]:
    found: dict[str, tuple[int, ...] | None] = {}
    for column, values in named.items():
        if column in taken or column in _TAKEN or column.startswith("score_") or values is None:
            continue
        if is_called(column, "age") and (edges := _edges(frame[column])):
            found[column] = edges
        elif is_called(column, "group") and 2 <= len(values.cat.categories) <= _MOST_GROUPS:
            counts = values.value_counts() * n_used / len(frame)
            if (counts >= _FEWEST_IN_GROUP).sum() >= 2:
                found[column] = None
    return found


def _edges(values: pd.Series) -> tuple[int, ...] | None:
    """Whole numbers that cut a column into four about equal parts; None where it is no number of many values."""
    numbers = pd.to_numeric(values, errors="coerce")
    if numbers.isna().sum() > values.isna().sum() or numbers.nunique() < 8:
        return None
    edges = sorted({round(float(numbers.quantile(share))) for share in (0.25, 0.5, 0.75)})
    return tuple(edges) if len(edges) > 1 else None


def _owner(named: Named, taken: set[str]) -> str | None:
    """A column that names authors, documents or the like, whose values come back."""
    for column, values in named.items():
        if column in taken or values is None or values.isna().any() or not is_called(column, "owner"):
            continue
        if 10 <= len(values.cat.categories) <= 0.8 * len(values):
            return column
    return None
