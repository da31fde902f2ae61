"""Questions with their texts as windows of tokens, and the best stretches of a question over all its windows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from boletim.contracts.answers.question_answers import split_question
from boletim.models.answering.stretches import Choosing, best_stretches, no_answer
from boletim.models.windows.encode import Encoded, encode_windows

_SHARED = 3
"""Windows share one token in so many: 128 of 384."""
N_BEST = 20


@dataclass(frozen=True)
class QuestionWindows:
    """Windows of some questions, question by question."""

    encoded: Encoded
    """Offsets are those in the text, behind the question."""
    silent: np.ndarray
    """(n_windows,) int64, the token that stands for no answer."""
    contexts: tuple[str, ...]
    """(n_questions,) their texts."""

    def moved(self, by: int) -> Self:
        """Without the token ids, and as the windows of questions that come so much later."""
        return replace(self, encoded=replace(self.encoded, columns={}, text=self.encoded.text + by))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The windows of several parts, one after the other."""
        text = np.concatenate([part.encoded.text for part in parts])
        offsets = [own for part in parts for own in part.encoded.offsets]
        contexts = tuple(context for part in parts for context in part.contexts)
        return cls(Encoded({}, text, offsets), np.concatenate([part.silent for part in parts]), contexts)


@dataclass(frozen=True)
class Candidates:
    """What a question's windows hold, in characters of its text."""

    silent: float
    """Score of no answer: the least of its windows, since the answer may stand in any."""
    scores: tuple[float, ...]
    """Of different stretches, the best first."""
    places: tuple[tuple[int, int], ...]
    """Their first characters, and the ones after their last."""


def question_windows(tokenizer: Any, texts: Sequence[str]) -> QuestionWindows:
    """The windows of questions that `join_question` joined with their texts.

    Raises:
        ModelError: The tokenizer does not know where its tokens stand.
    """
    pairs = [split_question(text) for text in texts]
    contexts = tuple(context for _, context in pairs)
    encoded = encode_windows(tokenizer, contexts, [question for question, _ in pairs], shared=_SHARED)
    mark = tokenizer.cls_token_id
    ids = encoded.columns.get("input_ids", [])
    silent = np.array([own.index(mark) if mark in own else 0 for own in ids], dtype=np.int64)
    return QuestionWindows(encoded, silent, contexts)


def candidates_of(
    windows: QuestionWindows, question: int, scores: Mapping[int, np.ndarray], longest: int, n: int = N_BEST
) -> Candidates:
    """The best stretches of a question over all its windows; one that two of them show counts once.

    Args:
        windows: From `question_windows`.
        question: Its place.
        scores: Per window (n_tokens, 2): how well an answer begins and ends at each token.
        longest: Tokens of an answer at most.
        n: How many stretches.
    """
    silent, found = np.inf, dict[tuple[int, int], float]()
    for window in map(int, windows.encoded.of_text(question)):
        offsets = windows.encoded.offsets[window]
        begins, ends = scores[window][: len(offsets)].T
        silent = min(silent, no_answer(begins, ends, int(windows.silent[window])))
        for stretch in best_stretches(begins, ends, offsets[:, 0] >= 0, longest, n):
            place = int(offsets[stretch.first, 0]), int(offsets[stretch.last, 1])
            found[place] = max(found.get(place, -np.inf), stretch.score)
    best = sorted(found, key=lambda place: (-found[place], place))[:n]
    return Candidates(float(silent), tuple(found[place] for place in best), tuple(best))


def is_silent(found: Candidates, choosing: Choosing) -> bool:
    """Whether nothing is answered."""
    if not found.scores:
        return True
    return choosing.threshold is not None and found.silent - found.scores[0] > choosing.threshold
