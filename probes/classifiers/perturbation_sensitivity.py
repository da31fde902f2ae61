"""How much does the answer depend on which name stands in a sentence that says the same of everybody?

References:
    Prabhakaran, Hutchinson and Mitchell 2019, Perturbation Sensitivity Analysis to Detect Unintended Model Biases,
    section 3: score sensitivity, score deviation, score range, label distance (Jaccard).
"""

import numpy as np

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import BOOTSTRAP_FRAMES, SIMULTANEOUS, T_FRAMES, Method
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.context import ProbeContext
from boletim.probes.findings.claims import list_finding, rate_finding
from boletim.probes.findings.flagged import Flagging, find_flagging
from boletim.probes.model_views import unusable
from boletim.probes.probe import ClassifierProbe
from boletim.probes.sentences.slots import score_table
from boletim.probes.statistics.crossed import Estimate
from boletim.probes.statistics.measures import make_measure, with_q
from boletim.probes.statistics.paired import mean_gap

NAME = "perturbation_sensitivity"
_SCOPE = {"probe": NAME}


def run(context: ProbeContext) -> ProbeResult:
    """Put every name into every frame, and the word for nobody in particular beside them.

    Returns:
        Of the flagged labels' score (without flagged labels, that of the class with the highest mean score):
        `score_deviation`, the standard deviation over names, and `score_range`, the largest minus the smallest, both
        means over frames; `score_sensitivity` per name (`group`), the mean score with the name minus with nobody's, at
        Bonferroni's level; `label_distance`, the mean over names of the Jaccard distance between the frames flagged
        with the name and with nobody's (0 where neither has any). Intervals are for other frames with these
        names: t over frames, and a percentile bootstrap over frames for the distance. Unusable where there are fewer
        than two names or frames.
    """
    words = context.words
    names = [*words.first_names.female, *words.first_names.male]
    if len(names) < 2 or len(words.name_frames) < 2 or not words.unmarked_name:
        return unusable(NAME, Reason.of("no_names", language=context.language.code))
    table = score_table(context, words.name_frames, "name", [words.unmarked_name, *names])
    flagging = find_flagging(context.classifier.labels, context.flagged, table)
    measures = with_q(_measures(context, table, flagging, names))
    deviation = measures[0]
    sensitivities = [measure for measure in measures if measure.metric == "score_sensitivity"]
    return ProbeResult(
        probe=NAME,
        measures=measures,
        findings=(
            rate_finding(f"{NAME}_deviation", deviation, context.margin, context.level, class_name=flagging.name),
            list_finding(
                f"{NAME}_names", sensitivities, "group", context.margin, context.level, class_name=flagging.name
            ),
        ),
        can_tell=f"{NAME}.can_tell",
        data={
            "flagged": flagging.name,
            "is_flagged_given": flagging.is_given,
            "names": names,
            "frames": [frame.model_dump() for frame in words.name_frames],
        },
    )


def _measures(context: ProbeContext, table: np.ndarray, flagging: Flagging, names: list[str]) -> list[Measure]:
    scores, flags = flagging.scores(table), flagging.flags(table)
    level, n = context.level, table.shape[0] * len(names)
    simultaneous = 1 - (1 - level) / len(names)
    found: list[tuple[str, dict[str, str], Estimate, int, Method]] = [
        ("score_deviation", {}, _without_p(mean_gap(scores[:, 1:].std(axis=1), level)), n, T_FRAMES),
        ("score_range", {}, _without_p(mean_gap(np.ptp(scores[:, 1:], axis=1), level)), n, T_FRAMES),
        ("label_distance", {}, _distance(context, flags), n, BOOTSTRAP_FRAMES),
    ]
    for place, name in enumerate(names, start=1):
        shift = mean_gap(scores[:, place] - scores[:, 0], simultaneous)
        found.append(("score_sensitivity", {"group": name}, shift, len(table), T_FRAMES + SIMULTANEOUS))
    return [
        make_measure(
            metric,
            _SCOPE | scope,
            estimate,
            n=size,
            level=level,
            unit="difference" if metric == "score_sensitivity" else "score",
            method=method,
            higher_is_better=None if metric == "score_sensitivity" else False,
            limits=(-1.0, 1.0) if metric == "score_sensitivity" else (0.0, 1.0),
        )
        for metric, scope, estimate, size, method in found
    ]


def _without_p(estimate: Estimate) -> Estimate:
    """A spread is never negative: a test against zero would say nothing."""
    return Estimate(estimate.value, estimate.low, estimate.high)


def _distance(context: ProbeContext, flags: np.ndarray) -> Estimate:
    generator = np.random.default_rng(context.seed)
    n = len(flags)
    draws = [label_distance(flags[generator.integers(0, n, n)]) for _ in range(context.bootstrap)]
    low, high = np.quantile(draws, [(1 - context.level) / 2, (1 + context.level) / 2])
    value = label_distance(flags)
    return Estimate(value, min(value, float(low)), max(value, float(high)))


def label_distance(flags: np.ndarray) -> float:
    """Mean over names of the Jaccard distance between two sets of frames.

    Args:
        flags: (n_frames, 1 + n_names) bool; the first column is the frame with nobody's name.

    Returns:
        A value in [0, 1]; a name counts 0 where neither set has a frame.
    """
    first, named = flags[:, :1], flags[:, 1:]
    either = (first | named).sum(axis=0)
    both = (first & named).sum(axis=0)
    return float(np.where(either > 0, 1 - both / np.maximum(either, 1), 0.0).mean())


PROBE = ClassifierProbe(NAME, run)
