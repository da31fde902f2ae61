"""Each example is of one class, and one class is predicted."""

from collections.abc import Sequence

import numpy as np

from boletim.audit.decisions.baseline import baseline_measures
from boletim.audit.decisions.costs import threshold_costs
from boletim.audit.decisions.group_thresholds import OneLabel, group_thresholds
from boletim.audit.decisions.thresholds import threshold_measures
from boletim.audit.evidence.rows import SubsetEvidence
from boletim.audit.evidence.weighted import WeightedEvidence
from boletim.audit.failures.errors import confident_errors, suspected_labels
from boletim.audit.kind import Baseline, ByRow, Kind, Sample
from boletim.audit.metrics.metric import all_metrics
from boletim.audit.reading.score_columns import n_contradicted
from boletim.audit.settings import Settings
from boletim.audit.tally.draws import Draws
from boletim.audit.tally.reliability import reliability, reliability_by_group
from boletim.audit.tally.subsets import Subset, Subsets
from boletim.contracts.answers.one_label import OneLabelFacts, Predictions
from boletim.contracts.errors import InputError
from boletim.contracts.measure import Measure


def _evidence(part: Subset, settings: Settings, draws: Draws) -> SubsetEvidence:
    return (SubsetEvidence if part.weights is None else WeightedEvidence)(part, settings, draws)


def _baseline(sample: Sample, given: Sequence[str] | None) -> Baseline:
    labels, evidence = sample.settings.labels, sample.evidence(sample.tally.everything)
    if given is None:
        place, origin = int(evidence.counts.gold.argmax()), "test"
    elif len(given) != 1 or given[0] not in labels:
        raise InputError("baseline_label", labels=labels, given=", ".join(given))
    else:
        place, origin = labels.index(given[0]), "training"
    made = baseline_measures(evidence, place, origin)
    return Baseline(labels[place], (labels[place],), origin, tuple(made))


def _thresholds(sample: Sample, chosen: Sequence[float] | None, validation: Predictions | None) -> list[Measure]:
    answers, settings, draws = sample.answers, sample.settings, sample.draws
    made = list(threshold_measures(answers, settings, draws))
    if validation is None:
        return made
    if settings.config.costs:
        made += threshold_costs(answers, validation, settings, draws)
    if len(answers.labels) == 2:
        made += group_thresholds(answers.labels[1], _second(answers), _second(validation), settings, draws)
    return made


def _second(answers: Predictions) -> OneLabel | None:
    return None if answers.scores is None else OneLabel(answers, answers.gold == 1, answers.scores[:, 1])


def facts(sample: Sample) -> OneLabelFacts:
    """The confusion matrix, and the points of the reliability curves."""
    everything, settings = sample.tally.everything, sample.settings
    return OneLabelFacts(
        confusion=everything.confusion(len(settings.labels)).tolist(),
        reliability=reliability(everything, settings.level),
        reliability_by_group=reliability_by_group(sample.tally, settings),
    )


def _confidence(answers: Predictions) -> np.ndarray | None:
    return None if answers.scores is None else answers.scores.max(axis=1)


def _n_contradicted(answers: Predictions) -> int:
    return 0 if answers.scores is None else n_contradicted(answers.scores, answers.predicted)


KIND = Kind(
    name="one_label",
    answers="one_label",
    metrics=all_metrics,
    tally=Subsets,
    evidence=_evidence,
    is_exclusive=True,
    baseline=_baseline,
    thresholds=_thresholds,
    facts=facts,
    n_contradicted=_n_contradicted,
    by_row=ByRow(
        hits=lambda answers: answers.gold == answers.predicted,
        confidence=_confidence,
        errors=confident_errors,
        suspected=lambda answers: None if answers.scores is None else suspected_labels(answers),
    ),
    lacks={},
)
