"""Whether a table holds predictions, and which columns say what."""

from dataclasses import dataclass

import pandas as pd

from boletim.app.starter.label_column import Named, shares_names
from boletim.app.starter.words import is_called, words_of

_MOST_CLASSES, _FEWEST_LETTERS = 1_000, 2


@dataclass(frozen=True)
class PredictionColumns:
    """True and predicted labels, and scores."""

    label: str
    predicted: str
    scores: str | None
    """What the names of the columns of scores begin with; None where there are none."""
    n_scores: int


def prediction_columns(frame: pd.DataFrame, named: Named) -> PredictionColumns | None:
    """The columns of predictions; None where no column is called so, or none has the same classes."""
    fit = [c for c, values in named.items() if values is not None and 1 <= len(values.cat.categories) <= _MOST_CLASSES]
    for predicted in (column for column in fit if is_called(column, "predicted") and not _is_number(frame[column])):
        guess = named[predicted]
        shared = {column: shares_names(_held(named, column), _held(named, predicted)) for column in fit}
        alike = [
            column
            for column in fit
            if column != predicted and shared[column] > 0 and not is_called(column, "predicted")
        ]
        if guess is None or not alike:
            continue
        label = max(alike, key=lambda c: (is_called(c, "label") or is_called(c, "gold"), shared[c]))
        classes = [*dict.fromkeys([*_held(named, label).cat.categories, *guess.cat.categories])]
        prefix = _prefix(frame, classes)
        return PredictionColumns(label, predicted, prefix, len(classes) if prefix else 0)
    return None


def _held(named: Named, column: str) -> pd.Series:
    values = named[column]
    assert values is not None
    return values


def _is_number(values: pd.Series) -> bool:
    """Whether a column holds shares, as one with the probability of the prediction does."""
    numbers = pd.to_numeric(values, errors="coerce")
    return bool(numbers.notna().any() and (numbers.dropna() % 1 != 0).any())


def _prefix(frame: pd.DataFrame, classes: list[str]) -> str | None:
    """What stands before the class in one column of numbers for each class."""
    numbers = [str(column) for column in frame if pd.to_numeric(frame[column], errors="coerce").notna().any()]
    for prefix in (column.removesuffix(classes[0]) for column in numbers if column.endswith(classes[0])):
        if len(prefix) >= _FEWEST_LETTERS and words_of(prefix) and all(prefix + name in numbers for name in classes):
            return prefix
    return None
