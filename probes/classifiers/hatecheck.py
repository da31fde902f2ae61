"""Functional tests for hate speech: which harmless sentences does the model flag, by the group they name?

References:
    Rottger et al. 2021, HateCheck: Functional Tests for Hate Speech Detection Models; Rottger et al. 2022, Multilingual
    HateCheck.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from boletim.contracts.errors import DataError
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import SIMULTANEOUS, T_TEMPLATES, TEMPLATES_AS_CLUSTERS, WILSON_EFFECTIVE
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.context import ProbeContext
from boletim.probes.data_file import need_columns
from boletim.probes.findings.claims import list_finding, rate_finding
from boletim.probes.findings.flagged import find_flagging
from boletim.probes.model_views import unusable
from boletim.probes.probe import ClassifierProbe
from boletim.probes.statistics.clustered import clustered_rate
from boletim.probes.statistics.crossed import Estimate
from boletim.probes.statistics.measures import make_measure, with_q
from boletim.probes.statistics.paired import mean_gap

NAME = "hatecheck"
COLUMNS = ("functionality", "test_case", "label_gold", "target_ident", "templ_id")
_SCOPE = {"probe": NAME}
_IDENTITY = "ident_"
_METHOD = WILSON_EFFECTIVE + TEMPLATES_AS_CLUSTERS
_ONE_TEMPLATE = Reason.of("interval_needs_templates")


@dataclass(frozen=True)
class _Cases:
    """The test cases in the order of the file."""

    texts: list[str]
    is_hateful: np.ndarray
    """(n,) bool."""
    is_identity: np.ndarray
    """(n,) bool: a neutral or positive sentence that names a group."""
    tests: np.ndarray
    """(n,) str, the functionality."""
    targets: np.ndarray
    """(n,) str, the group; empty where none is named."""
    templates: np.ndarray
    """(n,) str."""


def run(context: ProbeContext) -> ProbeResult:
    """Score the cases and count which are flagged.

    Returns:
        `false_positive_rate`: share of the harmless cases that are flagged, over all, per functionality (`test`), over
        the neutral and positive identity sentences (`test` ident_*), and of those per group named (`group`);
        `false_positive_gap` per group: the same share minus that of the other groups in the same templates, t over
        templates at Bonferroni's level; `hateful_flagged`: share of the hateful cases that are flagged, over all and
        per group. Sentences of one template are a cluster. Unusable without flagged labels.

    Raises:
        DataError: The file is not HateCheck's.
    """
    if not context.flagged:
        return unusable(NAME, Reason.of("nothing_flagged"))
    data = context.read(context.data[NAME])
    cases = _read(need_columns(data, COLUMNS), data.name)
    scores = np.asarray(context.classifier.predict_scores(cases.texts, context.progress), dtype=np.float64)
    flagging = find_flagging(context.classifier.labels, context.flagged, scores)
    measures = with_q(_measures(context, cases, flagging.flags(scores)))
    gaps = [measure for measure in measures if measure.metric == "false_positive_gap"]
    identity = next(m for m in measures if m.scope.get("test") == f"{_IDENTITY}*")
    margin, level = context.margin, context.level
    return ProbeResult(
        probe=NAME,
        measures=measures,
        findings=(
            rate_finding(f"{NAME}_identity", identity, margin, level, class_name=flagging.name),
            list_finding(f"{NAME}_gaps", gaps, "group", margin, level, class_name=flagging.name),
        ),
        can_tell=f"{NAME}.can_tell",
        data={
            "flagged": flagging.name,
            "n_cases": len(cases.texts),
            "n_hateful": int(cases.is_hateful.sum()),
            "n_identity": int(cases.is_identity.sum()),
            "data_set": data.name,
            "data_sha256": data.sha256,
            "licence": "CC BY 4.0",
        },
    )


def _read(rows: list[dict[str, str]], name: str) -> _Cases:
    def column(key: str) -> np.ndarray:
        return np.array([row[key] or "" for row in rows], dtype=str)

    tests, gold, targets = column("functionality"), column("label_gold"), column("target_ident")
    is_identity = np.char.startswith(tests, _IDENTITY) & (gold != "hateful")
    if not is_identity.any() or not (gold == "hateful").any():
        raise DataError("hatecheck_kinds", identity=_IDENTITY, at=name)
    templates = column("templ_id")
    return _Cases([row["test_case"] for row in rows], gold == "hateful", is_identity, tests, targets, templates)


def _measures(context: ProbeContext, cases: _Cases, flags: np.ndarray) -> list[Measure]:
    harmless = ~cases.is_hateful
    groups = sorted(set(cases.targets[cases.is_identity]) - {""})

    def rate(metric: str, scope: dict[str, str], chosen: np.ndarray) -> Measure:
        estimate = clustered_rate(flags[chosen], list(cases.templates[chosen]), context.level)
        return make_measure(
            metric, _SCOPE | scope, estimate, n=int(chosen.sum()), level=context.level, unit="share", method=_METHOD,
            higher_is_better=metric == "hateful_flagged", no_interval=_ONE_TEMPLATE,
        )  # fmt: skip

    return [
        rate("false_positive_rate", {"test": f"{_IDENTITY}*"}, cases.is_identity),
        *(rate("false_positive_rate", {"group": g}, cases.is_identity & (cases.targets == g)) for g in groups),
        *_gaps(context, cases, flags, groups),
        rate("false_positive_rate", {}, harmless),
        *_per_test(rate, cases, harmless),
        rate("hateful_flagged", {}, cases.is_hateful),
        *(rate("hateful_flagged", {"group": g}, cases.is_hateful & (cases.targets == g)) for g in groups),
    ]


def _per_test(
    rate: Callable[[str, dict[str, str], np.ndarray], Measure], cases: _Cases, harmless: np.ndarray
) -> list[Measure]:
    tests = sorted(set(cases.tests[harmless]))
    return [rate("false_positive_rate", {"test": test}, harmless & (cases.tests == test)) for test in tests]


def _gaps(context: ProbeContext, cases: _Cases, flags: np.ndarray, groups: list[str]) -> list[Measure]:
    """A template is filled with every group, so that groups are compared within it."""
    simultaneous = 1 - (1 - context.level) / max(len(groups), 1)
    measures = []
    for group in groups:
        gaps = []
        for template in np.unique(cases.templates[cases.is_identity]):
            there = cases.is_identity & (cases.templates == template)
            own, other = flags[there & (cases.targets == group)], flags[there & (cases.targets != group)]
            if len(own) and len(other):
                gaps.append(float(own.mean() - other.mean()))
        estimate = mean_gap(np.array(gaps), simultaneous) if gaps else Estimate(0.0)
        measures.append(
            make_measure(
                "false_positive_gap", _SCOPE | {"group": group}, estimate, n=len(gaps), level=context.level,
                unit="difference", method=T_TEMPLATES + SIMULTANEOUS, limits=(-1.0, 1.0),
                no_interval=_ONE_TEMPLATE,
            )
        )  # fmt: skip
    return measures


PROBE = ClassifierProbe(NAME, run, data=("hatecheck",))
