"""Cut a numeric column into named bands."""

from itertools import pairwise

import numpy as np
import pandas as pd

from boletim.contracts.errors import DataError


def cut_into_bands(values: pd.Series, edges: tuple[float, ...], source: str) -> pd.Series:
    """Name each number's band: edges 0, 30, 45 give `0-29`, `30-44`, `45+`, and `<0` below the first edge.

    A band holds its lower edge and not its upper one: 29.5 is in `0-29`. Edges that are not whole numbers give names
    such as `[0.5, 1.5)`.

    Args:
        values: Numbers or texts of numbers; a missing one stays missing.
        edges: Increasing.
        source: Named in the error.

    Returns:
        Object series with a new index from 0: band names, None where missing.

    Raises:
        DataError: A value is no number.
    """
    names = band_names(edges)
    numbers = [_number(value) for value in values]
    for row, (value, number) in enumerate(zip(values, numbers, strict=True), start=1):
        if number is None:
            raise DataError(
                f"{source}, row {row}: a banded column holds numbers, {values.name} has {value!r}; "
                "mend the value, empty the cell, or use the column without bands"
            )
    index = np.searchsorted(np.asarray(edges), np.asarray(numbers, dtype=float), side="right")
    named = [None if np.isnan(n) else names[i] for n, i in zip(np.asarray(numbers, dtype=float), index, strict=True)]
    return pd.Series(named, name=values.name, dtype=object)


def band_names(edges: tuple[float, ...]) -> list[str]:
    """The bands in order, from the one below the first edge; (n_edges + 1,)."""
    pairs = list(pairwise(edges))
    if not all(float(edge).is_integer() for edge in edges):
        return [f"<{edges[0]:g}", *(f"[{a:g}, {b:g})" for a, b in pairs), f"{edges[-1]:g}+"]
    to = "-" if edges[0] >= 0 else " to "
    inner = [f"{int(a)}{to}{int(b) - 1}" if b - a > 1 else f"{int(a)}" for a, b in pairs]
    return [f"<{int(edges[0])}", *inner, f"{int(edges[-1])}+"]


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
