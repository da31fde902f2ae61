"""The group columns of an audit, and their crossings, with their measures."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import compress

from boletim.audit.groups.attribute import Attribute
from boletim.audit.settings import Settings
from boletim.audit.tally.tally import Tally
from boletim.contracts.measure import Measure


def attributes_of(
    column_sets: Iterable[tuple[str, ...]],
    measures: Iterable[Measure],
    settings: Settings,
    tally: Tally,
) -> list[Attribute]:
    """Every group column, and every crossing that has figures.

    Args:
        column_sets: Columns alone and crossed.
        measures: All measures of subsets.
        settings: Level, margin, names, seed.
        tally: Knows which crossed groups got no figures, and of which classes a column says something.
    """
    n_not = {one.columns: one.n_groups for one in tally.left_out}
    by_columns: dict[frozenset[str], list[Measure]] = defaultdict(list)
    for measure in measures:
        by_columns[frozenset(measure.scope.keys() - {"class"})].append(measure)
    sets = [columns for columns in column_sets if len(columns) == 1 or frozenset(columns) in by_columns]
    return [
        Attribute(
            columns, by_columns[frozenset(columns)], settings, n_not.get(columns, 0), _labels(columns, tally, settings)
        )
        for columns in sets
    ]


def _labels(columns: tuple[str, ...], tally: Tally, settings: Settings) -> tuple[str, ...]:
    spoken_of = tally.spoken_of(columns)
    return settings.labels if spoken_of is None else tuple(compress(settings.labels, spoken_of))
