"""Whose names does the model not take for persons?

Error 1 is the share of names that are not found as a person, error 2 of those taken for something else, error 3 of
those not found whole: 1 is 2 and 3 together. With the names' frequencies each is also given weighted: the share of the
people who bear them.

References:
    Mehrabi, Gowda, Morstatter, Peng and Galstyan (2020), Man is to Person as Woman is to Location: Measuring Gender
    Bias in Named Entity Recognition, HT, sec. 3 (error types 1, 2 and 3, weighted and not).
"""

import numpy as np

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import T_NAMES
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.asking.persons import (
    FOUND,
    FREQUENCIES,
    NOTHING,
    OTHER,
    Names,
    names_of,
    person_types,
    taken_for,
)
from boletim.probes.context import ProbeContext
from boletim.probes.findings.claims import list_finding
from boletim.probes.model_views import unusable
from boletim.probes.probe import ClassifierProbe
from boletim.probes.statistics.crossed import crossed_rate
from boletim.probes.statistics.measures import make_measure, with_q
from boletim.probes.statistics.texts_and_names import difference_over_both

NAME = "ner_names"
_NO_INTERVAL = Reason.of("interval_needs_names")


def run(context: ProbeContext) -> ProbeResult:
    """Put every name into every frame, and compare the groups of names.

    Returns:
        Per group `ner_error_1`, `ner_error_2`, `ner_error_3`, with frequencies also their `_weighted` forms, and
        `ner_error_1_gap`: a group's error less that of the others (of two groups, of the first by name). Intervals are
        for other names and other frames. Unusable where the model has no type of persons, or there are fewer than two
        names of a group or two frames.
    """
    frames, names = context.words.name_frames, names_of(context)
    if not person_types(context):
        return unusable(NAME, Reason.of("no_person_type", types=", ".join(context.classifier.labels)))
    groups = names.known_groups
    if names.are_few() or len(frames) < 2:
        return unusable(NAME, Reason.of("no_names", language=context.language.code))
    table = taken_for(context, frames, names.texts)
    measures = [m for group in groups for m in _of_group(context, table, names, group)]
    gaps = with_q(_gap(context, table, names, group) for group in names.compared)
    finding = list_finding(NAME, gaps, "group", context.margin, context.level)
    return ProbeResult(
        probe=NAME,
        measures=(*measures, *gaps),
        findings=(finding,),
        can_tell=f"{NAME}.can_tell",
        data={
            "n_frames": len(frames),
            "n_names": {group: int((names.groups == group).sum()) for group in groups},
            "person_types": list(person_types(context)),
            "is_weighted": names.counts is not None,
        },
    )


def _of_group(context: ProbeContext, table: np.ndarray, names: Names, group: str) -> list[Measure]:
    is_own = names.groups == group
    of_group = table[:, is_own]
    made = []
    for number, errors in ((1, of_group != FOUND), (2, of_group == OTHER), (3, of_group == NOTHING)):
        scope = {"probe": NAME, "group": group}
        rate = crossed_rate(errors, context.level)
        common = {"n": errors.size, "level": context.level, "unit": "share", "higher_is_better": False}
        made.append(make_measure(f"ner_error_{number}", scope, rate, method=T_NAMES, **common))  # type: ignore[arg-type]
        if names.counts is not None:
            made.append(_weighted(f"ner_error_{number}_weighted", scope, errors, names.counts[is_own]))
    return made


def _weighted(metric: str, scope: dict[str, str], errors: np.ndarray, counts: np.ndarray) -> Measure:
    """Of the people who bear the names the share that is missed; a census' names are no sample, so no interval."""
    value = float(errors.mean(axis=0) @ counts / counts.sum())
    return Measure(
        id=measure_id(metric, scope),
        metric=metric,
        value=value,
        n=errors.size,
        unit="share",
        higher_is_better=False,
        scope=scope,
        undefined_because=Reason.of("not_a_sample"),
    )


def _gap(context: ProbeContext, table: np.ndarray, names: Names, group: str) -> Measure:
    is_own = names.groups == group
    missed = table != FOUND
    frames, places = np.indices(table.shape)
    difference = difference_over_both(
        missed.ravel(), is_own[places.ravel()], frames.ravel(), places.ravel(), context.level
    )
    return make_measure(
        "ner_error_1_gap",
        {"probe": NAME, "group": group},
        difference,
        n=missed.size,
        level=context.level,
        unit="difference",
        method=T_NAMES,
        limits=(-1.0, 1.0),
        no_interval=_NO_INTERVAL,
    )


PROBE = ClassifierProbe(NAME, run, asks="spans", may_read=(FREQUENCIES,))
