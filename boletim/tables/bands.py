"""Cut a numeric column into named bands."""

from itertools import pairwise

import numpy as np
import pandas as pd

from boletim.contracts.errors import DataError, row_of

_PLAIN = ("string", "integer", "floating", "mixed-integer-float", "empty")
"""Kinds of cells, as pandas infers them, that become numbers in one step: no booleans, lists or dates among them."""


def cut_into_bands(values: pd.Series, edges: tuple[float, ...], source: str, first_row: int = 1) -> pd.Series:
    """Name each number's band: edges 0, 30, 45 give `0-29`, `30-44`, `45+`, and `<0` below the first edge.

    A band holds its lower edge and not its upper one: 29.5 is in `0-29`. Edges that are not whole numbers give names
    such as `[0.5, 1.5)`.

    Args:
        values: Numbers or texts of numbers; a missing one stays missing.
        edges: Increasing.
        source: Named in the error.
        first_row: Number of the first row, for the error.

    Returns:
        Object series with a new index from 0: band names, None where missing.

    Raises:
        DataError: A value is no number.
    """
    numbers = _numbers(values, source, first_row)
    table = np.array([*band_names(edges), None], dtype=object)
    place = np.searchsorted(np.asarray(edges), numbers, side="right")
    place[np.isnan(numbers)] = len(table) - 1
    return pd.Series(table[place], name=values.name, dtype=object)


def band_names(edges: tuple[float, ...]) -> list[str]:
    """The bands in order, from the one below the first edge; (n_edges + 1,)."""
    pairs = list(pairwise(edges))
    if not all(float(edge).is_integer() for edge in edges):
        return [f"<{edges[0]:g}", *(f"[{a:g}, {b:g})" for a, b in pairs), f"{edges[-1]:g}+"]
    to = "-" if edges[0] >= 0 else " to "
    inner = [f"{int(a)}{to}{int(b) - 1}" if b - a > 1 else f"{int(a)}" for a, b in pairs]
    return [f"<{int(edges[0])}", *inner, f"{int(edges[-1])}+"]


def _numbers(values: pd.Series, source: str, first_row: int) -> np.ndarray:
    """(n,) float64, NaN where missing."""
    if pd.api.types.infer_dtype(values, skipna=True) in _PLAIN:
        try:
            return values.where(values.notna(), np.nan).to_numpy(dtype=object).astype(np.float64)
        except ValueError:  # a blank or a word among them
            pass
    found = np.empty(len(values))
    for place, value in enumerate(values):
        number = _number(value)
        if number is None:
            raise DataError("band", column=values.name, value=value, at=row_of(source, first_row + place))
        found[place] = number
    return found


def _number(value: object) -> float | None:
    """The value as a number, NaN where it is missing, None where it is neither."""
    if value is None or value is pd.NA or (isinstance(value, str) and not value.strip()):
        return float("nan")
    if isinstance(value, bool | np.bool_):
        return None
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
