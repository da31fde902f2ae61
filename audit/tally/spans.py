"""Counts of entities: what each text, or each true entity, adds to them, and the subsets that are counted.

A group column may say something of texts, or of each true entity (a person's gender). Then the rows of the subset are
the true entities of the group. A prediction that is no true entity has no group, so such a subset has recall and no
precision. Of a type none of whose entities has a value (places have no gender) the column says nothing: its entities
are in no group, also not in that of entities whose value is missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from boletim.audit.settings import NO_SCORES
from boletim.audit.statistics.counts import ClassCounts
from boletim.audit.tally.crossings import CrossingBudget, column_sets
from boletim.audit.tally.matching import OUTCOMES, outcomes, spurious
from boletim.audit.tally.subsets import group_codes, split_groups
from boletim.contracts.answers.spans import Span, Spans, is_of_entities
from boletim.contracts.meaning import Reason

NO_FALSE_ALARMS = Reason.of("entities_alone")
_OF_TYPES = (*OUTCOMES, "predicted", "spurious")
_NUMBERS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class SpanCounts(ClassCounts):
    """Counts per type, (..., k), and of the entities that no repair made, (..., 3)."""

    outcome: Mapping[str, np.ndarray]
    """By `OUTCOMES`, true entities of each type; `hits` among them."""
    spurious: np.ndarray
    """(..., k) predicted entities that touch no true one."""
    unrepaired: np.ndarray
    """(..., 3) hits, true and predicted entities, each of them opened by a tag that opens one."""

    @property
    def overlapping(self) -> np.ndarray:
        """(..., k) true entities that a prediction of their type matches or touches."""
        return np.asarray(self.outcome["hits"] + self.outcome["boundary"])


@dataclass(frozen=True)
class SpanPart:
    """Some texts, or some true entities, and the scope that names them."""

    scope: dict[str, str]
    columns: np.ndarray
    """(n, 7 k + 3) float64, what each row adds to the counts; `as_span_counts` reads sums of rows."""
    clusters: np.ndarray
    """(n,) int, cluster code of each row."""
    is_of_entities: bool = False
    spoken_of: np.ndarray | None = None
    """(k,) bool, the types of which the group columns say something; None for all."""
    scores: None = None
    weights: None = None

    @property
    def n(self) -> int:
        """Number of texts or entities."""
        return len(self.columns)

    def speaks_of(self, place: int) -> bool:
        """Whether the group columns say anything of the type in this place."""
        return self.spoken_of is None or bool(self.spoken_of[place])

    @property
    def is_crossed(self) -> bool:
        """Whether group columns meet in it."""
        return len(self.scope) > 1

    @property
    def absent_because(self) -> Reason:
        """Why a metric that asks for more has no figure."""
        return NO_FALSE_ALARMS if self.is_of_entities else NO_SCORES


class SpanSubsets:
    """All texts, then each group of each column, then each crossing of columns that has examples."""

    def __init__(self, answers: Spans, depth: int, clusters: np.ndarray | None) -> None:
        """Find the subsets.

        Args:
            answers: Texts with their entities.
            depth: How many group columns are crossed at most, 1 or more.
            clusters: (n,) cluster code of each text; there are always some.
        """
        assert clusters is not None
        self._answers = answers
        self._texts = SpanPart({}, span_columns(answers), clusters)
        self._of = np.repeat(np.arange(answers.n), [len(spans) for spans in answers.gold])
        alone = entity_columns(answers)
        self._entities = SpanPart({}, alone, clusters[self._of], is_of_entities=True)
        order = {name: place for place, name in enumerate(answers.labels)}
        self._types = np.array([order[span.type] for spans in answers.gold for span in spans], dtype=np.int64)
        self._parts: list[tuple[dict[str, str], np.ndarray, np.ndarray | None]] = []
        budget = CrossingBudget()
        for columns in column_sets(answers.groups, depth):
            spoken_of = self.spoken_of(columns)
            held = np.arange(answers.n) if spoken_of is None else np.flatnonzero(spoken_of[self._types])
            of_entities = spoken_of is not None
            values = [self._values(column, of_entities)[held] for column in columns]
            found = list(split_groups(values)) if len(held) else []
            for place in budget.choose(columns, [len(rows) for _, rows in found]):
                names, rows = found[place]
                self._parts.append((dict(zip(columns, names, strict=True)), held[rows], spoken_of))
        self.left_out = tuple(budget.left_out)

    def __len__(self) -> int:
        return 1 + len(self._parts)

    def __iter__(self) -> Iterator[SpanPart]:
        yield self._texts
        for scope, rows, spoken_of in self._parts:
            whole = self._texts if spoken_of is None else self._entities
            yield SpanPart(scope, whole.columns[rows], whole.clusters[rows], whole.is_of_entities, spoken_of)

    @property
    def everything(self) -> SpanPart:
        """All texts."""
        return self._texts

    def group_sizes(self) -> dict[str, dict[str, int]]:
        """Texts, or true entities, per group of each column, by name; missing values under `(missing)`."""
        sizes = {}
        for name in self._answers.groups:
            spoken_of = self.spoken_of([name])
            values = self._values(name, spoken_of is not None)
            names, codes = group_codes(values if spoken_of is None else values[spoken_of[self._types]])
            sizes[name] = dict(zip(names, np.bincount(codes, minlength=len(names)).tolist(), strict=True))
        return sizes

    def spoken_of(self, columns: Sequence[str]) -> np.ndarray | None:
        """(k,) bool, the types that have a value in each of the columns that speak of entities; None without such."""
        alone = [column for column in columns if is_of_entities(self._answers.groups[column])]
        found = np.ones(len(self._answers.labels), dtype=bool)
        for column in alone:
            has_value = pd.notna(self._values(column, of_entities=True))
            found &= np.bincount(self._types[has_value], minlength=len(found)) > 0
        return found if alone else None

    def _values(self, column: str, of_entities: bool) -> np.ndarray:
        values = self._answers.groups[column]
        if not of_entities:
            return values
        if not is_of_entities(values):
            return values[self._of]
        return np.array([name for names in values for name in names or ()], dtype=object)


def span_columns(answers: Spans) -> np.ndarray:
    """(n, 7 k + 3) what each text adds to the counts."""
    place, k = {name: i for i, name in enumerate(answers.labels)}, len(answers.labels)
    columns = np.zeros((answers.n, len(_OF_TYPES) * k + 3))
    for row, gold, predicted in zip(columns, answers.gold, answers.predicted, strict=True):
        for span, outcome in zip(gold, outcomes(gold, predicted), strict=True):
            row[_OF_TYPES.index(outcome) * k + place[span.type]] += 1
        for span, is_spurious in zip(predicted, spurious(gold, predicted), strict=True):
            row[_OF_TYPES.index("predicted") * k + place[span.type]] += 1
            row[_OF_TYPES.index("spurious") * k + place[span.type]] += is_spurious
        row[-3:] = _unrepaired(gold, predicted)
    return columns


def entity_columns(answers: Spans) -> np.ndarray:
    """(n_entities, 7 k + 3) what each true entity adds, in order; nothing to the predictions."""
    place, k = {name: i for i, name in enumerate(answers.labels)}, len(answers.labels)
    found = [
        _OF_TYPES.index(outcome) * k + place[span.type]
        for gold, predicted in zip(answers.gold, answers.predicted, strict=True)
        for span, outcome in zip(gold, outcomes(gold, predicted), strict=True)
    ]
    columns = np.zeros((len(found), len(_OF_TYPES) * k + 3))
    columns[np.arange(len(found)), np.array(found, dtype=np.int64)] = 1
    return columns


def as_span_counts(sums: np.ndarray, n_types: int) -> SpanCounts:
    """Sums of columns (..., 7 k + 3) as counts."""
    parts = {name: sums[..., i * n_types : (i + 1) * n_types] for i, name in enumerate(_OF_TYPES)}
    outcome = {name: parts[name] for name in OUTCOMES}
    gold = sum(outcome.values(), start=np.zeros(parts["hits"].shape))
    return SpanCounts(parts["hits"], gold, parts["predicted"], outcome, parts["spurious"], sums[..., -3:])


def draw_spans(
    columns: np.ndarray, n_draws: int, rng: np.random.Generator, share: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Resample rows.

    As with sets of labels, one pseudo-hit and one pseudo-error, shared by the types that occur, are added to the
    chances drawn from, so that a sample without an error is not resampled without error for ever.

    Args:
        columns: (n, n_columns) what each row adds, at least one row.
        n_draws: Number of replicates.
        rng: Source of randomness.
        share: Of the rows that count as independent.

    Returns:
        Sums of the replicates, (n_draws, n_columns), and what they are expected to be, (n_columns,).
    """
    n, patterns = max(round(len(columns) * share), 1), _with_pseudo_rows(columns)
    n_pseudo = len(patterns) - len(columns)
    masses = np.concatenate([np.full(len(columns), share), np.full(n_pseudo, 2.0 / max(n_pseudo, 1))])
    chances = masses / masses.sum()
    at_once = max(1, _NUMBERS_AT_ONCE // len(chances))
    starts = range(0, n_draws, at_once)
    drawn = [rng.multinomial(n, chances, size=min(at_once, n_draws - start)) @ patterns for start in starts]
    return np.concatenate(drawn), np.asarray(n * chances @ patterns)


def _with_pseudo_rows(columns: np.ndarray) -> np.ndarray:
    k = (columns.shape[1] - 3) // len(_OF_TYPES)
    counts = as_span_counts(columns.sum(axis=0), k)
    rows = []
    for place in np.flatnonzero(counts.gold + counts.predicted):
        hit, missed, false = np.zeros((3, columns.shape[1]))
        hit[[place, _OF_TYPES.index("predicted") * k + place]] = 1
        missed[_OF_TYPES.index("missed") * k + place] = 0.5
        false[[_OF_TYPES.index(name) * k + place for name in ("predicted", "spurious")]] = 0.5
        rows += [hit, missed + false]
    return np.vstack([columns, *rows])


def _unrepaired(gold: tuple[Span, ...], predicted: tuple[Span, ...]) -> tuple[int, int, int]:
    true = {span.key for span in gold if not span.is_repaired}
    said = {span.key for span in predicted if not span.is_repaired}
    return len(true & said), len(true), len(said)
