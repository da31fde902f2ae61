"""Cut a numeric column into named bands."""

from itertools import pairwise

import numpy as np
import pandas as pd

from boletim.contracts.errors import DataError


def cut_into_bands(values: pd.Series, edges: tuple[float, ...], source: str) -> pd.Series:
    """Name each number's band: edges 0, 30, 45 give `0-29`, `30-44`, `45+`, and `<0` below the first edge.

    Edges that are not whole numbers give half-open bands such as `[0.5, 1.5)`.

    Args:
        values: Numbers or texts of numbers; a missing one stays missing.
        edges: Increasing.
        source: Named in the error.

    Raises:
        DataError: A value is no number.
    """
    numbers = pd.to_numeric(values, errors="coerce")
    wrong = values.notna() & numbers.isna()
    if wrong.any():
        row = int(np.flatnonzero(wrong.to_numpy())[0])
        raise DataError(
            f"{source}, row {row + 1}: a banded column holds numbers, {values.name} has {values.iloc[row]!r}; "
            "mend the value or use the column without bands"
        )
    names = _names(edges)
    index = np.searchsorted(np.asarray(edges), numbers.to_numpy(dtype=float), side="right")
    labelled = [None if np.isnan(n) else names[i] for n, i in zip(numbers.to_numpy(dtype=float), index, strict=True)]
    return pd.Series(labelled, index=values.index, name=values.name, dtype=object)


def _names(edges: tuple[float, ...]) -> list[str]:
    is_whole = all(edge == int(edge) for edge in edges)
    pairs = list(pairwise(edges))
    if is_whole:
        inner = [f"{int(a)}-{int(b) - 1}" if b - a > 1 else f"{int(a)}" for a, b in pairs]
        return [f"<{int(edges[0])}", *inner, f"{int(edges[-1])}+"]
    return [f"<{edges[0]:g}", *(f"[{a:g}, {b:g})" for a, b in pairs), f"{edges[-1]:g}+"]
