"""The sample card against an earlier one, whose recalls and accuracy are moved by hand."""

from typing import Any

from boletim.contracts.measure import Measure
from boletim.contracts.method import NEWCOMBE, PAIRED
from boletim.contracts.results.card import Card
from boletim.contracts.results.changes import RunDiff
from boletim.reports.card.diff import compare_cards

SHIFTS = {"accuracy": 0.02, "recall{class=nurse}": 0.6, "recall{class=surgeon}": -0.6}


def earlier(card: Card) -> Card:
    """Figures of the earlier card: the sample's, moved by SHIFTS within [0, 1]."""

    def moved(measure: Measure) -> Measure:
        if measure.id not in SHIFTS or measure.value is None:
            return measure
        parts = {name: getattr(measure, name) for name in ("value", "low", "high")}
        shifted = {k: min(1.0, max(0.0, v + SHIFTS[measure.id])) for k, v in parts.items() if v is not None}
        return measure.model_copy(update=shifted)

    kept = tuple(moved(measure) for measure in card.audit.measures)
    audit = card.audit.model_copy(update={"measures": (*kept, card.audit.measures[0].model_copy(update={"id": "mcc"}))})
    return card.model_copy(update={"audit": audit, "name": "occupation-classifier-1.2"})


def changes(card: Card) -> RunDiff:
    """What changed, with one paired measure as an audit of the same texts would add it."""
    diff = compare_cards(earlier(card), card, is_same_texts=True, margin=0.05, correlation=lambda measure: None)
    scope: dict[str, Any] = {"class": "nurse"}
    paired = Measure(
        id="recall_change{class=nurse}", metric="recall_change", value=-0.1, low=-0.16, high=-0.04, level=0.95,
        n=200, unit="difference", higher_is_better=True, scope=scope, method=NEWCOMBE + PAIRED, p=0.001, q=0.009,
    )  # fmt: skip
    return diff.model_copy(update={"paired": (paired,)})
