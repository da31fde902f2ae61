"""The true answers of questions, in the forms in which files have them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from boletim.contracts.errors import DataError
from boletim.contracts.sentence import Sentence


@dataclass(frozen=True)
class TrueAnswers:
    """Of all questions."""

    texts: tuple[tuple[str, ...], ...]
    """Per question; empty where it has no answer."""
    n_moved: int
    """Answers that stand elsewhere in their text than their offset says."""
    n_absent: int
    """Answers that do not stand in their text."""


def true_answers(path: Path, frame: pd.DataFrame, column: str) -> TrueAnswers:
    """The answers of a column; offsets are checked where texts are given, and no answer is changed for them.

    A cell is a list of texts, a list of `{text, answer_start}`, `{text: [...], answer_start: [...]}`, or one text; a
    list may be written as JSON. A question that is `is_impossible`, or whose cell is empty, has no answer.

    Raises:
        DataError: A cell is none of these, with its row.
    """
    impossible = frame["is_impossible"] if "is_impossible" in frame else [False] * len(frame)
    contexts = frame["context"] if "context" in frame else [None] * len(frame)
    texts, n_moved, n_absent = [], 0, 0
    for number, (cell, is_none, context) in enumerate(zip(frame[column], impossible, contexts, strict=True), start=1):
        found = [] if is_none is True else _pairs(cell, Sentence("errors.row_of", file=path, row=number), column)
        texts.append(tuple(text for text, _ in found))
        for text, start in found:
            if start is None or not isinstance(context, str) or context[start : start + len(text)] == text:
                continue
            n_moved, n_absent = (n_moved + 1, n_absent) if text in context else (n_moved, n_absent + 1)
    return TrueAnswers(tuple(texts), n_moved, n_absent)


def _pairs(cell: Any, where: str, column: str) -> list[tuple[str, int | None]]:
    """Texts with their offsets, None where there is none."""
    if isinstance(cell, str):
        held = _loaded(cell)
        return ([(cell, None)] if cell else []) if held is None else _pairs(held, where, column)
    if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return []
    if isinstance(cell, dict) and isinstance(cell.get("text"), list | tuple | np.ndarray):
        starts = cell.get("answer_start")
        starts = [None] * len(cell["text"]) if starts is None else list(starts)
        cell = [{"text": text, "answer_start": start} for text, start in zip(cell["text"], starts, strict=False)]
    elif isinstance(cell, dict):
        cell = [cell]
    if isinstance(cell, list | tuple | np.ndarray):
        found = [_pair(one) for one in cell]
        if None not in found:
            return [pair for pair in found if pair is not None]
    raise DataError("question_answers", column=column, got=cell, at=where)


def _pair(one: Any) -> tuple[str, int | None] | None:
    if isinstance(one, str):
        return one, None
    if not isinstance(one, dict) or not isinstance(one.get("text"), str):
        return None
    start = one.get("answer_start")
    return one["text"], None if start is None else int(start)


def _loaded(text: str) -> Any:
    """A list or an object written as JSON; None where the text is an answer."""
    if not text.startswith(("[", "{")):
        return None
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return held if isinstance(held, list | dict) else None
