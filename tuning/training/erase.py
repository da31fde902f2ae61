"""The groups taken out of what a classifier's last layer sees, folded into that layer: `model/` stays ordinary."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from boletim.contracts.corpus import TEXT, TuningData
from boletim.contracts.protocols import Progress, no_progress
from boletim.models.classifier import TextClassifier
from boletim.tuning.training.leace import fit_eraser

_MISSING = "(missing)"
_RIDGE, _DIGITS = 1e-3, 9


@dataclass(frozen=True)
class GroupReading:
    """What a linear reader makes of the group of each validation text that has one, before and after erasing."""

    names: tuple[str, ...]
    """Of the groups."""
    before: np.ndarray
    """(n_validation, n_groups): 1 for the group it reads, equal shares where it cannot decide."""
    after: np.ndarray


def erase_groups(
    classifier: TextClassifier, data: TuningData, folder: Path, progress: Progress = no_progress
) -> dict[str, GroupReading]:
    """Write the model's weights with a last layer that no group can be read from, fitted on the training texts.

    Args:
        classifier: A trained one; it has the new layer afterwards.
        data: Its training texts with their groups; a text without a group value is of a group of its own.
        folder: Of a copy of the model, whose weights are replaced.
        progress: Told the texts read.

    Returns:
        By group column.

    Raises:
        ModelError: The model ends in no linear layer with a bias.
    """
    train, validation = (classifier.last_inputs(list(f[TEXT]), progress) for f in (data.train, data.validation))
    eraser = fit_eraser(train, np.hstack([indicators(data.train[name])[1] for name in data.groups]))
    classifier.save_with_last_layer(eraser.folded, folder)
    readings = {}
    for column in data.groups:
        names, concept = indicators(data.train[column])
        before, after = read(train, concept, validation), read(eraser(train), concept, eraser(validation))
        readings[column] = GroupReading(names, before, after)
    return readings


def indicators(column: pd.Series) -> tuple[tuple[str, ...], np.ndarray]:
    """Names of a column's groups, by name, and (n, n_groups) float64 zeros and ones."""
    held = pd.get_dummies(column.fillna(_MISSING).astype(str))
    return tuple(str(name) for name in held.columns), held.to_numpy(dtype=np.float64)


def read(known: np.ndarray, concept: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """The group that a ridge classifier reads from each vector, every group counting the same in its training.

    Args:
        known: (n, d) vectors with
        concept: (n, n_groups) their groups.
        vectors: (m, d) others.

    Returns:
        (m, n_groups), rows sum to 1.
    """
    weights = concept @ (1 / np.maximum(concept.sum(axis=0), 1))
    mean = weights @ known / weights.sum()
    centred = known - mean
    spread = (centred * weights[:, None]).T @ centred
    spread[np.diag_indices_from(spread)] += _RIDGE * max(spread.trace() / len(spread), 1e-12)
    target = concept - weights @ concept / weights.sum()
    slopes = np.linalg.solve(spread, (centred * weights[:, None]).T @ target)
    scores = np.round((vectors - mean) @ slopes, _DIGITS)  # what is below is no reading
    best = scores == scores.max(axis=1, keepdims=True)
    return np.asarray(best / best.sum(axis=1, keepdims=True))
