"""Each example has any number of labels, and any number of them is predicted.

Per label the audit is that of one class: the same rates, gaps, tests, verdicts. What counts classes that exclude each
other has no meaning here and is left out: the confusion matrix, MCC, kappa, calibration of the chosen class,
differential fairness, suspected labels.
"""

from collections.abc import Sequence

import numpy as np

from boletim.audit.decisions.baseline import constant_measures, over_baseline
from boletim.audit.decisions.group_thresholds import OneLabel, group_thresholds
from boletim.audit.decisions.thresholds import label_thresholds
from boletim.audit.evidence.sets import LabelSetEvidence
from boletim.audit.failures.errors import confident_wrong_sets, set_name
from boletim.audit.kind import Baseline, ByRow, Kind, Sample
from boletim.audit.metrics.label_sets import label_set_metrics
from boletim.audit.tally.sets import count_sets
from boletim.audit.tally.subsets import Subset, Subsets
from boletim.contracts.answers.label_sets import THRESHOLD, LabelCounts, LabelSetFacts, LabelSets, membership
from boletim.contracts.errors import InputError
from boletim.contracts.measure import Measure
from boletim.contracts.method import VALIDATION, majority_of


def most_frequent_set(gold: np.ndarray) -> np.ndarray:
    """(k,) bool: the most frequent row of (n, k) bool, at least one; among equally frequent ones the smallest."""
    found, counts = np.unique(gold, axis=0, return_counts=True)
    return np.asarray(found[counts.argmax()])


def _baseline(sample: Sample, given: Sequence[str] | None) -> Baseline:
    names, everything = sample.settings.labels, sample.tally.everything
    unknown = sorted(set(given or ()) - set(names))
    if unknown:
        raise InputError("baseline_labels", names=names, unknown=unknown[0])
    answer = most_frequent_set(everything.gold) if given is None else membership([given], names)[0]
    labels = tuple(label for label, is_in in zip(names, answer, strict=True) if is_in)
    origin = "test" if given is None else "training"
    return Baseline(set_name(labels), labels, origin, tuple(_constant(sample, answer, origin)))


def _constant(sample: Sample, answer: np.ndarray, origin: str) -> list[Measure]:
    """Accuracy (exact sets) and macro F1 of always answering one set, and the model's accuracy over it."""
    how, everything = majority_of(origin), sample.tally.everything
    said = np.broadcast_to(answer, everything.gold.shape)
    constant = Subset({}, everything.gold, np.array(said), None, everything.clusters)
    metrics = [metric for metric in label_set_metrics() if metric.name in ("accuracy", "f1_macro")]
    made = constant_measures(sample.evidence(constant), metrics, how)
    is_hit = (everything.gold == everything.predicted).all(axis=1)
    is_base = (everything.gold == said).all(axis=1)
    right = int((is_hit & is_base).sum()), int((is_hit & ~is_base).sum()), int((is_base & ~is_hit).sum()), len(is_hit)
    hits = None if everything.clusters is None else (is_hit, is_base)
    return [*made, over_baseline(right, how, sample.settings, everything, hits)]


def _thresholds(sample: Sample, chosen: Sequence[float] | None, validation: LabelSets | None) -> list[Measure]:
    found, settings = sample.answers, sample.settings
    made = [] if chosen is None else _chosen(sample, chosen)
    if found.scores is None:
        return made
    for place, label in enumerate(found.labels):
        made += label_thresholds(label, found.gold[:, place], found.scores[:, place], settings, sample.draws)
        if validation is not None:
            now = THRESHOLD if chosen is None else float(chosen[place])
            sides = _one_label(found, place, now), _one_label(validation, place, now)
            made += group_thresholds(label, *sides, settings, sample.draws)
    return made


def _one_label(found: LabelSets, place: int, now: float) -> OneLabel | None:
    return None if found.scores is None else OneLabel(found, found.gold[:, place], found.scores[:, place], now)


def _chosen(sample: Sample, thresholds: Sequence[float]) -> list[Measure]:
    found, settings = sample.answers, sample.settings
    if found.scores is None or not np.array_equal(found.predicted, found.scores >= np.array(thresholds)):
        raise InputError("thresholds_other")
    return [
        Measure(
            id=settings.id_of("decision_threshold", {"class": label}),
            metric="decision_threshold",
            value=float(threshold),
            n=found.n,
            unit="score",
            scope={"class": label},
            method=VALIDATION,
        )
        for label, threshold in zip(found.labels, thresholds, strict=True)
    ]


def _facts(sample: Sample) -> LabelSetFacts:
    found = sample.answers
    counts = count_sets(found.gold, found.predicted)
    missed, in_vain = counts.gold - counts.hits, counts.predicted - counts.hits
    table = np.column_stack([counts.hits, missed, in_vain, found.n - counts.hits - missed - in_vain]).astype(int)
    return LabelSetFacts(
        counts=tuple(LabelCounts(hits=h, missed=m, in_vain=v, rest=r) for h, m, v, r in table.tolist()),
        per_example_gold=float(counts.gold.sum() / found.n),
        per_example_predicted=float(counts.predicted.sum() / found.n),
        n_without_gold=int((~found.gold.any(axis=1)).sum()),
        n_without_predicted=int((~found.predicted.any(axis=1)).sum()),
    )


def _confidence(found: LabelSets) -> np.ndarray | None:
    """A set is as sure as its least sure label."""
    return None if found.scores is None else np.maximum(found.scores, 1 - found.scores).min(axis=1)


KIND = Kind(
    name="label_sets",
    answers="label_sets",
    metrics=label_set_metrics,
    tally=Subsets,
    evidence=LabelSetEvidence,
    is_exclusive=False,
    baseline=_baseline,
    thresholds=_thresholds,
    facts=_facts,
    n_contradicted=lambda answers: 0,
    by_row=ByRow(
        hits=lambda found: (found.gold == found.predicted).all(axis=1),
        confidence=_confidence,
        errors=confident_wrong_sets,
        suspected=lambda found: None,
    ),
    lacks=dict.fromkeys(
        (
            "weights",
            "costs",
            "outside_metrics",
            "scoring_rates",
            "paired_comparison",
            "differential_fairness",
            "suspected_labels",
        ),
        "one_label_each",
    ),
)
