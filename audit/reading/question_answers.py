"""Read answers to questions: predictions with their true answers, in one file or in two."""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from boletim.audit.reading.one_label import PredictionColumns, chosen_groups, clusters_of, groups_of
from boletim.audit.reading.question_words import question_word
from boletim.audit.reading.true_answers import TrueAnswers, true_answers
from boletim.contracts.answers.question_answers import QuestionAnswers, as_cells
from boletim.contracts.configuration import RunConfig
from boletim.contracts.errors import DataError, row_of
from boletim.contracts.protocols import Say
from boletim.contracts.sentence import Sentence
from boletim.tables.read import check_columns, column_names, read_table
from boletim.tables.weights import read_weights

_MOST = 200_000
_USUAL = {"label": "answers", "predicted": "prediction"}
"""Columns by which files of questions go where nothing else is said."""


def read_questions(config: RunConfig, say: Say) -> QuestionAnswers:
    """Questions, true answers and predictions.

    Args:
        config: `predictions` is a table with true answers and predictions; or, where `data.source` names another file
            (in SQuAD's format, or a table), the predictions alone: SQuAD's `{id: answer}`, or a table with `id`.
        say: Told what was found of misplaced answers, and what the clusters are.

    Raises:
        DataError: A file is missing or broken; a column is missing; two questions have one id; a question has no
            prediction; a cell holds no answers.
    """
    data, path = config.data, Path(config.data.source or "")
    said_in_file = Path(config.predictions or "") == path
    if said_in_file and _official(path) is not None:
        raise DataError("question_alone", at=path)
    names = column_names(str(path), data.read)
    label = _usual("label", data.label, names)
    groups = chosen_groups(path, data.groups)
    more = [column for column in (data.weights, data.cluster_column, *(group.column for group in groups)) if column]
    predicted = _usual("predicted", data.predicted, names) if said_in_file else None
    check_columns(str(path), names, [label, *([predicted] if predicted else []), *more])
    frame = read_table(str(path), None, data.read)
    if len(frame) > _MOST:
        raise DataError("many_questions", n_most=_MOST, at=path)
    ids = _ids(path, frame)
    true = true_answers(path, frame, label)
    said = _cells(path, frame[predicted]) if predicted else _by_id(config, ids, say)
    contexts = _texts(frame, "context")
    columns = PredictionColumns(
        path, label, predicted or label, "", (), groups, has_ids="id" in frame, weights=data.weights, read=data.read,
        cluster=data.cluster_column,
    )  # fmt: skip
    _tell(say, path, true, contexts, data.cluster_column)
    return QuestionAnswers(
        ids=ids,
        gold=as_cells(true.texts),
        predicted=as_cells(said),
        labels=(),
        groups=groups_of(columns, frame),
        weights=read_weights(str(path), frame[data.weights]) if data.weights else None,
        clusters=clusters_of(columns, frame) if data.cluster_column else _of_contexts(contexts),
        language=config.language,
        question_words=_question_words(frame, config.language),
        context_words=None if contexts is None else np.array([len(text.split()) for text in contexts], dtype=np.int64),
        n_moved=true.n_moved,
        n_absent=true.n_absent,
    )


def _usual(setting: str, given: str, names: Sequence[str]) -> str:
    """The column that was named; the usual one where the setting's own default is not there."""
    default = {"label": "label", "predicted": "predicted"}[setting]
    return _USUAL[setting] if given == default and default not in names and _USUAL[setting] in names else given


def _ids(path: Path, frame: pd.DataFrame) -> np.ndarray:
    if "id" not in frame:
        return np.arange(1, len(frame) + 1).astype(str).astype(object)
    ids = frame["id"].astype(str)
    if ids.duplicated().any():
        row = int(ids.duplicated().to_numpy().argmax())
        raise DataError("question_id", id=ids.iloc[row], at=row_of(path, row + 1))
    return ids.to_numpy(dtype=object)


def _by_id(config: RunConfig, ids: np.ndarray, say: Say) -> list[str]:
    """The prediction for each question, from a file of its own."""
    path = Path(config.predictions or "")
    official = _official(path)
    found = _table(path, config) if official is None else official
    lacking = [str(one) for one in ids if str(one) not in found]
    if lacking:
        raise DataError("question_prediction", n=len(lacking), n_all=len(ids), id=lacking[0], at=path)
    if n_more := len(found) - len(ids):
        say(Sentence("terminal.data.more_answers", file=path.name, n=n_more))
    return [found[str(one)] for one in ids]


def _official(path: Path) -> dict[str, str] | None:
    """SQuAD's own format, `{id: answer}`; None where the file is another table."""
    if path.suffix != ".json":
        return None
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None  # whoever reads tables says what is wrong with it
    if not isinstance(held, dict) or "data" in held:
        return None
    wrong = next((key for key, value in held.items() if not isinstance(value, str)), None)
    if wrong is not None:
        raise DataError("question_text", id=wrong, got=held[wrong], at=path)
    return held


def _table(path: Path, config: RunConfig) -> dict[str, str]:
    names = column_names(str(path), config.data.read)
    predicted = _usual("predicted", config.data.predicted, names)
    check_columns(str(path), names, ["id", predicted])
    frame = read_table(str(path), ["id", predicted], config.data.read)
    return dict(zip(_ids(path, frame).tolist(), _cells(path, frame[predicted]), strict=True))


def _cells(path: Path, values: pd.Series) -> list[str]:
    """Predictions; a missing cell is no answer."""
    cells: list[str] = []
    for number, value in enumerate(values, start=1):
        if isinstance(value, dict | list | tuple | np.ndarray):
            raise DataError("question_list", got=value, at=row_of(path, number))
        cells.append("" if _is_missing(value) else str(value))
    return cells


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NA


def _texts(frame: pd.DataFrame, column: str) -> list[str] | None:
    if column not in frame or not all(isinstance(text, str) for text in frame[column]):
        return None
    return list(frame[column])


def _of_contexts(contexts: list[str] | None) -> np.ndarray | None:
    """(n,) object: a short name of each question's text."""
    if contexts is None:
        return None
    return np.array([sha256(text.encode()).hexdigest()[:12] for text in contexts], dtype=object)


def _question_words(frame: pd.DataFrame, language: str) -> np.ndarray | None:
    questions = _texts(frame, "question")
    return None if questions is None else np.array([question_word(text, language) for text in questions], dtype=object)


def _tell(say: Say, path: Path, true: TrueAnswers, contexts: list[str] | None, cluster: str | None) -> None:
    if true.n_moved or true.n_absent:
        say(
            Sentence(
                "terminal.data.misplaced",
                file=path.name,
                n=true.n_moved + true.n_absent,
                n_moved=true.n_moved,
                n_absent=true.n_absent,
            )
        )
    if cluster is None and contexts is None:
        say(Sentence("terminal.data.no_texts", file=path.name))
