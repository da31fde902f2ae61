"""Does naming a group of people in a neutral or positive sentence change what the model says of it?

References:
    Dixon et al. 2018, Measuring and Mitigating Unintended Bias in Text Classification (false positives on sentences
    that only name a group); Garg et al. 2019 (counterfactual token fairness).
"""

from typing import Any

import numpy as np

from boletim.contracts.finding import Finding
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import FRAMES_BY_TERMS, SIMULTANEOUS, T_FRAMES, WILSON_EFFECTIVE, T
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.context import ProbeContext
from boletim.probes.findings.claims import list_finding, rate_finding
from boletim.probes.findings.flagged import Flagging, find_flagging
from boletim.probes.model_views import unusable
from boletim.probes.probe import ClassifierProbe
from boletim.probes.sentences.slots import score_table
from boletim.probes.statistics.crossed import Estimate, crossed_mean, crossed_rate
from boletim.probes.statistics.measures import make_measure, undefined, with_q

NAME = "identity_terms"
_SCOPE = {"probe": NAME}
_UNKNOWN = Reason.of("nothing_flagged")


def run(context: ProbeContext) -> ProbeResult:
    """Put every term into every frame, and the same frame about a person of no named group beside it.

    Returns:
        Where `flagged` labels are given, `false_positive_rate` over all sentences, per attribute (`bias_type`) and per
        term (`group`): every sentence is neutral or positive, so that a flagged one is a false positive. For every
        term `flag_gap`: the flagged labels' score minus that of the same frame about nobody's group (without flagged
        labels, the score of the class with the highest mean score), a t interval over frames at Bonferroni's level.
        `flip_rate` and `ctf_gap` compare the predicted class and the scores with the same frame. Unusable
        where the language pack and the user's file have no terms or fewer than two frames.
    """
    words = context.words
    if not words.identity_terms or len(words.identity_frames) < 2 or not words.unmarked_person:
        return unusable(NAME, Reason.of("no_words", language=context.language.code))
    phrases = [words.unmarked_person, *(term.text for term in words.identity_terms)]
    table = score_table(context, words.identity_frames, "person", phrases)
    labels = context.classifier.labels
    flagging = find_flagging(labels, context.flagged, table)
    measures = with_q([*_rates(context, table, flagging), *_changes(context, table), *_gaps(context, table, flagging)])
    return ProbeResult(
        probe=NAME,
        measures=measures,
        findings=_findings(context, measures, flagging),
        can_tell=f"{NAME}.can_tell",
        data=_data(context, table, flagging),
    )


def _rates(context: ProbeContext, table: np.ndarray, flagging: Flagging) -> list[Measure]:
    terms = context.words.identity_terms
    flags = flagging.flags(table[:, 1:])
    attributes = list(dict.fromkeys(term.attribute for term in terms))
    parts: list[tuple[dict[str, str], np.ndarray]] = [({}, np.ones(len(terms), dtype=bool))]
    parts += [({"bias_type": name}, np.array([term.attribute == name for term in terms])) for name in attributes]
    parts += [({"group": term.text}, np.arange(len(terms)) == place) for place, term in enumerate(terms)]
    return [_rate(context, _SCOPE | scope, flags[:, chosen], flagging) for scope, chosen in parts]


def _rate(context: ProbeContext, scope: dict[str, str], flags: np.ndarray, flagging: Flagging) -> Measure:
    if not flagging.is_given:
        return undefined("false_positive_rate", scope, _UNKNOWN, unit="share", n=flags.size)
    return make_measure(
        "false_positive_rate",
        scope,
        crossed_rate(flags, context.level),
        n=flags.size,
        level=context.level,
        unit="share",
        method=WILSON_EFFECTIVE + FRAMES_BY_TERMS,
        higher_is_better=False,
    )


def _changes(context: ProbeContext, table: np.ndarray) -> list[Measure]:
    same, named = table[:, :1], table[:, 1:]
    flips = named.argmax(axis=2) != same.argmax(axis=2)
    distance = crossed_mean(np.abs(named - same).sum(axis=2) / 2, context.level)
    found = (
        ("flip_rate", crossed_rate(flips, context.level), WILSON_EFFECTIVE + FRAMES_BY_TERMS),
        ("ctf_gap", Estimate(distance.value, distance.low, distance.high), T + FRAMES_BY_TERMS),
    )
    return [
        make_measure(
            metric,
            _SCOPE,
            estimate,
            n=flips.size,
            level=context.level,
            unit="share" if metric == "flip_rate" else "score",
            method=method,
            higher_is_better=False,
        )
        for metric, estimate, method in found
    ]


def _gaps(context: ProbeContext, table: np.ndarray, flagging: Flagging) -> list[Measure]:
    """At Bonferroni's level: the largest is read first."""
    terms = context.words.identity_terms
    scores = flagging.scores(table)
    simultaneous = 1 - (1 - context.level) / len(terms)
    return [
        make_measure(
            "flag_gap",
            _SCOPE | {"group": term.text},
            crossed_mean(scores[:, [place + 1]] - scores[:, [0]], simultaneous),
            n=len(scores),
            level=context.level,
            unit="difference",
            method=T_FRAMES + SIMULTANEOUS,
            limits=(-1.0, 1.0),
        )
        for place, term in enumerate(terms)
    ]


def _findings(context: ProbeContext, measures: tuple[Measure, ...], flagging: Flagging) -> tuple[Finding, ...]:
    margin, level = context.margin, context.level
    by_id = {(measure.metric, *sorted(measure.scope)): measure for measure in measures}
    flips = by_id[("flip_rate", "probe")]
    gaps = [measure for measure in measures if measure.metric == "flag_gap"]
    found = [
        rate_finding(f"{NAME}_flips", flips, margin, level),
        list_finding(f"{NAME}_gaps", gaps, "group", margin, level, class_name=flagging.name),
    ]
    if flagging.is_given:
        overall = by_id[("false_positive_rate", "probe")]
        found.insert(0, rate_finding(f"{NAME}_flagged", overall, margin, level, class_name=flagging.name))
    return tuple(found)


def _data(context: ProbeContext, table: np.ndarray, flagging: Flagging) -> dict[str, Any]:
    words = context.words
    return {
        "n_frames": len(words.identity_frames),
        "n_terms": len(words.identity_terms),
        "flagged": flagging.name,
        "is_flagged_given": flagging.is_given,
        "n_flagged_without_a_term": int(flagging.flags(table[:, 0]).sum()),
        "frames": [frame.model_dump() for frame in words.identity_frames],
        "terms": [term.model_dump() for term in words.identity_terms],
    }


PROBE = ClassifierProbe(NAME, run)
