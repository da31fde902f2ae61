"""Each text holds any number of entities, and any number of them is predicted.

Per type the audit is that of one class: the same rates, gaps, tests, verdicts. A text has no one answer, so what counts
texts that are right has no meaning here and is left out: accuracy, the constant baseline, thresholds, calibration.
"""

import numpy as np

from boletim.audit.evidence.figures import measures_of
from boletim.audit.evidence.spans import SpanEvidence
from boletim.audit.failures.drawn_spans import drawn_spans
from boletim.audit.kind import Kind, Sample
from boletim.audit.metrics.spans import span_metrics, unrepaired_metrics
from boletim.audit.reading.spans import read_spans
from boletim.audit.tally.spans import SpanCounts, SpanSubsets
from boletim.contracts.answers.spans import SpanFacts, TypeCounts, is_of_entities
from boletim.contracts.measure import Measure


def _without_repair(sample: Sample) -> list[Measure]:
    """What the micro averages are without the entities that a repair made; nothing where there are none."""
    if not any(_n_repaired(sample)):
        return []
    return list(measures_of(sample.evidence(sample.tally.everything), unrepaired_metrics()))


def _n_repaired(sample: Sample) -> tuple[int, int]:
    columns = sample.answers.gold, sample.answers.predicted
    gold, predicted = (sum(span.is_repaired for spans in column for span in spans) for column in columns)
    return gold, predicted


def _facts(sample: Sample) -> SpanFacts:
    answers = sample.answers
    counts = sample.evidence(sample.tally.everything).counts
    assert isinstance(counts, SpanCounts)
    table = {"gold": counts.gold, "predicted": counts.predicted, "spurious": counts.spurious, **counts.outcome}
    n_clusters = len(np.unique(answers.clusters.astype(str)))
    n_gold, n_predicted = _n_repaired(sample)
    return SpanFacts(
        types=tuple(
            TypeCounts(**{name: int(column[place]) for name, column in table.items()})
            for place in range(len(answers.labels))
        ),
        n_clusters=n_clusters,
        has_documents=n_clusters < answers.n,
        names_clusters=bool((answers.clusters.astype(str) != answers.ids.astype(str)).any()),
        n_repaired_gold=n_gold,
        n_repaired_predicted=n_predicted,
        entity_columns=tuple(name for name, values in answers.groups.items() if is_of_entities(values)),
    )


KIND = Kind(
    name="spans",
    answers="spans",
    metrics=span_metrics,
    tally=SpanSubsets,
    evidence=SpanEvidence,
    is_exclusive=False,
    gaps=("recall_micro", "precision_micro", "f1_micro"),
    has_f1=False,
    baseline=None,
    thresholds=lambda sample, chosen, validation: [],
    more=_without_repair,
    facts=_facts,
    n_contradicted=lambda answers: 0,
    by_row=None,
    read=read_spans,
    drawn=drawn_spans,
    lacks=dict.fromkeys(
        (
            "weights",
            "costs",
            "outside_metrics",
            "scoring_rates",
            "paired_comparison",
            "differential_fairness",
            "suspected_labels",
            "recall_differences",
            "failures",
            "thresholds",
        ),
        "one_answer_each",
    ),
)
