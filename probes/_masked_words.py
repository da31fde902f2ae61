"""The probability of a word in a sentence, under a masked language model, also where the word has several pieces.

References:
    Kurita et al. 2019 (one mask per word, its first piece); Kauf and Ivanova 2023, A Better Way to Do Masked Language
    Model Scoring (PLL-word-l2r: the word's later pieces are hidden while an earlier one is read).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from boletim.contracts.protocols import MaskedScorer, Progress, Reading, no_progress

Mode = Literal["first piece", "all pieces"]


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
    """Log-probability of each word in its sentence.

    Args:
        scorer: A masked language model.
        questions: Sentences with the word in its place.
        mode: `first piece` puts one mask for the word and reads its first piece there, as Kurita et al. released it;
            `all pieces` reads piece after piece, the later ones hidden, and adds the logarithms. The two agree on a
            word of one piece.
        progress: Told how far it is.

    Returns:
        (n_questions,) float64, natural logarithms; NaN where the word is not in the model's vocabulary.
    """
    readings: list[Reading] = []
    owners: list[int] = []
    known = np.ones(len(questions), dtype=bool)
    for number, (question, encoded) in enumerate(
        zip(questions, scorer.encode([question.text for question in questions]), strict=True)
    ):
        ids = list(encoded.ids)
        word = encoded.places(*question.word)
        known[number] = bool(word) and scorer.unknown_id not in [ids[place] for place in word]
        if not known[number]:
            continue
        for start, end in question.hidden:
            for place in encoded.places(start, end):
                ids[place] = scorer.mask_id
        for reading in _read_word(ids, word, scorer.mask_id, mode):
            readings.append(reading)
            owners.append(number)
    totals = np.zeros(len(questions))
    for owner, found in zip(owners, scorer.log_probabilities(readings, progress), strict=True):
        totals[owner] += found[0]
    return np.where(known, totals, np.nan)


def _read_word(ids: list[int], word: tuple[int, ...], mask_id: int, mode: Mode) -> list[Reading]:
    first, last = word[0], word[-1]
    if mode == "first piece":
        return [Reading((*ids[:first], mask_id, *ids[last + 1 :]), (first,), ((ids[first],),))]
    readings = []
    for place in word:
        masked = [mask_id if place <= other <= last else token for other, token in enumerate(ids)]
        readings.append(Reading(tuple(masked), (place,), ((ids[place],),)))
    return readings
