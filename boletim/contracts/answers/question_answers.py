"""Each example is a question about a text; the answer is a stretch of it, or that there is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from boletim.contracts.examples import Answers, OwnFacts
from boletim.contracts.record import Record

QUESTION_ANSWERING = "question_answering"
"""Name of the task, in the configuration."""
_WORD, _LENGTH = "question_word", "n_context_words"


class QuestionFacts(OwnFacts):
    """Counts behind the figures of questions."""

    language: str = ""
    """Whose articles the language's own rule drops; empty where these are no questions."""
    n_answerable: int = 0
    n_unanswerable: int = 0
    n_several: int = 0
    """Questions with two true answers or more."""
    n_contexts: int = 0
    """Texts that the questions are about; 0 where they were not given."""
    n_moved: int = 0
    """True answers that stand elsewhere in their text than their offset says."""
    n_absent: int = 0
    """True answers that do not stand in their text."""
    n_silent: int = 0
    """Answerable questions that were given no answer."""
    n_talkative: int = 0
    """Unanswerable questions that were given one."""

    @property
    def chief(self) -> str:
        """Token F1 by the rule of SQuAD."""
        return "token_f1" if self.language else "accuracy"

    @property
    def beside(self) -> tuple[str, ...]:
        """What the official script gives besides, and how often nothing was answered where there is nothing."""
        return ("exact_match", "no_answer_accuracy")


@dataclass(frozen=True)
class QuestionAnswers(Answers):
    """True answers are (n,) object, a tuple of texts per question, empty where there is none; predictions are (n,)
    object, a text per question, empty for no answer.
    """

    kind: ClassVar[str] = "question_answers"
    task: ClassVar[str] = QUESTION_ANSWERING
    facts: ClassVar[type[Record]] = QuestionFacts
    takes_weights: ClassVar[bool] = True
    in_two_files: ClassVar[bool] = True
    holds_texts: ClassVar[bool] = True

    language: str = field(default="en", kw_only=True)
    """Of the answers."""
    question_words: np.ndarray | None = field(default=None, kw_only=True)
    """(n,) object: what each question asks for, such as `who`; None where there were no questions."""
    context_words: np.ndarray | None = field(default=None, kw_only=True)
    """(n,) int64: words of each question's text; None where there were no texts."""
    n_moved: int = field(default=0, kw_only=True)
    n_absent: int = field(default=0, kw_only=True)

    @property
    def is_answerable(self) -> np.ndarray:
        """(n,) bool."""
        return np.array([len(true) > 0 for true in self.gold], dtype=bool)

    @classmethod
    def read(cls, column: pd.Series, labels: tuple[str, ...]) -> np.ndarray:
        """Texts, or lists of them."""
        return as_cells(cell if isinstance(cell, str) else tuple(cell) for cell in column)

    def written(self, held: np.ndarray) -> Any:
        """Texts, or lists of them, as Arrow has them."""
        import pyarrow as pa

        is_said = all(isinstance(cell, str) for cell in held)
        return pa.array(list(held), type=pa.string() if is_said else pa.list_(pa.string()))

    def columns(self) -> dict[str, Any]:
        """With what the questions ask for, and how long their texts are."""
        import pyarrow as pa

        more: dict[str, Any] = {}
        if self.question_words is not None:
            more[_WORD] = pa.array(list(self.question_words), type=pa.string())
        if self.context_words is not None:
            more[_LENGTH] = pa.array(self.context_words, type=pa.int64())
        return super().columns() | more

    @classmethod
    def of_frame(cls, frame: pd.DataFrame, labels: tuple[str, ...], groups: tuple[str, ...]) -> Self:
        """Read back what `save` wrote."""
        found = super().of_frame(frame, labels, groups)
        words = frame[_WORD].to_numpy(dtype=object) if _WORD in frame else None
        lengths = frame[_LENGTH].to_numpy(dtype=np.int64) if _LENGTH in frame else None
        return replace(found, question_words=words, context_words=lengths)

    def about(self) -> dict[str, Any]:
        """The language, and what was found of wrong offsets."""
        return {"language": self.language, "n_moved": self.n_moved, "n_absent": self.n_absent}

    def with_about(self, about: Mapping[str, Any]) -> Self:
        """The same with the language and the counts."""
        n_moved, n_absent = (int(about.get(name, 0)) for name in ("n_moved", "n_absent"))
        return replace(self, language=str(about.get("language", "en")), n_moved=n_moved, n_absent=n_absent)


ANSWERS = QuestionAnswers


def as_cells(cells: Iterable[Any]) -> np.ndarray:
    """(n,) object: cells that may be tuples themselves."""
    listed = list(cells)
    column = np.empty(len(listed), dtype=object)
    for place, cell in enumerate(listed):
        column[place] = cell
    return column
