"""A classifier whose answers are known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from boletim.contracts.protocols import Progress, no_progress


@dataclass
class FakeClassifier:
    """Scores each text with a function; remembers what it was asked."""

    labels: tuple[str, ...]
    score: Callable[[str], Sequence[float]]
    asked: list[str] = field(default_factory=list)

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """Probabilities, (n_texts, n_labels)."""
        self.asked += texts
        return np.array([self.score(text) for text in texts], dtype=np.float64).reshape(len(texts), len(self.labels))


@pytest.fixture
def fake() -> type[FakeClassifier]:
    return FakeClassifier
