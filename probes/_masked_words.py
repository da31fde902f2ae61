"""The probability of a word in a sentence, under a masked language model, also where the word has several pieces.

References:
    Kurita et al. 2019 (one mask per word, its first piece); Nadeem et al. 2021, released dataloader.py (one mask after
    the pieces read so far); Kauf and Ivanova 2023, A Better Way to Do Masked Language
    Model Scoring (PLL-word-l2r: the word's later pieces are hidden while an earlier one is read).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from boletim.contracts.protocols import MaskedScorer, Progress, Reading, no_progress

Mode = Literal["first piece", "all pieces", "one mask"]


@dataclass(frozen=True)
class MaskedWord:
    """A sentence, the word asked for, and words that are hidden from the model."""

    text: str
    word: tuple[int, int]
    """First character of the word in `text`, and one past its last."""
    hidden: tuple[tuple[int, int], ...] = ()
    """Other stretches that the model must not see."""


def word_log_probabilities(
    scorer: MaskedScorer, questions: Sequence[MaskedWord], mode: Mode = "all pieces", progress: Progress = no_progress
) -> np.ndarray:
    """Log-probability of each word in its sentence: the sum over its pieces, see `piece_log_probabilities`.

    Returns:
        (n_questions,) float64, natural logarithms; NaN where the word is not in the model's vocabulary.
    """
    found = piece_log_probabilities(scorer, questions, mode, progress)
    return np.array([values.sum() if len(values) else np.nan for values in found])


def piece_log_probabilities(
    scorer: MaskedScorer, questions: Sequence[MaskedWord], mode: Mode = "all pieces", progress: Progress = no_progress
) -> list[np.ndarray]:
    """Log-probability of each piece of each word in its sentence.

    Args:
        scorer: A masked language model.
        questions: Sentences with the word in its place.
        mode: `first piece` puts one mask for the word and reads its first piece there, as Kurita et al. released it;
            `all pieces` reads piece after piece, the later ones hidden; `one mask` reads piece after piece, as if the
            word ended with the one that is read, as Nadeem et al. released it. All agree on a word of one piece.
        progress: Told how far it is.

    Returns:
        One (n_pieces,) float64 array per question, natural logarithms; empty where the word is not in the model's
        vocabulary.
    """
    readings: list[Reading] = []
    owners: list[int] = []
    for number, (question, encoded) in enumerate(
        zip(questions, scorer.encode([question.text for question in questions]), strict=True)
    ):
        ids = list(encoded.ids)
        word = encoded.places(*question.word)
        if not word or scorer.unknown_id in [ids[place] for place in word]:
            continue
        for start, end in question.hidden:
            for place in encoded.places(start, end):
                ids[place] = scorer.mask_id
        for reading in _read_word(ids, word, scorer.mask_id, mode):
            readings.append(reading)
            owners.append(number)
    pieces: list[list[float]] = [[] for _ in questions]
    for owner, found in zip(owners, scorer.log_probabilities(readings, progress), strict=True):
        pieces[owner].append(float(found[0]))
    return [np.array(values) for values in pieces]


def _read_word(ids: list[int], word: tuple[int, ...], mask_id: int, mode: Mode) -> list[Reading]:
    first, last = word[0], word[-1]
    if mode == "first piece":
        return [Reading((*ids[:first], mask_id, *ids[last + 1 :]), (first,), ((ids[first],),))]
    if mode == "one mask":
        return [Reading((*ids[:place], mask_id, *ids[last + 1 :]), (place,), ((ids[place],),)) for place in word]
    readings = []
    for place in word:
        masked = [mask_id if place <= other <= last else token for other, token in enumerate(ids)]
        readings.append(Reading(tuple(masked), (place,), ((ids[place],),)))
    return readings
