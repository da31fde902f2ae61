"""The whole audit, top to bottom: subsets, figures, gaps, multiplicity, findings. One for every kind of answer."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from boletim.audit.decisions.costs import cost_matrix, expected_cost
from boletim.audit.evidence.external import PREFIX, external_measures, load_external
from boletim.audit.evidence.figures import measures_of
from boletim.audit.failures.find import find_failures
from boletim.audit.findings import (
    baseline_finding,
    calibration_finding,
    contradiction_finding,
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
from boletim.audit.groups.examples_needed import needed_measures
from boletim.audit.groups.group_measures import group_measures
from boletim.audit.groups.shared_f1 import shared_f1
from boletim.audit.kind import Baseline, Kind, Sample, kind_named, sample_of
from boletim.audit.metrics.metric import find_metric
from boletim.audit.tally.crossings import column_sets
from boletim.audit.training.learning_curve import diagnose
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.errors import DataError, InputError
from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.audit import AuditResult, CurveDiagnosis
from boletim.contracts.results.facts import AuditFacts, BaselineFacts, WeightFacts
from boletim.contracts.results.search import LearningCurve

RESERVED = {"class", "attribute", "probe"}
"""Keys of scopes, which no group column may be called."""


def audit(
    answers: Any,
    config: AuditConfig,
    *,
    seed: int,
    baseline: Sequence[str] | None = None,
    thresholds: Sequence[float] | None = None,
    validation: Any = None,
    curve: LearningCurve | None = None,
    texts: Sequence[str] | None = None,
    is_copy: np.ndarray | None = None,
    progress: Progress = no_progress,
) -> AuditResult:
    """Audit answers: every metric overall, per class, per group and crossed, with intervals, gaps and findings.

    The same answers, configuration and seed give the same result. A test set with one class only is audited too: what
    needs two is undefined, with its reason. Where the examples have sampling weights every figure is that of the
    population, but for those of `failures`; where they share authors or templates every interval allows for it.

    Args:
        answers: At least one example of any kind, or the sums of many; they say which kind they are of.
        config: Level, margin, bootstrap replicates, smallest group, crossing depth, metrics.
        seed: Of every random draw.
        baseline: Labels of the training data's most frequent answer; None takes that of the true answers and says so.
        thresholds: (k,) from which score on each label was predicted, chosen on validation data; None where they are
            not known or one half.
        validation: The same model's answers to validation data, where the threshold of least cost is chosen.
        curve: Learning curve of the model's training, to be diagnosed.
        texts: (n,) the examples' texts, to look for where the model fails.
        is_copy: (n,) bool, whether a training text nearly repeats the example; None where that is not known.
        progress: Told how many subsets are done.

    Raises:
        DataError: There are no examples.
        InputError: The configuration asks for what this kind of answer has not, a metric is unknown, a group column has
            a reserved name, the baseline names what is no label, or the answers are not those of the thresholds.
    """
    _check(answers, config)
    sample = sample_of(answers, config, seed)
    sample.kind.check_asked(config, is_weighted=sample.settings.is_weighted)
    cost_matrix(config.costs, answers.labels)
    measures = list(_of_parts(sample, progress))
    constant = sample.kind.baseline(sample, baseline) if sample.kind.baseline is not None else None
    measures += constant.measures if constant is not None else ()
    attributes = attributes_of(
        column_sets(answers.groups, config.intersections), measures, sample.settings, sample.tally
    )
    measures += [*_of_groups(sample, attributes), *external_measures(config.metrics, sample.tally, sample.settings)]
    diagnosis = diagnose(curve) if curve is not None else None
    findings = _findings(measures, attributes, constant, diagnosis, sample)
    more, found, failures = find_failures(sample, texts, is_copy)
    measures += [*more, *sample.kind.thresholds(sample, thresholds, validation), *sample.kind.more(sample)]
    return AuditResult(
        measures=tuple(measures),
        findings=(*findings, *found),
        curve=diagnosis,
        failures=failures,
        drawn=sample.kind.drawn(answers, texts) if sample.kind.drawn and config.show_texts else (),
        facts=_facts(sample, constant, thresholds, family_size(measures)),
    )


def check_metrics(names: Sequence[str], kind: Kind) -> None:
    """Fail early on a metric that cannot be found or loaded.

    Args:
        names: Metric names; those that begin with `evaluate:` are loaded.
        kind: Of answer, which may have metrics of its own.

    Raises:
        InputError: A name is not known (the known ones and the nearest are listed) or does not load.
    """
    own = {metric.name for metric in kind.metrics()}
    for name in names:
        if name.startswith(PREFIX):
            load_external(name)
        elif name not in own:
            find_metric(name)


def _of_parts(sample: Sample, progress: Progress) -> Iterator[Measure]:
    for done, part in enumerate(sample.tally, 1):
        yield from measures_of(sample.evidence(part), sample.kind.metrics())
        if sample.settings.config.costs and not part.is_crossed:
            yield expected_cost(part, sample.settings)
        progress("audit", done, len(sample.tally))


def _of_groups(sample: Sample, attributes: Sequence[Attribute]) -> list[Measure]:
    kind, found = sample.kind, []
    for one in attributes:
        f1 = shared_f1(one, sample.tally, sample.evidence, is_exclusive=kind.is_exclusive) if kind.has_f1 else None
        found += one.gaps(f1, kind.gaps, kind.scale)
    gaps = with_q(found)
    n_tests = sum(gap.q is not None for gap in gaps)
    chief = kind.gaps[0]
    measures = gaps + [least for attribute in attributes for least in detectable_gaps(attribute, chief, n_tests)]
    measures += [needed for one in attributes for needed in needed_measures(one, gaps, n_tests)]
    return measures + group_measures(sample, attributes)


def _findings(
    measures: Sequence[Measure],
    attributes: Sequence[Attribute],
    baseline: Baseline | None,
    diagnosis: CurveDiagnosis | None,
    sample: Sample,
) -> tuple[Finding, ...]:
    by_id = {measure.id: measure for measure in measures}
    margin = sample.settings.config.margin
    found: list[Finding | None] = []
    if baseline is not None:
        found.append(baseline_finding(by_id, baseline.named, baseline.origin, margin))
    disparities: list[Finding] = []
    for attribute in attributes:
        gaps = [measure for measure in measures if measure.scope.get("attribute") == attribute.name]
        disparities += disparity_findings(attribute, gaps, sample.settings)
    found += without_repeats(disparities)
    found += [calibration_finding(by_id["ece"]) if "ece" in by_id else None]
    found += [curve_finding(diagnosis) if diagnosis else None, crossings_finding(sample.tally.left_out)]
    found += [contradiction_finding(sample.kind.n_contradicted(sample.answers), sample.answers.n)]
    return tuple(finding for finding in found if finding)


def _check(answers: Any, config: AuditConfig) -> None:
    check_metrics([name for name in config.metrics if not name.startswith(PREFIX)], kind_named(answers.kind))
    if answers.n == 0:
        raise DataError("no_examples")
    taken = sorted(RESERVED & set(answers.groups))
    if taken:
        raise InputError("group_name_taken", taken=taken[0])
    if answers.clusters is not None and len(answers.clusters) != answers.n:
        raise InputError("cluster_entries", n_clusters=len(answers.clusters), n=answers.n)


def _facts(sample: Sample, baseline: Baseline | None, thresholds: Sequence[float] | None, n_tests: int) -> AuditFacts:
    answers = sample.answers
    return AuditFacts(
        kind=sample.kind.answers,
        labels=answers.labels,
        n=answers.n,
        groups=sample.tally.group_sizes(),
        settings=sample.settings.described(n_tests),
        baseline=baseline and BaselineFacts(named=baseline.named, labels=baseline.labels, origin=baseline.origin),
        weights=None if answers.weights is None else _about_weights(answers.weights),
        thresholds=None if thresholds is None else tuple(thresholds),
        lacks=sample.lacks,
        own=sample.kind.facts(sample),
    )


def _about_weights(given: np.ndarray) -> WeightFacts:
    weights = given / given.mean()
    effective = len(weights) ** 2 / float((weights**2).sum())
    return WeightFacts(smallest=float(weights.min()), largest=float(weights.max()), effective=effective)
