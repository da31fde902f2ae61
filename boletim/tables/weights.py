"""Read a column of sampling weights."""

import numpy as np
import pandas as pd

from boletim.contracts.errors import DataError, row_of


def read_weights(source: str, values: pd.Series) -> np.ndarray:
    """(n,) float64, each above 0.

    Args:
        source: The file, for the message.
        values: The column, its row numbers from 0 in the index.

    Raises:
        DataError: A cell is missing, no number, not finite or not above 0; with its row.
    """
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64)
    is_wrong = ~(np.isfinite(numbers) & (numbers > 0))
    if is_wrong.any():
        place = int(is_wrong.argmax())
        raise DataError(
            "weight", column=values.name, value=values.iloc[place], at=row_of(source, int(values.index[place]) + 1)
        )
    return numbers
