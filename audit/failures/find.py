"""Where the model fails: slices, confident errors, suspected labels, copies of training texts."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from boletim.audit.failures.overlap import overlap_finding, overlap_measures
from boletim.audit.failures.slice_search import JudgedSlice, SliceSearch, find_slices
from boletim.audit.failures.slices import candidate_slices
from boletim.audit.kind import Sample
from boletim.audit.settings import Settings
from boletim.audit.statistics.clustered_limits import share_limits
from boletim.contracts.finding import Finding, FindingVerdict, rule_beyond
from boletim.contracts.measure import Measure
from boletim.contracts.method import HELD_OUT, HOLM, NEWCOMBE, T_CLUSTERS, WILSON
from boletim.contracts.results.failures import Failures, FoundSlice

Found = tuple[list[Measure], list[Finding], Failures | None]


def find_failures(sample: Sample, texts: Sequence[str] | None = None, is_copy: np.ndarray | None = None) -> Found:
    """Look for where the model fails.

    Args:
        sample: The answers, and how they are judged; whether texts may be shown. Examples that share an author or
            template stay in one half, and every interval allows for them; sampling weights count nowhere here.
        texts: (n,) the examples' texts; None where there are none.
        is_copy: (n,) bool, whether a training text nearly repeats it; None where that is not known.

    Returns:
        Measures, findings, and the record that the card shows; None where the rows were not kept.
    """
    by_row, answers, settings = sample.kind.by_row, sample.answers, replace(sample.settings, is_weighted=False)
    if by_row is None:
        return [], [], None
    depth = min(settings.config.intersections, 2)
    candidates = list(candidate_slices(answers, by_row.confidence(answers), texts, depth))
    search = find_slices(candidates, ~by_row.hits(answers), sample.draws.codes, settings)
    measures = [measure for judged in search.judged for measure in _slice_measures(judged, settings)]
    findings = _slice_findings(search, settings)
    is_suspected = by_row.suspected(answers)
    measures += [] if is_suspected is None else [_suspected(is_suspected, sample.draws.codes, settings)]
    if is_copy is not None:
        overlap = overlap_measures(sample, is_copy)
        measures += overlap
        found = overlap_finding(overlap, settings)
        findings += [found] if found else []
    record = Failures(
        slices=tuple(_record(judged, settings) for judged in search.judged),
        n_candidates=search.n_candidates,
        n_search=search.n_search,
        n_confirm=search.n_confirm,
        errors=by_row.errors(answers, texts if settings.config.show_texts else None),
        has_texts=texts is not None,
        n_copies=None if is_copy is None else int(is_copy.sum()),
    )
    return measures, findings, record


def _verdict(judged: JudgedSlice, settings: Settings) -> FindingVerdict:
    if judged.low > settings.config.margin and judged.p_holm <= 1 - settings.level + 1e-12:
        return "shown"
    return "shown absent" if judged.high <= settings.config.margin else "insufficient evidence"


def _ids(judged: JudgedSlice, settings: Settings) -> tuple[str, str]:
    scope = {"slice": judged.slice.name}
    return settings.id_of("slice_error_rate", scope), settings.id_of("slice_error_excess", scope)


def _record(judged: JudgedSlice, settings: Settings) -> FoundSlice:
    rate, excess = _ids(judged, settings)
    return FoundSlice(
        name=judged.slice.name,
        kind=judged.slice.kind,
        values=judged.slice.values,
        n_search=judged.n_search,
        error_rate=rate,
        excess=excess,
        p_holm=judged.p_holm,
        verdict=_verdict(judged, settings),
    )


def _slice_measures(judged: JudgedSlice, settings: Settings) -> list[Measure]:
    rate_id, excess_id = _ids(judged, settings)
    rate = Measure(
        id=rate_id,
        metric="slice_error_rate",
        value=judged.n_errors / judged.n,
        low=judged.rate_low,
        high=judged.rate_high,
        level=settings.level,
        n=judged.n,
        higher_is_better=False,
        scope={"slice": judged.slice.name},
        method=settings.method(WILSON),
    )
    excess = rate.model_copy(
        update={
            "id": excess_id,
            "metric": "slice_error_excess",
            "value": judged.excess,
            "low": judged.low,
            "high": judged.high,
            "unit": "difference",
            "method": (T_CLUSTERS if settings.is_clustered else NEWCOMBE) + HELD_OUT + HOLM,
            "p": judged.p,
        }
    )
    return [rate, excess]


def _slice_findings(search: SliceSearch, settings: Settings) -> list[Finding]:
    shown = [judged for judged in search.judged if _verdict(judged, settings) == "shown"]
    if shown:
        return [_shown(judged, settings) for judged in shown]
    if not search.judged:
        return []
    return [
        Finding(
            kind="slice",
            verdict="insufficient evidence",
            measures=tuple(_ids(judged, settings)[1] for judged in search.judged),
            key="slices_none",
            values={"n_candidates": search.n_candidates, "n_tested": len(search.judged)},
        )
    ]


def _shown(judged: JudgedSlice, settings: Settings) -> Finding:
    """That a model errs more where it is least confident is as it should be: shown, and of no severity."""
    rate, rest = judged.n_errors / judged.n, judged.n_rest_errors / judged.n_rest
    is_unsure = judged.slice.kind == "confidence" and judged.slice.is_lowest
    return Finding(
        rule=None if is_unsure else rule_beyond([(judged.low, judged.high)], settings.config.margin),
        kind="slice",
        verdict="shown",
        measures=_ids(judged, settings),
        key="slice_unsure" if is_unsure else f"slice_{judged.slice.kind}",
        values={
            **judged.slice.values,
            "rate": rate,
            "n": judged.n,
            "rest": rest,
            "excess": judged.excess,
            "excess_low": judged.low,
            "excess_high": judged.high,
        },
    )


def _suspected(is_suspected: np.ndarray, clusters: np.ndarray | None, settings: Settings) -> Measure:
    n = len(is_suspected)
    low, high = share_limits(is_suspected, np.ones(n, dtype=bool), clusters, settings.level)
    return Measure(
        id="suspected_labels",
        metric="suspected_labels",
        value=float(is_suspected.mean()),
        low=low,
        high=high,
        level=settings.level,
        n=n,
        method=settings.method(WILSON),
    )
