"""All measures of a card, looked up by id or by what they are about."""

from collections.abc import Iterable

from boletim.contracts.measure import Measure
from boletim.contracts.results.card import Card

_NOT_GROUPS = ("class", "probe", "attribute", "profession", "question_word", "context_words")


class Evidence:
    """The one tidy table that every figure of the card is a view of."""

    def __init__(self, card: Card) -> None:
        self.measures = [
            *card.audit.measures,
            *(card.probes.measures if card.probes else ()),
            *(card.cost.measures if card.cost else ()),
        ]
        self._by_id = {measure.id: measure for measure in self.measures}
        self.group_columns = tuple(card.audit.facts.groups) or _columns_in(card.audit.measures)

    def get(self, measure_id: str) -> Measure | None:
        """The measure with this id, if there is one."""
        return self._by_id.get(measure_id)

    def select(self, metric: str, *keys: str) -> list[Measure]:
        """Measures of one metric whose scope has exactly these keys, in their order."""
        wanted = set(keys)
        return [m for m in self.measures if m.metric == metric and set(m.scope) == wanted]

    def overall(self) -> list[Measure]:
        """Measures of the whole test set."""
        return [measure for measure in self.measures if not measure.scope]

    def of_groups(self, metric: str, *, per_class: bool, n_columns: int) -> list[Measure]:
        """Measures of groups: per class or over all classes, of one column or of crossed ones."""
        return [
            m
            for m in self.measures
            if m.metric == metric
            and ("class" in m.scope) == per_class
            and len(self.groups_of(m)) == n_columns
            and not {"attribute", "probe"} & set(m.scope)
        ]

    def groups_of(self, measure: Measure) -> dict[str, str]:
        """The group columns in a measure's scope."""
        return {key: value for key, value in measure.scope.items() if key in self.group_columns}


def _columns_in(measures: Iterable[Measure]) -> tuple[str, ...]:
    """Group columns by name, where the audit does not list them."""
    return tuple(sorted({key for measure in measures for key in measure.scope if key not in _NOT_GROUPS}))
