"""Ways to make training fairer: gender-swapped copies, weights, and classes and groups drawn as often as each other.

References:
    Zhao et al. (2018), Gender Bias in Coreference Resolution, NAACL, sec. 3 (training also on texts with the genders
    swapped); Kamiran and Calders (2012), Data preprocessing techniques for classification without discrimination,
    Knowledge and Information Systems 33:1, sec. 5.2 (weights that make group and class independent); Idrissi et al.
    (2022), Simple data balancing achieves competitive worst-group-accuracy, CLeaR (balanced draws).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from boletim.contracts.answers.label_sets import is_label_set, label_names, membership, names_of
from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.mitigations import SWAPPING
from boletim.contracts.corpus import LABEL, TuningData
from boletim.contracts.errors import ConfigError
from boletim.tuning.training.space import Settings
from boletim.tuning.training.token_rows import TokenRows

_MISSING = "(missing)"


def check_mitigations(config: RunConfig, data: TuningData) -> None:
    """Refuse a mitigation that these data leave nothing to do for.

    Raises:
        ConfigError: Copies are asked for and no training text can be swapped, or weights and there are no groups.
    """
    space, compared = config.tuning.search, config.mitigations
    place = "tuning.search" if space.may_be_on("gender_swap") else "mitigations.compare"
    is_swapping = place == "tuning.search" or (compared is not None and compared.has(*SWAPPING))
    if is_swapping and (data.swapped is None or data.swapped.empty):
        raise ConfigError("swap_no_text", n_train=len(data.train), language=config.language, place=place)
    if space.may_be_on("reweighing") and not data.groups:
        raise ConfigError("reweighing_groups")


def training_rows(
    splits: dict[str, Any], data: TuningData, settings: Settings, rows: np.ndarray | None = None, seed: int = 0
) -> TokenRows:
    """The training split as the settings want it.

    Args:
        splits: From the task's `tokenise`.
        data: What they were made of.
        settings: With or without copies and weights, or drawn again.
        rows: (n,) int64, rows of the training split to take; None for all.
        seed: Of rows that are drawn again.
    """
    if settings.balanced:
        frame = data.train if rows is None else data.train.iloc[rows]
        drawn = balanced_rows(frame, data.groups, seed)
        again: TokenRows = splits["train"].select(drawn if rows is None else rows[drawn])
        return again
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
    """Weights that make group and class independent: n(group) n(class) / (n n(group and class)), 1 in the mean.

    Args:
        frame: With the column label and one per group; a missing group is a group.
        groups: Columns, which are crossed.

    Returns:
        (n,) of one class each. Where texts have sets of labels (n, n_labels), each label's own in the order of
        `label_names`: having it and not having it are its two classes.
    """
    group = _codes(frame[list(groups)])
    if not any(is_label_set(label) for label in frame[LABEL]):
        return _independent(group, frame[LABEL].factorize()[0])
    held = membership([names_of(label) for label in frame[LABEL]], label_names(frame[LABEL]))
    return np.column_stack([_independent(group, column.astype(np.int64)) for column in held.T])


def balanced_rows(frame: pd.DataFrame, groups: Sequence[str], seed: int) -> np.ndarray:
    """As many rows, drawn so that each class of each group is as frequent as any other, (n,) int64 ascending.

    Rows of a small cell come as evenly often as they can, those of a large one at most once; a text without a group
    value belongs to a group of its own.

    Args:
        frame: With the column label and one per group.
        groups: Columns, which are crossed.
        seed: Of what is drawn.
    """
    rng = np.random.default_rng([seed, 49_979_687])
    cell = _codes(frame[[LABEL, *groups]])
    sizes = np.full(cell.max() + 1, len(frame) // (cell.max() + 1))
    sizes[: len(frame) - sizes.sum()] += 1
    drawn = []
    for place, wanted in enumerate(sizes):
        rows = np.flatnonzero(cell == place)
        drawn += [rows] * (wanted // len(rows)) + [rng.permutation(rows)[: wanted % len(rows)]]
    return np.sort(np.concatenate(drawn))


def _codes(columns: pd.DataFrame) -> np.ndarray:
    """(n,) int64, the place of each row's values among those that occur; a missing value is one of them."""
    names = pd.MultiIndex.from_frame(columns.fillna(_MISSING).astype(str))
    return np.asarray(names.factorize()[0])


def _independent(group: np.ndarray, label: np.ndarray) -> np.ndarray:
    cell = group * (label.max() + 1) + label
    expected = np.bincount(group)[group] * np.bincount(label)[label] / len(label)
    weights = expected / np.bincount(cell)[cell]
    return np.asarray(weights / weights.mean())
