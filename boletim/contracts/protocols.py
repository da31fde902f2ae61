"""How audit and probes see a model; `boletim.models` implements these, and `boletim.models.fakes` fakes them."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np

Progress = Callable[[str, int, int], None]
"""Called as progress(what, done, total); prints, or does nothing."""


def no_progress(what: str, done: int, total: int) -> None:
    """Report nothing."""


Say = Callable[[str], None]
"""Called with one line of status."""


def say_nothing(line: str) -> None:
    """Say nothing."""


class LiveDisplay(Protocol):
    """Takes a screen's lines while it has it."""

    def note(self, line: str) -> None:
        """One line that stays."""

    def progress(self, text: str) -> None:
        """One line that the next replaces."""


class Screen(Protocol):
    """Whoever watches a run: a terminal, a notebook, nobody."""

    def say(self, line: str) -> None:
        """One line of status."""

    def warn(self, line: str) -> None:
        """One line that even `--quiet` shows."""

    def progress(self, what: str, done: int, total: int) -> None:
        """How far a long step is."""

    @property
    def has_room_for_a_display(self) -> bool:
        """Whether something can be redrawn in place."""

    def shows(self, display: LiveDisplay) -> AbstractContextManager[None]:
        """Give the lines to a display until it ends."""


class Classifier(Protocol):
    """A text classifier."""

    @property
    def kind(self) -> str:
        """Kind of answer; of `label_sets` scores are probabilities of their own, and rows sum to anything."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names in the order of the scores' columns."""

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """Probabilities, (n_texts, n_labels) float64; rows sum to 1, in the order of the texts."""


class Reader(Classifier, Protocol):
    """A model that answers questions about texts, each joined with its text by `join_question`."""

    def log_shares(self, texts: Sequence[str], stretches: Sequence[Sequence[tuple[int, int]]]) -> list[np.ndarray]:
        """Per question (n_stretches, 2) float64: natural logarithms of the probability that the answer begins, and that
        it ends, where a stretch of its text does; -inf where the model cannot have it whole.
        """


@dataclass(frozen=True)
class Encoded:
    """One text as a masked language model reads it."""

    ids: tuple[int, ...]
    """Vocabulary ids, the model's frame ([CLS], [SEP]) included."""
    spans: tuple[tuple[int, int], ...]
    """Where each token stands in the text: its first character, and one past its last; (0, 0) for the frame."""

    def places(self, start: int, end: int) -> tuple[int, ...]:
        """Positions of the tokens that share a character with text[start:end]."""
        return tuple(i for i, (left, right) in enumerate(self.spans) if left < end and right > start)


@dataclass(frozen=True)
class Reading:
    """What is asked of a masked language model: tokens' probabilities at places of one input."""

    ids: tuple[int, ...]
    """The input as the model sees it; a masked place holds the mask's id."""
    places: tuple[int, ...]
    """Positions in `ids` that are read."""
    candidates: tuple[tuple[int, ...], ...]
    """For each place, the vocabulary ids asked for."""


class MaskedScorer(Protocol):
    """A masked language model."""

    @property
    def mask_id(self) -> int:
        """Vocabulary id of the mask."""

    @property
    def mask_token(self) -> str:
        """The mask as it is written in a text."""

    @property
    def unknown_id(self) -> int | None:
        """Vocabulary id of a word that has none; None where every text has tokens."""

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """The texts as the model reads them, not cut, not padded."""

    def log_probabilities(self, readings: Sequence[Reading], progress: Progress = no_progress) -> list[np.ndarray]:
        """For each reading the candidates' natural log-probabilities, place by place, one (n_candidates,) float64."""

    def top_fills(self, texts: Sequence[str], k: int, progress: Progress = no_progress) -> list[list[str]]:
        """The k most probable tokens at each text's one mask, the most probable first, without white space."""


class CausalScorer(Protocol):
    """A language model that reads from left to right."""

    def log_likelihoods(
        self, prompts: Sequence[str], continuations: Sequence[str], progress: Progress = no_progress
    ) -> list[np.ndarray]:
        """Natural log-probability of each token of a continuation after its prompt: one (n_tokens,) float64 each.

        The two are joined as they stand, so that a continuation brings its own space. Without a prompt the first
        token counts only where the model has a token that begins a text.
        """

    def top_next(self, prompts: Sequence[str], k: int, progress: Progress = no_progress) -> list[list[str]]:
        """The k most probable next tokens of each prompt, the most probable first, without white space."""


class Encoder(Protocol):
    """A model that turns a text into a vector."""

    @property
    def pooling(self) -> str:
        """How the vectors of a text's tokens become one, such as `mean of the last layer`."""

    def embed(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """Vectors of the texts in their context, (n_texts, n_dimensions) float64, not normalised."""

    def word_vectors(self, words: Sequence[str]) -> np.ndarray:
        """Vectors of the words without context, (n_words, n_dimensions) float64: the mean over a word's tokens.

        A word with a token unknown to the vocabulary has a row of NaN.
        """
