"""Read predictions that were made anywhere, of any kind of answer and any number of rows."""

from pathlib import Path
from typing import Any

from boletim.audit.kind import kind_named
from boletim.audit.reading.any_size import read_any_size
from boletim.audit.reading.label_sets import holds_label_sets, read_label_sets
from boletim.contracts.configuration import RunConfig
from boletim.contracts.examples import Answers, AnswersWriter
from boletim.contracts.protocols import Progress, Say, no_progress, say_nothing
from boletim.contracts.sentence import Sentence
from boletim.engine.engine import OpenEngine, in_this_process


def read_answers(
    config: RunConfig,
    keep: AnswersWriter | None = None,
    progress: Progress = no_progress,
    say: Say = say_nothing,
    open_engine: OpenEngine = in_this_process,
) -> Any:
    """The answers of a file, or their sums where they are too many to be held.

    Args:
        config: Names the file and its columns; where its task's kind has no reader of its own, a column of lists holds
            sets of labels whatever the task is.
        keep: Given all answers, in one batch or in several, in order.
        progress: Told how many rows were read.
        say: Told what was done.
        open_engine: Called for what sums the files of a large folder.

    Raises:
        DataError: The file breaks a rule.
        InputError: The data have weights and the kind of answer has no audit with weights.
    """
    kind, data, path = kind_named(config.kind), config.data, Path(config.data.source or "")
    if kind.read is not None:
        kind.check_weights(data.weights)
        return _kept(kind.read(config, say), keep)
    columns, made = (path, data.label, data.predicted, data.scores, data.groups), config.produced_by
    if kind.name == "label_sets" or holds_label_sets(path, data.label, data.predicted, data.read):
        kind_named("label_sets").check_weights(data.weights)
        say(Sentence("terminal.data.label_sets", file=path.name))
        found = read_label_sets(*columns, cluster=data.cluster_column, read=data.read, label_names=data.label_names)
        return _kept(found, keep)
    return read_any_size(
        *columns, keep, progress, data.weights,
        read=data.read, label_names=data.label_names, say=say, cluster=data.cluster_column,
        refusals=made.refusals if made else (), repeats=bool(made and made.repeats),
        open_engine=open_engine,
    )  # fmt: skip


def _kept(answers: Answers, keep: AnswersWriter | None) -> Answers:
    if keep is not None:
        keep.add(answers)
    return answers
