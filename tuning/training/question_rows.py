"""Windows of questions and their texts with where the answer begins and ends, as the Trainer reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boletim.contracts.answers.question_answers import Answer
from boletim.models.answering.question_windows import QuestionWindows, question_windows
from boletim.models.answering.stretches import USUAL_LONGEST
from boletim.tuning.training.token_rows import WindowRows, flat

BEGIN, END = "start_positions", "end_positions"
_CHUNK = 1_000


@dataclass(frozen=True)
class Asked:
    """What is known of the questions of a split."""

    windows: QuestionWindows
    answers: tuple[tuple[str, ...], ...]
    """(n_questions,) their true answers, none where there is none."""
    targets: np.ndarray
    """(n_windows, 2) int64, the tokens at which the answer begins and ends; where a window has none of it, the token of
    no answer twice."""
    longest: int
    """Tokens of an answer that may be given: of the longest true one, and the usual at least."""
    n_clipped: int
    """Answers that are longer than what two windows share, of which each window has a part."""


class QuestionRows(WindowRows):
    """Rows are windows; each brings the tokens of its answer."""

    about: Asked

    def __getitem__(self, row: int) -> dict[str, Any]:
        begin, end = map(int, self.about.targets[self.windows[row]])
        return super().__getitem__(row) | {BEGIN: begin, END: end}


def asked(
    tokenizer: Any, texts: Sequence[str], answers: Sequence[Sequence[Answer]], longest: int | None = None
) -> QuestionRows:
    """Windows of questions; every answer stands in one window or more, so that none is lost.

    Args:
        tokenizer: From `load_tokenizer`.
        texts: At least one question joined with its text, as `join_question` does.
        answers: Their true answers; the first that stands in the text is what is learnt.
        longest: Tokens of an answer that may be given; None finds it out of these answers.
    """
    columns: list[dict[str, np.ndarray]] = []
    parts: list[QuestionWindows] = []
    for start in range(0, len(texts), _CHUNK):  # a tokenizer's lists take many times the memory of arrays
        part = question_windows(tokenizer, texts[start : start + _CHUNK])
        columns.append(flat(part.encoded.columns))
        parts.append(part.moved(start))
    windows = QuestionWindows.joined(parts)
    targets, most, n_clipped = _targets(windows, answers)
    about = Asked(
        windows, tuple(tuple(one.text for one in own) for own in answers), targets, longest or most, n_clipped
    )
    whole = {name: np.concatenate([one[name] for one in columns]) for name in columns[0]}
    return QuestionRows.of_windows(whole, [len(own) for own in windows.encoded.offsets], windows.encoded.text, about)


def _targets(windows: QuestionWindows, answers: Sequence[Sequence[Answer]]) -> tuple[np.ndarray, int, int]:
    """The tokens of each window's answer, the longest answer's tokens, and how many answers no window has whole."""
    targets = np.repeat(windows.silent[:, None], 2, axis=1)
    longest, n_clipped = USUAL_LONGEST, 0
    for question, own in enumerate(answers):
        answer = next((one for one in own if one.start is not None and one.text.strip()), None)
        if answer is None or answer.start is None:
            continue
        places = windows.encoded.of_text(question)
        found = [tokens_of(windows.encoded.offsets[place], answer.start, len(answer.text)) for place in places]
        has_whole = any(is_whole for _, is_whole in found)
        n_clipped += not has_whole
        for place, (tokens, is_whole) in zip(places, found, strict=True):
            if tokens is not None and (is_whole or not has_whole):
                targets[place] = tokens
                longest = max(longest, tokens[1] - tokens[0] + 1)
    return targets, longest, n_clipped


def tokens_of(offsets: np.ndarray, start: int, length: int) -> tuple[tuple[int, int] | None, bool]:
    """The first and last token of a stretch that a window has, and whether it has all of it; None where it has none.

    Args:
        offsets: (n_tokens, 2) int, where each stands in the text; -1 where it is none of it.
        start: First character of the stretch.
        length: Its characters.
    """
    end, own = start + length, offsets[:, 0] >= 0
    inside = np.flatnonzero(own & (offsets[:, 0] < end) & (offsets[:, 1] > start))
    if not len(inside):
        return None, False
    first, last = int(inside[0]), int(inside[-1])
    known = np.flatnonzero(own)
    begins = offsets[first, 0] <= start or first > known[0]
    finishes = offsets[last, 1] >= end or last < known[-1]
    return (first, last), bool(begins and finishes)
