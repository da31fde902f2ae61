"""Two ways to make training fairer, which a search can turn on and off: gender-swapped copies, and reweighing.

References:
    Zhao et al. (2018), Gender Bias in Coreference Resolution, NAACL, sec. 3 (training also on texts with the genders
    swapped); Kamiran and Calders (2012), Data preprocessing techniques for classification without discrimination,
    Knowledge and Information Systems 33:1, sec. 5.2 (weights that make group and class independent).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from boletim.contracts.answers.label_sets import MULTI_LABEL
from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import LABEL, TuningData
from boletim.contracts.errors import ConfigError
from boletim.tuning.training.space import Settings
from boletim.tuning.training.token_rows import TokenRows


def check_mitigations(config: RunConfig, data: TuningData) -> None:
    """Refuse a mitigation that these data leave nothing to do for.

    Raises:
        ConfigError: Copies are asked for and no training text can be swapped, or weights and there are no groups.
    """
    space = config.tuning.search
    if space.may_be_on("gender_swap") and (data.swapped is None or data.swapped.empty):
        raise ConfigError(
            f"gender_swap needs training texts whose gender can be swapped, none of {len(data.train):,} in "
            f"{config.language} can; set language to that of the texts or turn it off in tuning.search"
        )
    if not space.may_be_on("reweighing"):
        return
    if not data.groups:
        raise ConfigError(
            "reweighing needs groups to weigh, data.groups is empty; name a column or turn it off in tuning.search"
        )
    if config.task == MULTI_LABEL:
        raise ConfigError(f"reweighing needs one label per text, the task is {MULTI_LABEL}; turn it off")


def training_rows(
    splits: dict[str, Any], data: TuningData, settings: Settings, rows: np.ndarray | None = None
) -> TokenRows:
    """The training split as the settings want it.

    Args:
        splits: From the task's `tokenise`.
        data: What they were made of.
        settings: With or without copies and weights.
        rows: (n,) int64, rows of the training split to take; None for all.
    """
    taken: TokenRows = splits["train"] if rows is None else splits["train"].select(rows)
    frame = data.train if rows is None else data.train.iloc[rows]
    weights = group_weights(frame, data.groups) if settings.reweighing else None
    if settings.gender_swap and data.swapped is not None:
        place = np.full(len(data.train), -1)
        place[np.arange(len(data.train)) if rows is None else rows] = np.arange(len(frame))
        of = place[data.swapped.index.to_numpy(dtype=np.int64)]
        copies = np.flatnonzero(of >= 0)
        taken = taken.followed_by(splits["swapped"].select(copies))
        weights = None if weights is None else np.concatenate([weights, weights[of[copies]]])
    return taken if weights is None else taken.weighted(weights / weights.mean())


def group_weights(frame: pd.DataFrame, groups: Sequence[str]) -> np.ndarray:
    """(n,) weights that make group and class independent: n(group) n(class) / (n n(group and class)), 1 in the mean.

    Args:
        frame: With the column label and one per group; a missing group is a group.
        groups: Columns, which are crossed.
    """
    group = pd.MultiIndex.from_frame(frame[list(groups)].fillna("(missing)").astype(str)).factorize()[0]
    label = frame[LABEL].factorize()[0]
    cell = group * (label.max() + 1) + label
    expected = np.bincount(group)[group] * np.bincount(label)[label] / len(frame)
    weights = expected / np.bincount(cell)[cell]
    return np.asarray(weights / weights.mean())
