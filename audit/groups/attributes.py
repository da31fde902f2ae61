"""The group columns of an audit, and their crossings, with their measures."""

from collections import defaultdict
from collections.abc import Iterable

from boletim.audit.groups.attribute import Attribute
from boletim.audit.settings import Settings
from boletim.audit.tally.crossings import LeftOut as NotComputed
from boletim.contracts.measure import Measure


def attributes_of(
    column_sets: Iterable[tuple[str, ...]],
    measures: Iterable[Measure],
    settings: Settings,
    not_computed: Iterable[NotComputed] = (),
) -> list[Attribute]:
    """Every group column, and every crossing that has figures.

    Args:
        column_sets: Columns alone and crossed.
        measures: All measures of subsets.
        settings: Level, margin, names, seed.
        not_computed: Crossed groups that got no figures.
    """
    n_not = {one.columns: one.n_groups for one in not_computed}
    by_columns: dict[frozenset[str], list[Measure]] = defaultdict(list)
    for measure in measures:
        by_columns[frozenset(measure.scope.keys() - {"class"})].append(measure)
    sets = [columns for columns in column_sets if len(columns) == 1 or frozenset(columns) in by_columns]
    return [Attribute(columns, by_columns[frozenset(columns)], settings, n_not.get(columns, 0)) for columns in sets]
