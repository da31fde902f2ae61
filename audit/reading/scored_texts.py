"""Read a table whose rows have a number that somebody else's metric or judge gave them."""

from pathlib import Path

import numpy as np

from boletim.audit.reading.one_label import PredictionColumns, chosen_groups, clusters_of, groups_of, row_ids
from boletim.audit.reading.score_columns import numbers_of
from boletim.contracts.answers.scored_texts import ScoredTexts
from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.score import ScoreConfig
from boletim.contracts.errors import DataError, row_of
from boletim.contracts.language import load_language
from boletim.contracts.protocols import Say
from boletim.contracts.registry import plugin_names
from boletim.contracts.sentence import Sentence
from boletim.tables.read import read_table
from boletim.tables.weights import read_weights


def read_scored(config: RunConfig, say: Say) -> ScoredTexts:
    """Scores, groups, clusters and weights of a csv, tsv, jsonl or parquet file.

    Args:
        config: Names the file and its columns; `data.score` says which way is better and what range there is.
        say: Told which way is taken to be better.

    Raises:
        DataError: The file is missing, empty or broken; a column is missing; a row has no score, or one that is no
            number or outside the stated range; the column is called like a metric of Boletim's own.
    """
    data = config.data
    assert data.score is not None, "data.score goes with this task"
    path, score = Path(data.source or ""), data.score
    _check_name(path, score.column)
    groups = chosen_groups(path, data.groups)
    columns = PredictionColumns(
        path, score.column, score.column, "", (), groups, has_ids=_has_ids(data.source or "", config),
        weights=data.weights, read=data.read, cluster=data.cluster_column,
    )  # fmt: skip
    frame = read_table(str(path), columns.names, data.read)
    values = numbers_of(str(path), frame[score.column])
    _check_values(path, score, values)
    say(Sentence(f"terminal.data.scores_{'up' if score.higher_is_better else 'down'}", column=score.column))
    return ScoredTexts(
        ids=row_ids(columns, frame),
        gold=np.zeros(len(frame)),
        predicted=values,
        labels=(),
        groups=groups_of(columns, frame),
        weights=read_weights(str(path), frame[data.weights]) if data.weights else None,
        clusters=clusters_of(columns, frame),
        column=score.column,
        higher_is_better=score.higher_is_better,
        range=score.range,
    )


def _has_ids(source: str, config: RunConfig) -> bool:
    from boletim.tables.read import column_names

    used = {config.data.score.column if config.data.score else "", *(group.column for group in config.data.groups)}
    return "id" in column_names(source, config.data.read) and "id" not in used


def _check_name(path: Path, column: str) -> None:
    taken = {*plugin_names("metric"), *load_language("en").words["metrics"]}
    if column in taken or column.removesuffix("_gap") in taken:
        raise DataError("score_name", column=column, at=path)


def _check_values(path: Path, score: ScoreConfig, values: np.ndarray) -> None:
    is_missing = ~np.isfinite(values)
    if is_missing.any():
        raise DataError(
            "score_missing", column=score.column, n=int(is_missing.sum()), n_row=int(is_missing.argmax()) + 1, at=path
        )
    if score.range is None:
        return
    is_outside = (values < score.range[0]) | (values > score.range[1])
    if is_outside.any():
        row = int(is_outside.argmax())
        raise DataError(
            "score_outside",
            n_low=score.range[0],
            n_high=score.range[1],
            column=score.column,
            n=values[row],
            at=row_of(path, row + 1),
        )
