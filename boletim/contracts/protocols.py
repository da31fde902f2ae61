"""How audit and probes see a model; `boletim.models` implements these, tests fake them."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

Progress = Callable[[str, int, int], None]
"""Called as progress(what, done, total); prints, or does nothing."""


def no_progress(what: str, done: int, total: int) -> None:
    """Report nothing."""


class Classifier(Protocol):
    """A text classifier."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names in the order of the scores' columns."""

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """Probabilities, (n_texts, n_labels) float64; rows sum to 1, in the order of the texts."""
