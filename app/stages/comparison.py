"""Two audited runs side by side: one comparison for `boletim diff`, for the card and for its verification."""

import io
from dataclasses import dataclass, replace
from pathlib import Path

from boletim.contracts.examples import Answers, load_answers
from boletim.contracts.files.evidence_file import read_evidence_file
from boletim.contracts.measure import Measure
from boletim.contracts.results.card import Card
from boletim.contracts.results.changes import RunDiff

_SEED = 0
_SHARES = ("accuracy", "f1_micro", "recall")
_RESAMPLED = ("balanced_accuracy", "f1_macro", "f1_weighted", "mcc", "precision", "f1")


@dataclass(frozen=True)
class Audited:
    """A run's card and its predictions."""

    card: Card
    predictions: Answers | None
    """None where there are none, or where the audit was made from sums over more rows than are held at once."""

    @classmethod
    def of(cls, card: Card, source: Path | bytes | None) -> "Audited":
        """A card with its predictions.parquet, as a file or as its content."""
        facts = card.audit.facts
        if source is None or facts.is_summed:
            return cls(card, None)
        if isinstance(source, bytes):
            return cls(card, load_answers(io.BytesIO(source), facts.labels, facts.groups))
        return cls(card, read_evidence_file(source, facts.labels, facts.groups))


def usual_margin(card: Card) -> float:
    """What counts as no worse: the `audit.margin` that the card was made with."""
    return card.audit.facts.settings.margin


def compare_audited(old: Audited, new: Audited, margin: float | None = None) -> RunDiff:
    """What changed; on the same test examples the comparison is paired.

    Args:
        old: What is compared with.
        new: What is judged.
        margin: How much worse counts as no worse; None takes the new run's `audit.margin`.
    """
    from boletim.audit.comparison.two_models import compare
    from boletim.reports.card.diff import compare_cards

    new = _in_order_of(old, new)
    is_same = _are_same(old, new)
    diff = compare_cards(
        old.card,
        new.card,
        is_same_texts=is_same,
        margin=usual_margin(new.card) if margin is None else margin,
        correlation=lambda measure: _correlation(old, new, measure) if is_same else None,
    )
    first, second = old.predictions, new.predictions
    if is_same and first is not None and second is not None and _can_pair(first, second):
        diff = diff.model_copy(update={"paired": compare(first, second, level=diff.level)})
    return diff


def _in_order_of(old: Audited, new: Audited) -> Audited:
    """The new run with its rows in the old one's order, where ids tell which is which."""
    from boletim.audit.comparison.paired import in_same_order

    if old.predictions is None or new.predictions is None:
        return new
    return replace(new, predictions=in_same_order(new.predictions, old.predictions))


def _are_same(old: Audited, new: Audited) -> bool:
    from boletim.audit.comparison.paired import are_same_examples

    if old.predictions is None or new.predictions is None:
        return False
    return are_same_examples(old.predictions, new.predictions) and _corpus(old.card) == _corpus(new.card)


def _can_pair(first: Answers, second: Answers) -> bool:
    """Whether each id names one example, so that pairs can be told, and every example counts the same."""
    has_own_ids = len({str(name) for name in first.ids}) == first.n
    return has_own_ids and first.weights is None and second.weights is None and _is_exclusive(first, second)


def _correlation(old: Audited, new: Audited, measure: Measure) -> float | None:
    first, second = old.predictions, new.predictions
    return None if first is None or second is None else correlation_of(first, second, measure)


def correlation_of(first: Answers, second: Answers, measure: Measure) -> float | None:
    """Of two models' estimates of one measure on the same examples; None where it is not known."""
    from boletim.audit.comparison.paired import (
        hits,
        of_groups,
        paired_correlation,
        resampled_correlation,
        row_correlation,
    )
    from boletim.audit.kind import kind_named

    if "attribute" in measure.scope:
        return None
    if any(one.clusters is not None or one.weights is not None for one in (first, second)):
        return None  # a correlation over rows would be too sure of itself beside intervals over clusters or weights
    is_exclusive = _is_exclusive(first, second)
    before, after = (kind_named(one.kind).of_rows(one, measure.metric) for one in (first, second))
    if before is not None and after is not None:
        rows = of_groups(first, measure.scope)
        return row_correlation(before[rows], after[rows])
    if measure.metric in _SHARES and (is_exclusive or measure.metric != "f1_micro"):
        return paired_correlation(hits(first, measure.scope), hits(second, measure.scope))
    if is_exclusive and measure.metric in _RESAMPLED and first.labels == second.labels:
        return resampled_correlation(first, second, measure.metric, measure.scope, _SEED)
    return None


def _is_exclusive(*answers: Answers) -> bool:
    """Whether each example is of one class, for all of them."""
    from boletim.audit.kind import kind_named

    return all(kind_named(one.kind).is_exclusive for one in answers)


def _corpus(card: Card) -> str:
    """Fingerprint of the cleaned splits; empty where this project did not make them."""
    return card.cleaning.fingerprint if card.cleaning else ""
