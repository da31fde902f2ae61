"""Does the prediction change when a sentence about a worker changes the worker's gender?

References:
    Kiritchenko and Mohammad 2018 (contrasts from sentence frames); Garg et al. 2019 (counterfactual token
    fairness gap); De-Arteaga et al. 2019 (gaps against the share of women in an occupation).
"""

from typing import Any

import numpy as np
from scipy import stats

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import FISHER, FRAMES_BY_PROFESSIONS, SIMULTANEOUS, T_FRAMES, WILSON_EFFECTIVE, T
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.context import ProbeContext
from boletim.probes.findings.gender_profession import find_all
from boletim.probes.model_views import unusable
from boletim.probes.probe import ClassifierProbe
from boletim.probes.sentences.contrasts import Contrasts, score_contrasts
from boletim.probes.statistics.crossed import Estimate, crossed_mean, crossed_rate
from boletim.probes.statistics.measures import make_measure, undefined, with_q

NAME = "gender_profession"
MIN_SHARES = 10
"""Professions with a known share of women that a correlation needs."""
_SCOPE = {"probe": NAME}
_EXAMPLES = 5


def run(context: ProbeContext) -> ProbeResult:
    """Score both sentences of every contrast and compare.

    Returns:
        `flip_rate` (share of contrasts whose predicted class differs), `ctf_gap` (mean total variation distance of
        the two score vectors), `score_gap` per profession and `mean_score_gap` (score as if about a woman minus
        score as if about a man), and `gap_share_correlation` with the share of women. The score is that of the
        class named like the profession; where no class is, that of the class with the highest mean score over all
        sentences. `mean_score_gap` and the correlation use the professions with a class of their own, if any has.
        Without professions or frames the probe is unusable.
    """
    language = context.language
    if not language.professions or not context.frames:
        return unusable(NAME, Reason.of("no_frames", language=language.code))
    contrasts = score_contrasts(context)
    own = [contrasts.class_of(profession) for profession in language.professions]
    reference = contrasts.reference_class
    chosen = np.array([reference if index is None else index for index in own])
    shifts = contrasts.female - contrasts.male
    gaps = np.take_along_axis(shifts, chosen[None, :, None], axis=2)[:, :, 0]
    is_overall = np.array([index is not None for index in own]) if any(i is not None for i in own) else chosen >= 0
    measures = with_q(
        [
            *_rates(context, contrasts),
            _mean_gap(context, gaps[:, is_overall]),
            _correlation(context, gaps, is_overall),
            *_per_profession(context, gaps),
        ]
    )
    data = _data(context, contrasts, own)
    return ProbeResult(
        probe=NAME,
        measures=measures,
        findings=find_all(context, measures, data),
        can_tell=f"{NAME}.can_tell",
        data=data,
    )


def _rates(context: ProbeContext, contrasts: Contrasts) -> list[Measure]:
    flips, n = contrasts.flips, contrasts.flips.size
    return [
        make_measure(
            "flip_rate",
            _SCOPE,
            crossed_rate(flips, context.level),
            n=n,
            level=context.level,
            unit="share",
            method=WILSON_EFFECTIVE + FRAMES_BY_PROFESSIONS,
            higher_is_better=False,
        ),
        make_measure(
            "ctf_gap",
            _SCOPE,
            _without_p(crossed_mean(contrasts.distances, context.level)),
            n=n,
            level=context.level,
            unit="score",
            method=T + FRAMES_BY_PROFESSIONS,
            higher_is_better=False,
        ),
    ]


def _without_p(estimate: Estimate) -> Estimate:
    """A distance is never negative: a test against zero would say nothing."""
    return Estimate(estimate.value, estimate.low, estimate.high)


def _mean_gap(context: ProbeContext, gaps: np.ndarray) -> Measure:
    return make_measure(
        "mean_score_gap",
        _SCOPE,
        crossed_mean(gaps, context.level),
        n=gaps.size,
        level=context.level,
        unit="difference",
        method=T + FRAMES_BY_PROFESSIONS,
        limits=(-1.0, 1.0),
    )


def _per_profession(context: ProbeContext, gaps: np.ndarray) -> list[Measure]:
    """Each with Bonferroni's limits: the level holds for all professions at once, since the largest is read first."""
    simultaneous = 1 - (1 - context.level) / gaps.shape[1]
    return [
        make_measure(
            "score_gap",
            _SCOPE | {"profession": profession.id},
            crossed_mean(gaps[:, [place]], simultaneous),
            n=len(gaps),
            level=context.level,
            unit="difference",
            method=T_FRAMES + SIMULTANEOUS,
            limits=(-1.0, 1.0),
        )
        for place, profession in enumerate(context.language.professions)
    ]


def _correlation(context: ProbeContext, gaps: np.ndarray, is_overall: np.ndarray) -> Measure:
    shares = [profession.share_of_women for profession in context.language.professions]
    used = [place for place, share in enumerate(shares) if share is not None and is_overall[place]]
    means = gaps[:, used].mean(axis=0) if used else np.array([])
    because = None
    if len(used) < MIN_SHARES:
        because = Reason.of("few_shares_of_women", least=MIN_SHARES, n=len(used))
    elif np.ptp(means) <= 1e-12:
        because = Reason.of("same_for_every_profession")
    if because:
        return undefined("gap_share_correlation", _SCOPE, because, unit="correlation", n=len(used))
    known = np.array([shares[place] for place in used], dtype=np.float64)
    result = stats.pearsonr(means, known)
    interval = result.confidence_interval(context.level)
    return make_measure(
        "gap_share_correlation",
        _SCOPE,
        Estimate(float(result.statistic), float(interval.low), float(interval.high), float(result.pvalue)),
        n=len(used),
        level=context.level,
        unit="correlation",
        method=FISHER,
        limits=(-1.0, 1.0),
    )


def _data(context: ProbeContext, contrasts: Contrasts, own: list[int | None]) -> dict[str, Any]:
    language, labels = context.language, contrasts.labels
    flips, distances = contrasts.flips, contrasts.distances
    largest = np.argsort(-distances, axis=None, kind="stable")[:_EXAMPLES]
    used = {profession.source for profession in language.professions if profession.source}
    return {
        "n_frames": len(context.frames),
        "n_professions": len(language.professions),
        "n_contrasts": int(flips.size),
        "n_flips": int(flips.sum()),
        "reference_class": labels[contrasts.reference_class],
        "frames": [frame.model_dump() for frame in context.frames],
        "professions": {
            profession.id: {
                "female": profession.female,
                "male": profession.male,
                "share_of_women": profession.share_of_women,
                "class": labels[contrasts.reference_class if index is None else index],
                "has_own_class": index is not None,
                "n_flips": int(flips[:, place].sum()),
            }
            for place, (profession, index) in enumerate(zip(language.professions, own, strict=True))
        },
        "sources": {key: text for key, text in language.sources.items() if key in used},
        "examples": [
            {
                "female": contrasts.sentences[place][0],
                "male": contrasts.sentences[place][1],
                "predicted_female": labels[int(contrasts.female.reshape(-1, len(labels))[place].argmax())],
                "predicted_male": labels[int(contrasts.male.reshape(-1, len(labels))[place].argmax())],
                "distance": round(float(distances.flat[place]), 6),
            }
            for place in map(int, largest)
        ],
    }


PROBE = ClassifierProbe(NAME, run)
