"""The tuned model on new texts."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from boletim.app.stages.own_model import own_classifier
from boletim.app.stages.search_result import read_search
from boletim.contracts.answers.label_sets import THRESHOLD
from boletim.contracts.answers.question_answers import join_question
from boletim.contracts.errors import DataError
from boletim.contracts.examples import SCORE_PREFIX
from boletim.contracts.extras import need_extra
from boletim.contracts.files.atomic import write_with
from boletim.contracts.files.run_files import read_record
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.protocols import Screen
from boletim.contracts.results.audit import AuditResult
from boletim.tables.label_lists import SEPARATOR
from boletim.tables.questions.usual_columns import usual_column
from boletim.tables.read import check_columns
from boletim.tables.texts import text_of

if TYPE_CHECKING:
    from boletim.models.load import AnyClassifier

_WRITERS = {
    ".csv": lambda frame, path: frame.to_csv(path, index=False),
    ".jsonl": lambda frame, path: frame.to_json(path, orient="records", lines=True, force_ascii=False),
    ".parquet": lambda frame, path: frame.to_parquet(path, index=False),
}


_PLACES = "predicted_start", "predicted_end"
_COLUMNS = {
    "spans": ("predicted",),
    "question_answers": ("predicted", *_PLACES, "predicted_score", "no_answer_score"),
}
"""What is added where it is not a class with its scores."""


def predict_file(
    run_folder: Path, data: Path, text: str, output: Path, terminal: Screen, question: str = "question"
) -> int:
    """Write the data's rows with `predicted` and one `score_<class>` per class added.

    Where a text may have several labels, each is predicted from the score on that was audited, and `predicted` holds a
    list, or in csv the labels with `|` between them. Of entities it is a list of stretches, in csv as JSON, and there
    are no scores. Answers to questions come with their place in the text, and with the scores of the best stretch and
    of no answer. Rows whose text is missing get no prediction. Texts are used as they stand, as the model's
    `from_pretrained` would see them.

    Returns:
        How many texts were classified.

    Raises:
        DataError: The data cannot be read, lack the text column, or hold columns that the output would overwrite.
        MissingExtraError: Nothing is installed that can load a model.
        RunFolderError: The folder holds no tuned model.
    """
    from boletim.tables.read import how_read, read_table

    write = _WRITERS.get(output.suffix)
    if write is None:
        raise DataError("output_ending", writers=_WRITERS, output=output.name)
    folder = RunFolder.existing(run_folder, "search.json")
    need_extra("train", "a model")
    if line := how_read(str(data)):
        terminal.say(line)
    frame = read_table(str(data))
    classifier = own_classifier(folder, read_search(folder))
    texts = _texts(str(data), frame, text, question, classifier.kind)
    added = _COLUMNS.get(classifier.kind) or ("predicted", *(f"{SCORE_PREFIX}{label}" for label in classifier.labels))
    if taken := [column for column in added if column in frame.columns]:
        raise DataError("column_overwritten", taken=taken[0], at=data)
    has_text = np.array([one is not None for one in texts])
    scores = classifier.predict_scores([one for one in texts if one is not None], terminal.progress)
    if classifier.kind == "spans":
        said: Any = {"predicted": _spans(scores, output)}
    elif classifier.kind == "question_answers":
        said = [dict(zip(added, one, strict=True)) for one in scores]
    else:
        classes = _classes(classifier, scores, folder, output)
        said = {"predicted": classes} | dict(zip(added[1:], scores.T, strict=True))
    outcome = pd.DataFrame(said, columns=list(added), index=frame.index[has_text])
    for place in set(_PLACES) & set(added):
        outcome[place] = outcome[place].astype("Int64")  # whole numbers, with gaps where nothing was answered
    joined = frame.join(outcome)
    write_with(output, lambda path: write(joined, path))
    return int(has_text.sum())


def _texts(source: str, frame: pd.DataFrame, text: str, question: str, kind: str) -> list[str | None]:
    """What the model reads of each row; None where it lacks the text, or the question about it."""
    is_asked = kind == "question_answers"
    text = usual_column("text", text, list(frame.columns)) if is_asked else text
    check_columns(source, list(frame.columns), [text, *([question] if is_asked else [])])
    texts = [text_of(source, row, cell, text) for row, cell in enumerate(frame[text], 1)]
    if not is_asked:
        return texts
    asked = [text_of(source, row, cell, question) for row, cell in enumerate(frame[question], 1)]
    return [
        None if about is None or one is None else join_question(one, about)
        for one, about in zip(asked, texts, strict=True)
    ]


def _spans(found: np.ndarray, output: Path) -> list[Any]:
    """Each text's entities as `boletim audit` reads them; in csv as JSON."""
    lists = [[{"start": one.start, "end": one.end, "label": one.type} for one in spans] for spans in found]
    return [json.dumps(one, ensure_ascii=False) for one in lists] if output.suffix == ".csv" else lists


def _classes(
    classifier: "AnyClassifier", scores: np.ndarray, folder: RunFolder, output: Path
) -> list[str] | list[list[str]]:
    predicted: list[str] | list[list[str]] = [classifier.labels[index] for index in scores.argmax(axis=1)]
    if classifier.kind == "label_sets":
        sets = [[classifier.labels[index] for index in np.flatnonzero(row)] for row in scores >= _thresholds(folder)]
        predicted = [SEPARATOR.join(names) for names in sets] if output.suffix == ".csv" else sets
    return predicted


def _thresholds(folder: RunFolder) -> np.ndarray | float:
    """From which score on each label is predicted: what the audit chose on validation data, else one half."""
    if not folder.audit.exists():
        return THRESHOLD
    chosen = read_record(folder.audit, AuditResult).facts.thresholds
    return THRESHOLD if chosen is None else np.array(chosen)
