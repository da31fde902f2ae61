"""The whole audit, top to bottom: subsets, figures, gaps, multiplicity, findings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boletim.audit.decisions.baseline import baseline_measures
from boletim.audit.decisions.costs import cost_matrix, expected_cost, threshold_costs
from boletim.audit.decisions.thresholds import threshold_measures
from boletim.audit.evidence.external import PREFIX, external_measures, load_external
from boletim.audit.evidence.figures import evidence_of, subset_measures
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
from boletim.audit.kinds.label_set_metrics import OF_SETS_ONLY
from boletim.audit.metrics.metric import find_metric
from boletim.audit.reading.score_columns import n_contradicted
from boletim.audit.settings import Settings
from boletim.audit.tally.clusters import ClusterDraws
from boletim.audit.tally.crossings import LeftOut, column_sets
from boletim.audit.tally.reliability import reliability, reliability_by_group
from boletim.audit.tally.subsets import Subset, Subsets
from boletim.audit.tally.sums import PredictionSums, SubsetSums, SummedSubsets
from boletim.audit.training.learning_curve import diagnose
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.errors import DataError, InputError
from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.audit import AuditResult, CurveDiagnosis
from boletim.contracts.results.search import LearningCurve

RESERVED = {"class", "attribute", "probe"}
"""Keys of scopes, which no group column may be called."""


def check_metrics(names: Sequence[str]) -> None:
    """Fail early on a metric that cannot be found or loaded.

    Args:
        names: Metric names; those that begin with `evaluate:` are loaded.

    Raises:
        InputError: A name is not known (the known ones and the nearest are listed) or does not load.
    """
    for name in names:
        if name.startswith(PREFIX):
            load_external(name)
        elif name not in OF_SETS_ONLY:
            find_metric(name)


def audit_predictions(
    predictions: Predictions | PredictionSums,
    config: AuditConfig,
    *,
    seed: int,
    baseline_label: str | None = None,
    clusters: np.ndarray | None = None,
    curve: LearningCurve | None = None,
    texts: Sequence[str] | None = None,
    is_copy: np.ndarray | None = None,
    validation: Predictions | None = None,
    progress: Progress = no_progress,
) -> AuditResult:
    """Audit predictions: every metric overall, per class, per group and crossed, with intervals, gaps and findings.

    The same predictions, configuration and seed give the same result. A test set with one class only is audited too:
    what needs two is undefined, with its reason.

    Args:
        predictions: At least one example, or the sums of many. Where the examples have sampling weights every figure is
            that of the population, but for those of `failures`.
        config: Level, margin, bootstrap replicates, smallest group, crossing depth, metrics.
        seed: Of every random draw.
        baseline_label: Majority class of the training labels; None takes that of the gold labels and says so.
        clusters: (n,) author or template of each example, when examples share one; every interval then resamples
            clusters.
        curve: Learning curve of the model's training, to be diagnosed.
        texts: (n,) the examples' texts, to look for where the model fails.
        is_copy: (n,) bool, whether a training text nearly repeats the example; None where that is not known.
        validation: The same model's on validation data, where the threshold of least cost is chosen; None where there
            are none.
        progress: Told how many subsets are done.

    Raises:
        DataError: There are no examples.
        InputError: A metric is unknown, a group column has a reserved name, or the baseline label is not a label.
    """
    _check(predictions, config, baseline_label, clusters)
    is_weighted = isinstance(predictions, Predictions) and predictions.weights is not None
    settings = Settings(config, seed, predictions.labels, tuple(predictions.groups), clusters is not None, is_weighted)
    draws = None
    if clusters is not None:
        draws = ClusterDraws(clusters, config.bootstrap, settings.generator("clusters"))
    parts: Subsets | SummedSubsets
    if isinstance(predictions, PredictionSums):
        parts = SummedSubsets(predictions, config.intersections)
    else:
        parts = Subsets(predictions, config.intersections, draws.codes if draws else None)
    measures: list[Measure] = []
    subsets: Iterable[Subset | SubsetSums] = parts
    for done, part in enumerate(subsets, 1):
        measures += subset_measures(part, settings, draws)
        if config.costs and not part.is_crossed:
            measures.append(expected_cost(part, settings))
        progress("audit", done, len(parts))
    baseline = _baseline(predictions.labels, parts.everything, baseline_label)
    measures += baseline_measures(parts.everything, baseline.place, baseline.origin, settings)
    attributes = attributes_of(
        column_sets(predictions.groups, config.intersections), measures, settings, parts.left_out
    )
    shared = [shared_f1(a, parts, lambda p: evidence_of(p, settings, draws), is_exclusive=True) for a in attributes]
    gaps = with_q([gap for attribute, f1 in zip(attributes, shared, strict=True) for gap in attribute.gaps(f1)])
    n_tests = sum(gap.q is not None for gap in gaps)
    measures += gaps + [least for attribute in attributes for least in detectable_gaps(attribute, n_tests)]
    of_accuracy = [gap for gap in gaps if gap.metric == "accuracy_gap"]
    measures += [m for one in attributes if len(one.columns) == 1 for m in needed_measures(one, of_accuracy, n_tests)]
    measures += group_measures(predictions, attributes, draws)
    measures += external_measures(config.metrics, parts, settings)
    diagnosis = diagnose(curve) if curve is not None else None
    findings = _findings(
        measures, attributes, baseline, diagnosis, parts.left_out, _n_contradicted(predictions), settings
    )
    failures = None
    if not isinstance(predictions, PredictionSums):
        more, found, failures = find_failures(predictions, settings, clusters, texts, is_copy)
        measures += [*more, *(threshold_measures(predictions, settings, draws) if not is_weighted else [])]
        findings += tuple(found)
        if config.costs and validation is not None:
            measures += threshold_costs(predictions, validation, settings, draws)
    return AuditResult(
        measures=tuple(measures),
        findings=findings,
        curve=diagnosis,
        failures=failures,
        data=_data(predictions, parts, settings, measures, baseline),
    )


def _findings(
    measures: Sequence[Measure],
    attributes: Sequence[Attribute],
    baseline: "_Baseline",
    diagnosis: CurveDiagnosis | None,
    left_out: Sequence[LeftOut],
    n_contradicted: int,
    settings: Settings,
) -> tuple[Finding, ...]:
    by_id = {measure.id: measure for measure in measures}
    found: list[Finding | None] = [baseline_finding(by_id, baseline.label, baseline.origin, settings.config.margin)]
    disparities: list[Finding] = []
    for attribute in attributes:
        gaps = [measure for measure in measures if measure.scope.get("attribute") == attribute.name]
        disparities += disparity_findings(attribute, gaps, settings)
    found += without_repeats(disparities)
    found += [calibration_finding(by_id["ece"]), curve_finding(diagnosis) if diagnosis else None]
    found += [crossings_finding(left_out), contradiction_finding(n_contradicted, by_id["accuracy"].n)]
    return tuple(finding for finding in found if finding)


def _n_contradicted(predictions: Predictions | PredictionSums) -> int:
    """Rows whose predicted class has not the highest score."""
    if isinstance(predictions, PredictionSums):
        return predictions.n_contradicted
    return 0 if predictions.scores is None else n_contradicted(predictions.scores, predictions.predicted)


@dataclass(frozen=True)
class _Baseline:
    place: int
    label: str
    origin: str
    """Whose majority it is: `training` or `test`."""


def _baseline(labels: tuple[str, ...], everything: Subset | SubsetSums, label: str | None) -> _Baseline:
    if label is not None:
        return _Baseline(labels.index(label), label, "training")
    if isinstance(everything, Subset) and everything.weights is not None:
        place = int(np.bincount(everything.gold, weights=everything.weights).argmax())
    else:
        place = int(everything.confusion(len(labels)).sum(axis=1).argmax())
    return _Baseline(place, labels[place], "test")


def _check(
    predictions: Predictions | PredictionSums,
    config: AuditConfig,
    baseline_label: str | None,
    clusters: np.ndarray | None,
) -> None:
    check_metrics([name for name in config.metrics if not name.startswith(PREFIX)])
    if predictions.n == 0:
        raise DataError("an audit needs examples, the predictions have none; give a file with rows")
    taken = sorted(RESERVED & set(predictions.groups))
    if taken:
        raise InputError(f"a group column may not be called {taken[0]!r}, the name is taken; rename the column")
    if baseline_label is not None and baseline_label not in predictions.labels:
        raise InputError(
            f"the baseline label must be one of {', '.join(predictions.labels)}, got {baseline_label!r}; "
            "give the most frequent training label"
        )
    cost_matrix(config.costs, predictions.labels)
    if isinstance(predictions, Predictions) and predictions.weights is not None:
        _check_weighted(config)
    if clusters is not None and len(clusters) != predictions.n:
        raise InputError(
            f"clusters need one entry for each example, got {len(clusters)} for {predictions.n}; give one per row"
        )


def _check_weighted(config: AuditConfig) -> None:
    asked = [*("audit.costs" for _ in config.costs), *(name for name in config.metrics if name.startswith(PREFIX))]
    if asked:
        raise InputError(f"sampling weights and {asked[0]} do not go together; leave out one of them")


def _data(
    predictions: Predictions | PredictionSums,
    parts: Subsets | SummedSubsets,
    settings: Settings,
    measures: Sequence[Measure],
    baseline: _Baseline,
) -> dict[str, Any]:
    counts = parts.everything.confusion(len(predictions.labels))
    return {
        "labels": list(predictions.labels),
        "confusion": counts.tolist(),
        "groups": parts.group_sizes(),
        "reliability": reliability(parts.everything, settings.level),
        "reliability_by_group": reliability_by_group(parts, settings),
        "bins": parts.about_the_bins(),
        "settings": settings.described(family_size(measures)),
        "baseline_label": baseline.label,
        "baseline_origin": baseline.origin,
        "n": predictions.n,
    } | _about_weights(predictions)


def _about_weights(predictions: Predictions | PredictionSums) -> dict[str, Any]:
    """Their spread, and how many equally weighted examples they are worth (Kish)."""
    if isinstance(predictions, PredictionSums) or predictions.weights is None:
        return {}
    weights = predictions.weights / predictions.weights.mean()
    effective = predictions.n**2 / float((weights**2).sum())
    return {"weights": {"smallest": float(weights.min()), "largest": float(weights.max()), "effective": effective}}
