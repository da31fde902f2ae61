"""Cut a numeric group column into named bands."""

from itertools import pairwise

import numpy as np
import pandas as pd

from boletim.contracts.errors import DataError


def cut_into_bands(values: pd.Series, edges: tuple[float, ...], source: str) -> np.ndarray:
    """Name each number's band: edges 0, 30, 45 give `0-29`, `30-44`, `45+`, and `<0` below the first edge.

    Edges that are not whole numbers give half-open bands such as `[0.5, 1.5)`.

    Args:
        values: Numbers, or texts of numbers.
        edges: Increasing.
        source: Named in the error.

    Returns:
        (n,) object, None where the value is missing.

    Raises:
        DataError: A value is no number.
    """
    numbers = pd.to_numeric(values, errors="coerce")
    wrong = (values.notna() & numbers.isna()).to_numpy()
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(
            f"{source}, row {row + 1}: a banded column holds numbers, {values.name} has {values.iloc[row]!r}; "
            "mend the value or use the column without bands"
        )
    plain = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    table = np.array([*_names(edges), None], dtype=object)
    index = np.where(np.isnan(plain), len(table) - 1, np.searchsorted(np.asarray(edges), plain, side="right"))
    return np.asarray(table[index], dtype=object)


def _names(edges: tuple[float, ...]) -> list[str]:
    pairs = list(pairwise(edges))
    if all(edge == int(edge) for edge in edges):
        inner = [f"{int(a)}-{int(b) - 1}" if b - a > 1 else f"{int(a)}" for a, b in pairs]
        return [f"<{int(edges[0])}", *inner, f"{int(edges[-1])}+"]
    return [f"<{edges[0]:g}", *(f"[{a:g}, {b:g})" for a, b in pairs), f"{edges[-1]:g}+"]
