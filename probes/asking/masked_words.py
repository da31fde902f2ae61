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
        mode: `first piece` puts one mask for the word and one for each hidden stretch, and reads the word's first
            piece there, as Kurita et al. and Bartl et al. released it; `all pieces` reads piece after piece, the later
            ones hidden, and adds the logarithms, with a mask for every hidden piece. The two agree where every word
            is one piece.
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
        hidden = [encoded.places(*stretch) for stretch in question.hidden]
        for reading in _read_word(ids, word, hidden, scorer.mask_id, mode):
            readings.append(reading)
            owners.append(number)
    totals = np.zeros(len(questions))
    for owner, found in zip(owners, scorer.log_probabilities(readings, progress), strict=True):
        totals[owner] += found[0]
    return np.where(known, totals, np.nan)


def gap_log_probabilities(
    scorer: MaskedScorer, questions: Sequence[MaskedWord], progress: Progress = no_progress
) -> np.ndarray:
    """Log of the mean probability of a word's pieces, each read at one mask after the pieces before it.

    The pieces after it are left out, so that the model is not told how many there are, and the probabilities are
    averaged, not their logarithms: StereoSet's released code.

    Args:
        scorer: A masked language model.
        questions: Sentences with the word in its place; nothing else is hidden.
        progress: Told how far it is.

    Returns:
        (n_questions,) float64, natural logarithms; NaN where the word is not in the model's vocabulary.

    References:
        Nadeem et al. 2021, StereoSet, and the released dataloader.py and eval_discriminative_models.py.
    """
    readings: list[Reading] = []
    owners: list[int] = []
    for number, (question, encoded) in enumerate(
        zip(questions, scorer.encode([question.text for question in questions]), strict=True)
    ):
        word = encoded.places(*question.word)
        if scorer.unknown_id in [encoded.ids[place] for place in word]:
            continue
        for place in word:
            ids = (*encoded.ids[:place], scorer.mask_id, *encoded.ids[word[-1] + 1 :])
            readings.append(Reading(ids, (place,), ((encoded.ids[place],),)))
            owners.append(number)
    found = [float(values[0]) for values in scorer.log_probabilities(readings, progress)]
    pieces: dict[int, list[float]] = {}
    for owner, value in zip(owners, found, strict=True):
        pieces.setdefault(owner, []).append(value)
    means = {owner: np.logaddexp.reduce(values) - np.log(len(values)) for owner, values in pieces.items()}
    return np.array([means.get(number, np.nan) for number in range(len(questions))], dtype=np.float64)


def _read_word(
    ids: list[int], word: tuple[int, ...], hidden: Sequence[tuple[int, ...]], mask_id: int, mode: Mode
) -> list[Reading]:
    if mode == "first piece":
        stretches = [stretch for stretch in (word, *hidden) if stretch]
        masked = {stretch[0] for stretch in stretches}
        left_out = {place for stretch in stretches for place in stretch[1:]}
        kept = [place for place in range(len(ids)) if place not in left_out]
        read = tuple(mask_id if place in masked else ids[place] for place in kept)
        return [Reading(read, (kept.index(word[0]),), ((ids[word[0]],),))]
    masked = {place for stretch in hidden for place in stretch}
    readings = []
    for place in word:
        later = range(place, word[-1] + 1)
        read = tuple(mask_id if other in masked or other in later else token for other, token in enumerate(ids))
        readings.append(Reading(read, (place,), ((ids[place],),)))
    return readings
