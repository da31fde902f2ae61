"""Each example is a question about a text; the answer is a stretch of it, or that there is none."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, ClassVar, Literal, NamedTuple, Self

import numpy as np
import pandas as pd

from boletim.contracts.corpus import CLUSTER, ID, LABEL, TEXT, WEIGHT
from boletim.contracts.examples import Answers, OwnFacts, group_columns
from boletim.contracts.question_words import question_word
from boletim.contracts.record import Record

QUESTION_ANSWERING = "question_answering"
"""Name of the task, in the configuration."""
_WORD, _LENGTH = "question_word", "n_context_words"
_KEY = "answers"

Fault = Literal["", "moved", "absent"]


class Answer(NamedTuple):
    """A true answer."""

    text: str
    start: int | None = None
    """Its first character in the text; None where it does not stand there, or nobody knows."""
    fault: Fault = ""
    """Whether it stands elsewhere than the data say, or nowhere."""


class Said(NamedTuple):
    """What a model answered."""

    text: str
    """Empty where it gave no answer."""
    start: int | None
    """Its first character in the text; None where it gave no answer."""
    end: int | None
    """The one after its last."""
    score: float
    """Of the best stretch, in [0, 1]: its share of the probability of the best stretches and of no answer."""
    no_answer_score: float
    """The share of no answer."""


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
    pipeline: ClassVar[str] = "question-answering"
    has_class_scores: ClassVar[bool] = False
    facts: ClassVar[type[Record]] = QuestionFacts
    usual_probes: ClassVar[tuple[str, ...]] = ("unqover",)
    takes_weights: ClassVar[bool] = True
    in_two_files: ClassVar[bool] = True
    holds_texts: ClassVar[bool] = True
    usual_text: ClassVar[str] = "context"

    language: str = field(default="en", kw_only=True)
    """Of the answers."""
    questions: tuple[str, ...] | None = field(default=None, kw_only=True, compare=False)
    """(n,) as they were asked; they are not stored with the answers."""
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

    @classmethod
    def of_scores(
        cls, frame: pd.DataFrame, labels: tuple[str, ...], groups: tuple[str, ...], scores: np.ndarray
    ) -> Self:
        """What a model said, (n,) object with a `Said` per question, of the rows of a corpus."""
        return cls._of_rows(frame, groups, [said.text for said in scores])

    @classmethod
    def made_up(cls, frame: pd.DataFrame, labels: tuple[str, ...], groups: tuple[str, ...]) -> Self:
        """The first true answer of each as if it were predicted."""
        true = (read_answers(label) for label in frame[LABEL])
        return cls._of_rows(frame, groups, [answers[0].text if answers else "" for answers in true])

    @classmethod
    def _of_rows(cls, frame: pd.DataFrame, groups: tuple[str, ...], said: Iterable[str]) -> Self:
        true = [read_answers(label) for label in frame[LABEL]]
        contexts = [split_question(text)[1] for text in frame[TEXT]]
        faults = [answer.fault for answers in true for answer in answers]
        return cls(
            ids=frame[ID].to_numpy(dtype=object),
            gold=as_cells(tuple(answer.text for answer in answers) for answers in true),
            predicted=as_cells(said),
            labels=(),
            groups=group_columns(frame, groups),
            clusters=frame[CLUSTER].to_numpy(dtype=object) if CLUSTER in frame else names_of_contexts(contexts),
            weights=frame[WEIGHT].to_numpy(dtype=np.float64) if WEIGHT in frame else None,
            context_words=np.array([len(text.split()) for text in contexts], dtype=np.int64),
            n_moved=faults.count("moved"),
            n_absent=faults.count("absent"),
            questions=tuple(split_question(text)[0] for text in frame[TEXT]),
        )

    def in_language(self, language: str) -> Self:
        """With the language's rule for articles and its question words."""
        words = None if self.questions is None else as_cells(question_word(one, language) for one in self.questions)
        return replace(self, language=language, question_words=words)

    @classmethod
    def score_columns(cls, labels: tuple[str, ...]) -> list[str]:
        """Where the answer stands, and the scores of the best stretch and of no answer."""
        return ["predicted_start", "predicted_end", "predicted_score", "no_answer_score"]

    @classmethod
    def score_cells(cls, scores: np.ndarray) -> pd.DataFrame:
        """The same of each `Said`; places are whole numbers, with gaps where nothing is answered."""
        table = pd.DataFrame([one[1:] for one in scores], columns=cls.score_columns(()))
        return table.astype(dict.fromkeys(table.columns[:2], "Int64"))

    @classmethod
    def cells(cls, scores: np.ndarray, labels: tuple[str, ...], thresholds: Sequence[float] | None) -> list[Any]:
        """The answers, empty where there is none."""
        return [said.text for said in scores]

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


def names_of_contexts(contexts: Iterable[str]) -> np.ndarray:
    """(n,) object: a short name of each question's text, the same for the same text."""
    return as_cells(sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12] for text in contexts)


def join_question(question: str, context: str) -> str:
    r"""A question and its text as one text, as a corpus holds them: the question is the first line.

    >>> join_question("Who  is it?", "It is Ana.")
    'Who is it?\nIt is Ana.'
    """
    return f"{' '.join(question.split())}\n{context}"


def split_question(text: str) -> tuple[str, str]:
    """The question and the text that `join_question` joined."""
    question, _, context = text.partition("\n")
    return question, context


def write_answers(answers: Iterable[Answer]) -> str:
    """The true answers of one question as one text, as a corpus holds them.

    >>> write_answers([Answer("Ana", 6)])
    '{"answers": [["Ana", 6, ""]]}'
    """
    return json.dumps({_KEY: [list(one) for one in answers]}, ensure_ascii=False)


def read_answers(label: str) -> tuple[Answer, ...]:
    """The answers that `write_answers` wrote."""
    return tuple(Answer(*one) for one in json.loads(label)[_KEY])


def is_answers_text(label: str) -> bool:
    """Whether a label of a corpus is one that `write_answers` wrote."""
    return label.startswith(f'{{"{_KEY}": [')
