"""The whole audit where an example has any number of labels, top to bottom.

Per label it is that of one class: the same rates, gaps, tests, verdicts. What counts classes that exclude each other
has no meaning here and is left out: the confusion matrix, MCC, kappa, calibration of the chosen class, differential
fairness, suspected labels.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from boletim.audit.decisions.thresholds import label_thresholds
from boletim.audit.evidence.external import PREFIX
from boletim.audit.evidence.figures import measures_of
from boletim.audit.evidence.sets import LabelSetEvidence
from boletim.audit.failures.errors import set_name
from boletim.audit.failures.find import find_failures
from boletim.audit.findings import (
    baseline_finding,
    crossings_finding,
    curve_finding,
    disparity_findings,
    family_size,
    with_q,
    without_repeats,
)
from boletim.audit.groups.attribute import Attribute
from boletim.audit.groups.attributes import attributes_of
from boletim.audit.groups.detectable_gaps import detectable_gaps
from boletim.audit.groups.impact_ratio import impact_ratios
from boletim.audit.groups.recall_difference import recall_differences
from boletim.audit.groups.shared_f1 import shared_f1
from boletim.audit.kinds.label_set_baseline import most_frequent_set, set_baseline_measures
from boletim.audit.kinds.label_set_metrics import label_set_metrics
from boletim.audit.run import RESERVED, check_metrics
from boletim.audit.settings import Settings
from boletim.audit.tally.clusters import ClusterDraws
from boletim.audit.tally.crossings import column_sets
from boletim.audit.tally.sets import count_sets
from boletim.audit.tally.subsets import Subsets
from boletim.audit.training.learning_curve import diagnose
from boletim.contracts.answers.label_sets import MULTI_LABEL, LabelSets, membership
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.errors import DataError, InputError
from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure
from boletim.contracts.method import VALIDATION
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.audit import AuditResult, CurveDiagnosis
from boletim.contracts.results.search import LearningCurve


def audit_label_sets(
    found: LabelSets,
    config: AuditConfig,
    *,
    seed: int,
    baseline: Iterable[str] | None = None,
    thresholds: Sequence[float] | None = None,
    curve: LearningCurve | None = None,
    texts: Sequence[str] | None = None,
    is_copy: np.ndarray | None = None,
    progress: Progress = no_progress,
) -> AuditResult:
    """Audit label sets: every metric overall, per label, per group and crossed, with intervals, gaps and findings.

    `accuracy` is that of whole sets (exact match). The same input gives the same result. Where examples share an author
    or template, every interval allows for it.

    Args:
        found: At least one example.
        config: Level, margin, bootstrap replicates, smallest group, crossing depth.
        seed: Of every random draw.
        baseline: Most frequent set of the training labels; None takes that of the true labels and says so.
        thresholds: (k,) from which score on each label was predicted, chosen on validation data; None where they are
            not known or one half.
        curve: Learning curve of the model's training, to be diagnosed.
        texts: (n,) the examples' texts, to look for where the model fails.
        is_copy: (n,) bool, whether a training text nearly repeats the example; None where that is not known.
        progress: Told how many subsets are done.

    Raises:
        DataError: There are no examples.
        InputError: The configuration asks for what has no meaning with several labels, a group column has a reserved
            name, the baseline names what is no label, or the predictions are not those of the thresholds.
    """
    _check(found, config)
    settings = Settings(config, seed, found.labels, tuple(found.groups), found.clusters is not None)
    draws = None
    if found.clusters is not None:
        draws = ClusterDraws(found.clusters, config.bootstrap, settings.generator("clusters"))
    parts = Subsets(found, config.intersections, draws.codes if draws else None)
    measures: list[Measure] = []
    for done, part in enumerate(parts, 1):
        measures += measures_of(LabelSetEvidence(part, settings, draws), label_set_metrics())
        progress("audit", done, len(parts))
    origin, answer = _baseline(found, baseline)
    measures += set_baseline_measures(parts.everything, answer, origin, settings, draws)
    attributes = attributes_of(column_sets(found.groups, config.intersections), measures, settings, parts.left_out)
    shared = [
        shared_f1(a, parts, lambda p: LabelSetEvidence(p, settings, draws), is_exclusive=False) for a in attributes
    ]
    gaps = with_q([gap for attribute, f1 in zip(attributes, shared, strict=True) for gap in attribute.gaps(f1)])
    n_tests = sum(gap.q is not None for gap in gaps)
    measures += gaps + [least for attribute in attributes for least in detectable_gaps(attribute, n_tests)]
    for attribute in attributes:
        if len(attribute.columns) == 1:
            measures += [*impact_ratios(attribute), *recall_differences(attribute)]
    measures += _thresholds(found, settings, draws) + _chosen(found, thresholds, settings)
    diagnosis = diagnose(curve) if curve is not None else None
    named = set_name(np.array(found.labels, dtype=object)[answer])
    findings = _findings(measures, attributes, named, origin, diagnosis, settings)
    crossings = crossings_finding(parts.left_out)
    more, found_more, failures = find_failures(found, settings, found.clusters, texts, is_copy)
    return AuditResult(
        measures=(*measures, *more),
        findings=(*findings, *([crossings] if crossings else []), *found_more),
        curve=diagnosis,
        failures=failures,
        data=_data(found, parts, settings, measures)
        | _about_baseline(found, answer, named, origin)
        | ({"thresholds": list(thresholds)} if thresholds is not None else {}),
    )


def _check(found: LabelSets, config: AuditConfig) -> None:
    check_metrics([name for name in config.metrics if not name.startswith(PREFIX)])
    if found.n == 0:
        raise DataError("an audit needs examples, the predictions have none; give a file with rows")
    taken = sorted(RESERVED & set(found.groups))
    if taken:
        raise InputError(f"a group column may not be called {taken[0]!r}, the name is taken; rename the column")
    outside = [name for name in config.metrics if name.startswith(PREFIX)]
    if outside:
        raise InputError(f"a metric of the evaluate library needs one label per text, got {outside[0]}; leave it out")
    if config.costs:
        raise InputError(
            f"audit.costs price taking one class for another, which needs one label per text, got "
            f"{next(iter(config.costs))!r}; leave them out"
        )


def _baseline(found: LabelSets, baseline: Iterable[str] | None) -> tuple[str, np.ndarray]:
    if baseline is None:
        return "test", most_frequent_set(found.gold)
    names = list(baseline)
    unknown = sorted(set(names) - set(found.labels))
    if unknown:
        raise InputError(
            f"the baseline's labels must be some of {', '.join(found.labels)}, got {unknown[0]!r}; "
            "give the most frequent set of training labels"
        )
    return "training", membership([names], found.labels)[0]


def _thresholds(found: LabelSets, settings: Settings, draws: ClusterDraws | None) -> list[Measure]:
    if found.scores is None:
        return []
    return [
        measure
        for place, label in enumerate(found.labels)
        for measure in label_thresholds(label, found.gold[:, place], found.scores[:, place], settings, draws)
    ]


def _chosen(found: LabelSets, thresholds: Sequence[float] | None, settings: Settings) -> list[Measure]:
    if thresholds is None:
        return []
    if found.scores is None or not np.array_equal(found.predicted, found.scores >= np.array(thresholds)):
        raise InputError(
            "each label is predicted where its score reaches its threshold, these predictions are others; "
            "give the thresholds that made them"
        )
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


def _findings(
    measures: Sequence[Measure],
    attributes: Sequence[Attribute],
    baseline: str,
    origin: str,
    diagnosis: CurveDiagnosis | None,
    settings: Settings,
) -> list[Finding]:
    by_id = {measure.id: measure for measure in measures}
    disparities: list[Finding] = []
    for attribute in attributes:
        gaps = [measure for measure in measures if measure.scope.get("attribute") == attribute.name]
        disparities += disparity_findings(attribute, gaps, settings)
    found = [baseline_finding(by_id, baseline, origin, settings.config.margin), *without_repeats(disparities)]
    return [*found, curve_finding(diagnosis)] if diagnosis else found


def _about_baseline(found: LabelSets, answer: np.ndarray, named: str, origin: str) -> dict[str, Any]:
    labels = [label for label, is_in in zip(found.labels, answer, strict=True) if is_in]
    return {"baseline_label": named, "baseline_set": labels, "baseline_origin": origin}


def _data(found: LabelSets, parts: Subsets, settings: Settings, measures: Sequence[Measure]) -> dict[str, Any]:
    counts = count_sets(found.gold, found.predicted)
    missed, in_vain = counts.gold - counts.hits, counts.predicted - counts.hits
    table = np.column_stack([counts.hits, missed, in_vain, found.n - counts.hits - missed - in_vain])
    return {
        "task": MULTI_LABEL,
        "labels": list(found.labels),
        "label_counts": table.astype(int).tolist(),
        "labels_per_example": {
            "gold": float(counts.gold.sum() / found.n),
            "predicted": float(counts.predicted.sum() / found.n),
            "n_without": int((~found.gold.any(axis=1)).sum()),
            "n_without_predicted": int((~found.predicted.any(axis=1)).sum()),
        },
        "groups": parts.group_sizes(),
        "settings": settings.described(family_size(measures)),
        "n": found.n,
    }
