"""Selection rates and impact ratios as New York City's rule on automated employment decision tools defines them.

The rule counts people: of each category those assessed and those selected, the share selected, and that share over the
share of the category selected most. Who belongs to no category that is known is counted apart. A category with fewer
than 2 % of the people assessed may be left out of the ratios; its count and rate stay.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from boletim.contracts.configuration.card import RACES, SEXES, BiasAuditTable
from boletim.contracts.measure import Measure

LEAST_SHARE = 0.02


@dataclass(frozen=True)
class Row:
    """One category, or two crossed."""

    categories: tuple[str, ...]
    assessed: int
    selected: int
    is_small: bool
    """Fewer than 2 % of those assessed, so that it has no ratio."""
    ratio: float | None
    """Its rate over the highest rate of the categories that count; None where it is small or nobody was selected."""

    @property
    def rate(self) -> float:
        """Share selected."""
        return self.selected / self.assessed


@dataclass(frozen=True)
class BiasAudit:
    """The tables, and how many people belong to no known category of each."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    n_unknown: int


def bias_audits(asked: BiasAuditTable, measures: Iterable[Measure], n: int) -> list[BiasAudit]:
    """By sex, by race and ethnicity, and by both, each where its columns are named and audited.

    Args:
        asked: Which label selects, which columns say who, and the category of each group.
        measures: Of an audit without weights; counts are read from its selection rates.
        n: People assessed in all.
    """
    rates = [m for m in measures if m.metric == "selection_rate" and m.scope.get("class") == asked.selected]
    named = [(asked.sex, SEXES), (asked.race_ethnicity, RACES)]
    singles = [((column,), (kinds,)) for column, kinds in named if column is not None]
    both = [((asked.sex, asked.race_ethnicity), (SEXES, RACES))] if asked.sex and asked.race_ethnicity else []
    made = [_audit(asked.categories, columns, kinds, rates, n) for columns, kinds in [*singles, *both]]
    return [audit for audit in made if audit.rows]


def _audit(
    categories: Mapping[str, str],
    columns: tuple[str, ...],
    kinds: tuple[tuple[str, ...], ...],
    rates: Iterable[Measure],
    n: int,
) -> BiasAudit:
    assessed, selected = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for rate in rates:
        if set(rate.scope) != {"class", *columns} or rate.value is None:
            continue
        who = tuple(categories.get(rate.scope[column], "") for column in columns)
        if all(name in kind for name, kind in zip(who, kinds, strict=True)):
            assessed[who] += rate.n
            selected[who] += round(rate.value * rate.n)
    known = assessed.total()
    large = {who for who, count in assessed.items() if count >= LEAST_SHARE * n}
    highest = max((selected[who] / assessed[who] for who in large), default=0.0)
    rows = tuple(
        Row(
            categories=who,
            assessed=count,
            selected=selected[who],
            is_small=who not in large,
            ratio=selected[who] / count / highest if who in large and highest > 0 else None,
        )
        for who, count in sorted(assessed.items(), key=lambda item: _place(item[0], kinds))
        if count
    )
    return BiasAudit(columns, rows, n - known)


def _place(who: tuple[str, ...], kinds: tuple[tuple[str, ...], ...]) -> tuple[int, ...]:
    return tuple(kind.index(name) for name, kind in zip(who, kinds, strict=True))
