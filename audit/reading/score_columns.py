"""Read probabilities from columns of scores, and see whether they agree with the predictions."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from boletim.contracts.errors import DataError, row_of
from boletim.contracts.protocols import Say, say_nothing
from boletim.contracts.sentence import Sentence

_EDGE_TOLERANCE, _SUM_TOLERANCE, _SAME = 1e-6, 1e-3, 1e-6
_BF16_STEP = 2.0**-8
_MOST_DECIMALS, _MOST_ROUNDING = 4, 0.2
MOST_CONTRADICTED = 0.5
"""Share of rows from which on scores and predictions do not belong together."""


def read_scores(
    source: str, frame: pd.DataFrame, columns: Mapping[str, str], say: Say = say_nothing, first_row: int = 1
) -> np.ndarray:
    """(n, n_labels) float64 probabilities that sum to 1 in each row.

    Sums that are off by what rounding explains (to a number of decimals, or to bf16) are divided out, which is said.

    Args:
        source: Named in errors.
        frame: As read.
        columns: The score column of each class.
        say: Told that rows were divided by their sum.
        first_row: Number of the first row.

    Raises:
        DataError: A row's scores are no probabilities, with its number.
    """
    table = np.column_stack([numbers_of(source, frame[column], first_row) for column in columns.values()])
    check_inside(source, table, list(columns.values()), first_row, Sentence("errors.probabilities"))
    sums = table.sum(axis=1)
    off = np.abs(sums - 1)
    allowed = _SUM_TOLERANCE
    if (off > allowed).any():
        allowed = max(allowed, _from_rounding(table))
    if (off > allowed).any():
        row = int((off > allowed).argmax())
        raise DataError("score_sum", n_allowed=allowed, n=sums[row], at=row_of(source, first_row + row))
    table = np.clip(table, 0.0, 1.0)
    is_off = off > _SAME
    if (off > _SUM_TOLERANCE).any():
        say(Sentence("terminal.data.scores_rounded", n=int(is_off.sum()), n_rows=len(sums), n_off=float(off.max())))
    table[is_off] /= table[is_off].sum(axis=1, keepdims=True)
    return np.asarray(table)


def check_inside(source: str, table: np.ndarray, columns: list[str], first_row: int, remedy: str) -> None:
    """Refuse scores that are missing, infinite, or outside 0 to 1.

    Raises:
        DataError: The first one's row and column.
    """
    is_inside = np.isfinite(table) & (table >= -_EDGE_TOLERANCE) & (table <= 1 + _EDGE_TOLERANCE)
    if not is_inside.all():
        row, place = (int(found[0]) for found in np.nonzero(~is_inside))
        raise DataError(
            "score_range",
            column=columns[place],
            value=table[row, place],
            remedy=remedy,
            at=row_of(source, first_row + row),
        )


def n_contradicted(scores: np.ndarray, predicted: np.ndarray) -> int:
    """Rows whose predicted class has not the highest score."""
    said = scores[np.arange(len(scores)), predicted]
    return int((said < scores.max(axis=1) - _SAME).sum())


def check_agreement(source: str, n: int, n_rows: int) -> None:
    """Refuse scores that contradict the predictions as a rule.

    Raises:
        DataError: In more than half of the rows the predicted class has not the highest score.
    """
    if n > MOST_CONTRADICTED * n_rows:
        raise DataError("score_swapped", n=n, n_rows=n_rows, n_share=n / n_rows, at=source)


def numbers_of(source: str, values: pd.Series, first_row: int = 1) -> np.ndarray:
    """(n,) float64, NaN where missing.

    Raises:
        DataError: A cell is no number, with its row.
    """
    try:
        return values.where(values.notna(), np.nan).to_numpy(dtype=object).astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        row = next((row for row, value in enumerate(values) if not _is_number(value)), 0)
    shown = repr(values.iloc[row])[:60]
    raise DataError("score_number", column=values.name, value=shown, at=row_of(source, first_row + row))


def _from_rounding(table: np.ndarray) -> float:
    """How far from 1 sums of so many rounded numbers can be; 0 where they are not rounded."""
    n_labels = table.shape[1]
    for decimals in range(1, _MOST_DECIMALS + 1):
        scaled = table * 10.0**decimals
        if np.abs(scaled - np.round(scaled)).max() < _SAME:
            return min(float(n_labels * 0.5 * 10.0**-decimals), _MOST_ROUNDING) + _SAME
    bits = table.astype(np.float32).view(np.uint32)
    return 0.0 if (bits & 0xFFFF).any() else _BF16_STEP * 2


def _is_number(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return value is None
    return True
