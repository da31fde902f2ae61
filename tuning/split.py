"""Cut a table into train, validation and test."""

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold, train_test_split

from boletim.contracts.config import SplitConfig
from boletim.contracts.errors import DataError


def split_places(labels: pd.Series, config: SplitConfig, seed: int, owners: pd.Series | None = None) -> np.ndarray:
    """Which split each row goes to.

    Args:
        labels: (n,) class of each row.
        config: The shares, and whether to stratify.
        seed: Same seed, same split.
        owners: (n,) author of each row, whose rows stay together; None when rows stand alone.

    Returns:
        (n,) object: `train`, `validation` or `test`.

    Raises:
        DataError: A class has fewer rows than there are splits, or the authors are too few.
    """
    places = np.full(len(labels), "train", dtype=object)
    test = _choose(labels, config.test, config.stratify, seed, owners)
    places[test] = "test"
    rest = np.flatnonzero(places == "train")
    share = config.validation / (1 - config.test)
    kept_owners = owners.iloc[rest] if owners is not None else None
    validation = _choose(labels.iloc[rest], share, config.stratify, seed + 1, kept_owners)
    places[rest[validation]] = "validation"
    return places


def _choose(labels: pd.Series, share: float, stratify: bool, seed: int, owners: pd.Series | None) -> np.ndarray:
    everything = np.arange(len(labels))
    if owners is None:
        try:
            _, chosen = train_test_split(
                everything, test_size=share, random_state=seed, stratify=labels if stratify else None
            )
        except ValueError as error:
            raise DataError(f"the rows cannot be split as asked ({error}); give more rows or other shares") from error
        return np.sort(chosen)
    n_folds = max(2, round(1 / share))
    if owners.nunique() < n_folds:
        raise DataError(
            f"split.by needs at least {n_folds} different values for a share of {share:.2f}, got {owners.nunique()}; "
            "give more rows or larger shares"
        )
    folds = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    target = labels if stratify else np.zeros(len(labels))
    _, chosen = next(iter(folds.split(everything, target, owners)))
    return np.sort(chosen)
