"""Add up a table batch by batch, and note what the rules of a whole file ask about."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from boletim.audit.evidence.sums_builder import ScoreEdges, SumsBuilder
from boletim.audit.reading.one_label import (
    MOST_CLASSES,
    PredictionColumns,
    check_few_classes,
    class_names,
    group_values,
    row_ids,
)
from boletim.audit.reading.score_columns import n_contradicted, read_scores
from boletim.audit.tally.sums import PredictionSums
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import GroupColumn
from boletim.contracts.protocols import Say
from boletim.tables.names import check_group

BATCH_ROWS = 50_000
_MOST_GROUPS = 1_000


@dataclass
class Seen:
    """What was seen in a table, or in parts of it that follow each other."""

    gold: set[str] = field(default_factory=set)
    """Names of true classes."""
    said: set[str] = field(default_factory=set)
    """Names of predicted classes."""
    groups: dict[str, set[str]] = field(default_factory=dict)
    """Per group column its names."""
    n_present: dict[str, int] = field(default_factory=dict)
    """Per group column the rows that have a name."""
    n_rows: int = 0
    n_without_label: int = 0
    n_without_prediction: int = 0
    first_without: int = 0
    """Number of the first row that lacks one of the two."""

    def add(self, later: "Seen") -> None:
        """Take in what was seen in the part that follows."""
        self.gold |= later.gold
        self.said |= later.said
        for column, names in later.groups.items():
            self.groups[column] = self.groups.get(column, set()) | names
            self.n_present[column] = self.n_present.get(column, 0) + later.n_present[column]
        if not (self.n_without_label or self.n_without_prediction):
            self.first_without = later.first_without
        self.n_rows += later.n_rows
        self.n_without_label += later.n_without_label
        self.n_without_prediction += later.n_without_prediction


class Stream:
    """Adds up batches of one table."""

    def __init__(
        self,
        columns: PredictionColumns,
        edges: ScoreEdges | None,
        keep: Callable[[Predictions], None] | None,
        say: Say,
        n_before: int = 0,
    ) -> None:
        """Read nothing yet.

        Args:
            columns: What the columns hold.
            edges: Bins of the scores; None where there are none.
            keep: Given every batch.
            say: Told what was done to the scores.
            n_before: Rows before the first one, where the table is a part of another.
        """
        self._columns, self._keep, self._say = columns, keep, say
        self._codes = {name: i for i, name in enumerate(columns.score_labels)}
        self._builder = SumsBuilder([group.column for group in columns.groups], edges)
        names = [group.column for group in columns.groups]
        self._seen = Seen(groups={name: set() for name in names}, n_present=dict.fromkeys(names, 0))
        self._n_before = n_before
        self._n_contradicted = 0

    def add_up(self, frames: Iterable[pd.DataFrame], told: Callable[[int], None]) -> tuple[PredictionSums, Seen]:
        """The sums of all batches.

        Args:
            frames: The batches.
            told: Given the number of rows that were read, after each batch.
        """
        for frame in frames:
            batch = self._predictions(frame)
            self._builder.add(batch)
            if self._keep is not None:
                self._keep(batch)
            told(self._seen.n_rows)
            for column, names in self._seen.groups.items():
                if len(names) > _MOST_GROUPS:  # at once: free text would fill memory
                    check_group(str(self._columns.path), column, names, self._seen.n_present[column])
        sums = self._builder.result(tuple(self._codes))
        return replace(sums, n_contradicted=self._n_contradicted), self._seen

    def _predictions(self, frame: pd.DataFrame) -> Predictions:
        """One batch, without the rows that lack label or prediction: these are counted, and refused at the end."""
        columns, seen, first_row = self._columns, self._seen, self._n_before + self._seen.n_rows + 1
        gold, guess = (class_names(columns, frame, name, first_row) for name in (columns.label, columns.predicted))
        has_both = (gold.notna() & guess.notna()).to_numpy()
        if not has_both.all():
            if not (seen.n_without_label or seen.n_without_prediction):
                seen.first_without = first_row + int(has_both.argmin())
            seen.n_without_label += int(gold.isna().sum())
            seen.n_without_prediction += int(guess.isna().sum())
        seen.n_rows += len(frame)
        seen.gold |= set(gold.cat.categories)
        seen.said |= set(guess.cat.categories)
        codes = [self._places(values)[has_both] for values in (gold, guess)]
        labels = tuple(self._codes)
        return Predictions(
            ids=row_ids(columns, frame, first_row)[has_both],
            gold=codes[0],
            predicted=codes[1],
            labels=labels,
            scores=self._scores(frame, labels, codes[1], has_both, first_row) if columns.scores else None,
            groups={g.column: self._group(frame, g, first_row)[has_both] for g in columns.groups},
        )

    def _scores(
        self, frame: pd.DataFrame, labels: tuple[str, ...], predicted: np.ndarray, has_both: np.ndarray, first_row: int
    ) -> np.ndarray:
        path, columns = str(self._columns.path), self._columns.score_columns_of(labels)
        scores = read_scores(path, frame, columns, self._say, first_row)
        self._n_contradicted += n_contradicted(scores[has_both], predicted)
        return np.asarray(scores[has_both])

    def _group(self, frame: pd.DataFrame, group: GroupColumn, first_row: int) -> np.ndarray:
        values = group_values(self._columns.path, frame[group.column], group, first_row)
        self._seen.groups[group.column] |= set(values) - {None}
        self._seen.n_present[group.column] += int((values != None).sum())  # noqa: E711 (element by element)
        return values

    def _places(self, values: pd.Series) -> np.ndarray:
        """(n,) int64, -1 where missing; new classes get the next place, so that a class keeps its own."""
        names = values.cat.categories
        table = np.array([*(self._codes.setdefault(name, len(self._codes)) for name in names), -1], dtype=np.int64)
        if len(self._codes) > MOST_CLASSES:
            check_few_classes(self._columns, len(self._codes), self._seen.n_rows)  # at once: free text fills memory
        return np.asarray(table[values.cat.codes.to_numpy()])
