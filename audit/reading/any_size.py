"""Read predictions of any number of rows: as they are up to 200,000, as sums beyond, in memory that does not grow."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from boletim.audit.evidence.sums_builder import ScoreEdges
from boletim.audit.reading.one_label import (
    PredictionColumns,
    check_few_classes,
    check_present,
    check_two_classes,
    find_columns,
    predictions_of,
)
from boletim.audit.reading.parts import sums_of_parts
from boletim.audit.reading.score_columns import check_agreement, read_scores
from boletim.audit.reading.streamed import BATCH_ROWS, Seen, Stream
from boletim.audit.tally.sums import PredictionSums
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import GroupColumn
from boletim.contracts.configuration.reading import AS_FOUND, ReadConfig
from boletim.contracts.errors import DataError
from boletim.contracts.examples import AnswersWriter
from boletim.contracts.protocols import Progress, Say, no_progress, say_nothing
from boletim.engine.engine import OpenEngine, in_this_process
from boletim.tables.label_names import check_same_names
from boletim.tables.names import check_group
from boletim.tables.read import about_rows, parts_of, table_batches

ROWS_IN_MEMORY = 200_000
"""Files of more rows are added up batch by batch and never held."""


def read_any_size(
    path: Path,
    label: str,
    predicted: str,
    scores_prefix: str | None,
    groups: Sequence[GroupColumn | str],
    keep: AnswersWriter | None = None,
    progress: Progress = no_progress,
    weights: str | None = None,
    *,
    read: ReadConfig = AS_FOUND,
    label_names: Mapping[str, str] | None = None,
    say: Say = say_nothing,
    cluster: str | None = None,
    refusals: tuple[str, ...] = (),
    repeats: bool = False,
    open_engine: OpenEngine = in_this_process,
) -> Predictions | PredictionSums:
    """Read predictions, or their sums where they are more than 200,000.

    Args:
        path: A csv, tsv, jsonl or parquet file, or a folder of parquet files, of which each is summed by itself.
        label: Column of true labels.
        predicted: Column of predicted labels.
        scores_prefix: Score columns are this prefix and the class name; None when there are no scores.
        groups: Group columns; numbers are cut where bands are given.
        keep: Given all predictions, in one batch or in several, in order.
        progress: Told how many rows were read.
        weights: Column of sampling weights; None where all rows count the same.
        read: How the file is read, where that is not to be found out.
        label_names: Names that the user gave to classes.
        say: Told what was done to the scores.
        cluster: Column of authors or templates; None where the rows are independent.
        refusals: What stands where the model refused to answer.
        repeats: Whether the rows of a cluster are answers to one text.
        open_engine: Called for what sums the files of a folder, where there are any and they are large. The figures are
            the same to the last digit.

    Raises:
        DataError: As `read_predictions`; a group column has too many values, or more than 200,000 rows have
            weights or clusters.
    """
    columns = replace(
        find_columns(path, label, predicted, scores_prefix, groups, weights, read, label_names, cluster),
        refusals=refusals, repeats=repeats,
    )  # fmt: skip
    frames = table_batches(str(path), columns.names, BATCH_ROWS, read)
    held, n_held = [], 0
    for frame in frames:
        held.append(frame)
        n_held += len(frame)
        if n_held > ROWS_IN_MEMORY:
            break
    else:
        predictions = predictions_of(columns, pd.concat(held, ignore_index=True), say)
        if keep is not None:
            keep.add(predictions)
        return predictions
    if weights or cluster or refusals:
        what = "sampling weights" if weights else "a cluster column" if cluster else "refusals"
        raise DataError("too_many_rows", what=what, n_rows_in_memory=ROWS_IN_MEMORY, at=path)
    edges = _edges(columns, held)
    if parts := parts_of(str(path)):
        held.clear()
        with open_engine() as engine:
            return _checked(columns, *sums_of_parts(engine, columns, parts, edges, keep, progress, say))
    n_expected = about_rows(str(path))
    stream = Stream(columns, edges, keep.add if keep else None, say)
    return _checked(columns, *stream.add_up(_emptied(held, frames), lambda n: progress("rows read", n, n_expected)))


def _edges(columns: PredictionColumns, held: list[pd.DataFrame]) -> ScoreEdges | None:
    """Bins of the scores, from the first rows."""
    if not columns.scores:
        return None
    frame, wanted = pd.concat(held, ignore_index=True), columns.score_columns_of(columns.score_labels)
    return ScoreEdges.of(read_scores(str(columns.path), frame, wanted))


def _emptied(held: list[pd.DataFrame], rest: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """All batches in order; those that were held are let go of one by one."""
    while held:
        yield held.pop(0)
    yield from rest


def _checked(columns: PredictionColumns, sums: PredictionSums, seen: Seen) -> PredictionSums:
    """The sums, when the rules of a whole file hold."""
    path = str(columns.path)
    check_present(columns.path, seen.n_without_label, seen.n_without_prediction, seen.first_without)
    check_few_classes(columns, len(sums.labels), seen.n_rows)
    check_same_names(path, seen.gold, seen.said, columns.label, columns.predicted)
    check_two_classes(columns, sorted(seen.gold))
    for column, names in seen.groups.items():
        check_group(path, column, names, seen.n_present[column])
    check_agreement(path, sums.n_contradicted, seen.n_rows)
    return sums
