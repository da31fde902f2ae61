"""The true answers of questions, in the forms in which files have them."""

import json
from typing import Any

import numpy as np
import pandas as pd

from boletim.contracts.answers.question_answers import Answer
from boletim.contracts.errors import DataError, row_of


def true_answers(path: str, frame: pd.DataFrame, column: str, context: str = "context") -> list[tuple[Answer, ...]]:
    """Per row the answers of a column, none where the question has none; where texts are given each stands where it
    says, or where it was found nearest to that.

    A cell is a list of texts, a list of `{text, answer_start}`, `{text: [...], answer_start: [...]}`, or one text; a
    list may be written as JSON. A question that is `is_impossible`, or whose cell is empty, has no answer.

    Raises:
        DataError: A cell is none of these, with its row.
    """
    impossible = frame["is_impossible"] if "is_impossible" in frame else [False] * len(frame)
    contexts = frame[context] if context in frame else [None] * len(frame)
    found = []
    for number, (cell, is_none, text) in enumerate(zip(frame[column], impossible, contexts, strict=True), start=1):
        pairs = [] if is_none is True else _pairs(cell, row_of(path, number), column)
        found.append(tuple(_placed(answer, start, text) for answer, start in pairs))
    return found


def _placed(answer: str, start: int | None, context: Any) -> Answer:
    if not isinstance(context, str):
        return Answer(answer, start)
    if start is not None and start >= 0 and context[start : start + len(answer)] == answer:
        return Answer(answer, start)
    nearest = _nearest(answer, start or 0, context)
    if start is None:
        return Answer(answer, nearest)
    return Answer(answer, nearest, "absent" if nearest is None else "moved")


def _nearest(answer: str, start: int, context: str) -> int | None:
    """Where the answer stands nearest to a place; None where it stands nowhere."""
    place = max(start, 0)
    before, after = context.rfind(answer, 0, place + len(answer)), context.find(answer, place)
    known = [one for one in (before, after) if one >= 0]
    return min(known, key=lambda one: abs(one - place), default=None)


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
