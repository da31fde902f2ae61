"""Selection and scoring rates and impact ratios as New York City's rule on tools of employment decisions defines them.

The rule counts people: of each category those assessed and those selected, the share selected, and that share over the
share of the category selected most. Of a tool that scores, those above the median score of everybody take the place of
those selected. Who belongs to no category that is known is counted apart. A category with fewer
than 2 % of the people assessed may be left out of the ratios; its count and rate stay.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from boletim.contracts.configuration.card import RACES, SEXES, BiasAuditTable
from boletim.contracts.measure import Measure

LEAST_SHARE = 0.02
_RATES = ("selection_rate", "scoring_rate")


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
    above: int | None = None
    """People whose score lies above the median of everybody's; None without scores."""
    scoring_ratio: float | None = None
    """As `ratio`, of the scoring rate."""

    @property
    def rate(self) -> float:
        """Share selected."""
        return self.selected / self.assessed

    @property
    def scoring_rate(self) -> float | None:
        """Share above the median."""
        return None if self.above is None else self.above / self.assessed


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
        measures: Of an audit without weights; counts are read from its rates.
        n: People assessed in all.
    """
    rates = [m for m in measures if m.metric in _RATES and m.scope.get("class") == asked.selected]
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
    assessed, selected, above = (Counter[tuple[str, ...]]() for _ in range(3))
    for rate in rates:
        if set(rate.scope) != {"class", *columns} or rate.value is None:
            continue
        who = tuple(categories.get(rate.scope[column], "") for column in columns)
        if not all(name in kind for name, kind in zip(who, kinds, strict=True)):
            continue
        if rate.metric == "selection_rate":
            assessed[who] += rate.n
        (selected if rate.metric == "selection_rate" else above)[who] += round(rate.value * rate.n)
    known = assessed.total()
    large = {who for who, count in assessed.items() if count >= LEAST_SHARE * n}
    ratios, scoring_ratios = (_ratios(counted, assessed, large) for counted in (selected, above))
    rows = tuple(
        Row(
            categories=who,
            assessed=count,
            selected=selected[who],
            is_small=who not in large,
            ratio=ratios.get(who),
            above=above[who] if above else None,
            scoring_ratio=scoring_ratios.get(who),
        )
        for who, count in sorted(assessed.items(), key=lambda item: _place(item[0], kinds))
        if count
    )
    return BiasAudit(columns, rows, n - known)


def _ratios(
    counted: Counter[tuple[str, ...]], assessed: Counter[tuple[str, ...]], large: set[tuple[str, ...]]
) -> dict[tuple[str, ...], float]:
    """Each large category's rate over the highest; empty where that is 0."""
    rates = {who: counted[who] / assessed[who] for who in large}
    highest = max(rates.values(), default=0.0)
    return {who: rate / highest for who, rate in rates.items()} if highest > 0 else {}


def _place(who: tuple[str, ...], kinds: tuple[tuple[str, ...], ...]) -> tuple[int, ...]:
    return tuple(kind.index(name) for name, kind in zip(who, kinds, strict=True))
