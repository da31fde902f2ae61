"""The tuned model on new texts."""

from pathlib import Path

import numpy as np
import pandas as pd

from boletim.app.stages.own_model import own_classifier
from boletim.app.stages.search_result import read_search
from boletim.contracts.answers.question_answers import join_question
from boletim.contracts.errors import DataError
from boletim.contracts.examples import answers_class
from boletim.contracts.extras import need_extra
from boletim.contracts.files.atomic import write_with
from boletim.contracts.files.run_files import read_record
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.protocols import Screen
from boletim.contracts.results.audit import AuditResult
from boletim.tables.questions.usual_columns import usual_column
from boletim.tables.read import check_columns
from boletim.tables.texts import text_of

_WRITERS = {
    ".csv": lambda frame, path: frame.to_csv(path, index=False),
    ".jsonl": lambda frame, path: frame.to_json(path, orient="records", lines=True, force_ascii=False),
    ".parquet": lambda frame, path: frame.to_parquet(path, index=False),
}


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
    answers = answers_class(classifier.kind)
    beside = answers.score_columns(classifier.labels)
    if taken := [column for column in ("predicted", *beside) if column in frame.columns]:
        raise DataError("column_overwritten", taken=taken[0], at=data)
    has_text = np.array([one is not None for one in texts])
    scores = classifier.predict_scores([one for one in texts if one is not None], terminal.progress)
    cells = answers.cells(scores, classifier.labels, _thresholds(folder))
    outcome = pd.DataFrame(index=frame.index[has_text])
    outcome["predicted"] = list(map(answers.in_text, cells)) if output.suffix == ".csv" else cells
    if beside:
        outcome = outcome.join(pd.DataFrame(answers.score_cells(scores), columns=beside).set_axis(outcome.index))
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


def _thresholds(folder: RunFolder) -> tuple[float, ...] | None:
    """From which score on each label is predicted, where the audit chose that on validation data."""
    return read_record(folder.audit, AuditResult).facts.thresholds if folder.audit.exists() else None
