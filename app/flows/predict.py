"""The tuned model on new texts."""

from pathlib import Path

import numpy as np
import pandas as pd

from boletim.app.stages.own_model import own_classifier
from boletim.app.stages.search_result import read_search
from boletim.contracts.errors import DataError
from boletim.contracts.examples import answers_class
from boletim.contracts.extras import need_extra
from boletim.contracts.files.atomic import write_with
from boletim.contracts.files.run_files import read_record
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.protocols import Screen
from boletim.contracts.results.audit import AuditResult
from boletim.tables.texts import text_of

_WRITERS = {
    ".csv": lambda frame, path: frame.to_csv(path, index=False),
    ".jsonl": lambda frame, path: frame.to_json(path, orient="records", lines=True, force_ascii=False),
    ".parquet": lambda frame, path: frame.to_parquet(path, index=False),
}


def predict_file(run_folder: Path, data: Path, text: str, output: Path, terminal: Screen) -> int:
    """Write the data's rows with `predicted` and one `score_<class>` per class added.

    Where a text may have several labels, each is predicted from the score on that was audited, and `predicted` holds a
    list, or in csv the labels with `|` between them. Of entities it is a list of stretches, in csv as JSON, and there
    are no scores. Rows whose text is missing get no prediction. Texts are used as
    they stand, as the model's `from_pretrained` would see them.

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
    frame = read_table(str(data), [text])
    classifier = own_classifier(folder, read_search(folder))
    answers = answers_class(classifier.kind)
    of_classes = answers.score_columns(classifier.labels)
    if taken := [column for column in ("predicted", *of_classes) if column in frame.columns]:
        raise DataError("column_overwritten", taken=taken[0], at=data)
    texts = [text_of(str(data), row, cell, text) for row, cell in enumerate(frame[text], 1)]
    has_text = np.array([one is not None for one in texts])
    scores = classifier.predict_scores([one for one in texts if one is not None], terminal.progress)
    cells = answers.cells(scores, classifier.labels, _thresholds(folder))
    outcome = pd.DataFrame(index=frame.index[has_text])
    outcome["predicted"] = list(map(answers.in_text, cells)) if output.suffix == ".csv" else cells
    if of_classes:
        outcome[of_classes] = scores
    joined = frame.join(outcome)
    write_with(output, lambda path: write(joined, path))
    return int(has_text.sum())


def _thresholds(folder: RunFolder) -> tuple[float, ...] | None:
    """From which score on each label is predicted, where the audit chose that on validation data."""
    return read_record(folder.audit, AuditResult).facts.thresholds if folder.audit.exists() else None
