"""The metrics of entities: those of one type are the metrics of one class; here are the others.

References:
    Tjong Kim Sang and De Meulder (2003), Introduction to the CoNLL-2003 Shared Task (exact stretch and type; micro
    averages).
"""

from collections.abc import Callable

import numpy as np

from boletim.audit.metrics.metric import Metric, find_metric
from boletim.audit.metrics.per_class.f1 import from_share
from boletim.audit.statistics.counts import ClassCounts, divide
from boletim.audit.tally.spans import SpanCounts
from boletim.contracts.meaning import Reason

Parts = Callable[[ClassCounts], tuple[np.ndarray, np.ndarray]]
NO_ENTITY, NO_PREDICTION = Reason.of("no_entity"), Reason.of("no_entity_predicted")
NEITHER = Reason.of("no_entity_true_or_predicted")


def recall_parts(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """Hits and true entities of all types, (...)."""
    return counts.hits.sum(axis=-1), counts.gold.sum(axis=-1)


def precision_parts(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """Hits and predicted entities of all types, (...)."""
    return counts.hits.sum(axis=-1), counts.predicted.sum(axis=-1)


def f1_parts(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """Hits, and entities that are true or predicted, of all types, (...)."""
    hits = counts.hits.sum(axis=-1)
    return hits, counts.gold.sum(axis=-1) + counts.predicted.sum(axis=-1) - hits


def overlap_parts(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """True entities that a prediction of their type matches or touches, and true ones, of all types, (...)."""
    return _of(counts).overlapping.sum(axis=-1), counts.gold.sum(axis=-1)


def of_type(name: str) -> Parts:
    """True entities of each type with one outcome, and true ones, (..., k)."""
    return lambda counts: (_of(counts).outcome[name], counts.gold)


def overlap_of_type(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """The same of a match or a touch by the type, (..., k)."""
    return _of(counts).overlapping, counts.gold


def spurious_of_type(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """Predicted entities of each type that touch no true one, and predicted ones, (..., k)."""
    return _of(counts).spurious, counts.predicted


def unrepaired_f1(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """As `f1_parts`, of the entities that no repair made."""
    hits, gold, predicted = np.moveaxis(_of(counts).unrepaired, -1, 0)
    return hits, gold + predicted - hits


def span_metrics() -> tuple[Metric, ...]:
    """Every metric of such an audit: of all types, then of each."""
    return (
        _share("recall_micro", recall_parts, NO_ENTITY),
        _share("precision_micro", precision_parts, NO_PREDICTION),
        _f1("f1_micro", f1_parts),
        find_metric("f1_macro"),
        _share("overlap_recall_micro", overlap_parts, NO_ENTITY),
        *(find_metric(name) for name in ("precision", "recall", "f1", "support")),
        _share("overlap_recall", overlap_of_type, NO_ENTITY, per_type=True),
        *(
            _share(f"{name}_rate", of_type(name), NO_ENTITY, per_type=True, is_good=False)
            for name in ("wrong_type", "boundary", "wrong_both", "missed")
        ),
        _share("spurious_rate", spurious_of_type, NO_PREDICTION, per_type=True, is_good=False),
    )


def unrepaired_metrics() -> tuple[Metric, ...]:
    """The micro averages of the entities that no repair made; the others count as neither true nor predicted."""
    recall = _share("recall_micro_unrepaired", lambda counts: _unrepaired(counts, 1), NO_ENTITY)
    precision = _share("precision_micro_unrepaired", lambda counts: _unrepaired(counts, 2), NO_PREDICTION)
    return recall, precision, _f1("f1_micro_unrepaired", unrepaired_f1)


def needs_predictions(metric: Metric) -> bool:
    """Whether the figure asks which predictions are no true entities, which true entities alone cannot tell."""
    return metric.name.startswith(("precision", "f1", "spurious")) or metric.name.endswith("_unrepaired")


def _unrepaired(counts: ClassCounts, of: int) -> tuple[np.ndarray, np.ndarray]:
    found = _of(counts).unrepaired
    return found[..., 0], found[..., of]


def _share(name: str, parts: Parts, undefined: Reason, *, per_type: bool = False, is_good: bool = True) -> Metric:
    return Metric(
        name,
        "per class" if per_type else "overall",
        "wilson",
        undefined,
        of_counts=lambda counts: divide(*parts(counts)),
        parts=parts,
        higher_is_better=is_good,
    )


def _f1(name: str, parts: Parts) -> Metric:
    def figure(counts: ClassCounts) -> np.ndarray:
        return from_share(divide(*parts(counts)))

    return Metric(name, "overall", "wilson", NEITHER, of_counts=figure, parts=parts, from_share=from_share)


def _of(counts: ClassCounts) -> SpanCounts:
    if not isinstance(counts, SpanCounts):
        raise TypeError(f"metrics of entities need SpanCounts, got {type(counts).__name__}; count with as_span_counts")
    return counts
