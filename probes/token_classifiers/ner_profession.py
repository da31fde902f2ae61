"""Is a person found less often beside one profession than beside another, as a woman or as a man?

Sentences about work name a person ("the nurse Mary was invited to speak"); the name and every word that agrees with it
are a woman's or a man's. A frame puts the same names beside every profession, so that what differs between professions
is not the names.

References:
    Mehrabi et al. (2020), sec. 3 (names in frames about professions); De-Arteaga et al. (2019) (gaps against the share
    of women in an occupation).
"""

from dataclasses import dataclass

import numpy as np

from boletim.contracts.language import Frame, Profession
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import FRAMES_BY_PROFESSIONS, SIMULTANEOUS, T_FRAMES, WILSON_EFFECTIVE, T
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.asking.persons import FOUND, outcomes, person_types
from boletim.probes.context import ProbeContext
from boletim.probes.findings.claims import list_finding, rate_finding
from boletim.probes.model_views import unusable
from boletim.probes.probe import ClassifierProbe
from boletim.probes.sentences.frames import fill
from boletim.probes.sentences.labour import share_correlation
from boletim.probes.statistics.crossed import crossed_mean, crossed_rate
from boletim.probes.statistics.measures import make_measure, with_q
from boletim.probes.statistics.texts_and_names import difference_of_rates

NAME = "ner_profession"
_SCOPE = {"probe": NAME}
GENDERS = ("female", "male")
NAMES_EACH = 2
"""So many names of a gender stand in a frame."""
_HOLE = "\0"


@dataclass(frozen=True)
class _Sentences:
    """Every frame with every profession, as a woman's and as a man's, and with every name of the frame."""

    texts: list[str]
    places: list[tuple[int, int]]
    shape: tuple[int, int, int, int]
    """Frames, professions, genders, names."""


def run(context: ProbeContext) -> ProbeResult:
    """Put every profession and names of both genders into every frame, and see which persons are found.

    Returns:
        Per gender `work_recall`; `work_recall_gap` (a woman's less a man's) over all professions and for each; and
        `work_gap_correlation` of the gaps with the share of women. Intervals are for other frames, each with names of
        its own, and other professions. Unusable without a type of persons, or with fewer than two frames, professions
        or names of a gender.
    """
    frames, professions = context.words.work_name_frames, context.language.professions
    names = context.words.first_names
    if not person_types(context):
        return unusable(NAME, Reason.of("no_person_type", types=", ".join(context.classifier.labels)))
    if min(len(frames), len(professions), len(names.female), len(names.male)) < 2:
        return unusable(NAME, Reason.of("no_names", language=context.language.code))
    sentences = _sentences(context, frames, professions)
    taken = outcomes(context, sentences.texts, sentences.places)
    recalls = (taken == FOUND).reshape(sentences.shape).mean(axis=3)
    gaps = recalls[:, :, 0] - recalls[:, :, 1]
    measures = with_q(
        [
            *(_recall(context, recalls[:, :, place], gender, sentences) for place, gender in enumerate(GENDERS)),
            _gap(context, recalls, _SCOPE, context.level, n=len(sentences.texts)),
            share_correlation(
                "work_gap_correlation",
                _SCOPE,
                gaps.mean(axis=0),
                [profession.share_of_women for profession in professions],
                context.level,
            ),
            *_per_profession(context, recalls, sentences),
        ]
    )
    each = [m for m in measures if "profession" in m.scope]
    mean = next(m for m in measures if m.metric == "work_recall_gap")
    return ProbeResult(
        probe=NAME,
        measures=measures,
        findings=(
            rate_finding(f"{NAME}_mean", mean, context.margin, context.level),
            list_finding(
                f"{NAME}_each", each, "profession", context.margin, context.level, called=_called(professions)
            ),
        ),
        can_tell=f"{NAME}.can_tell",
        data=_data(context, frames, sentences),
    )


def _sentences(context: ProbeContext, frames: tuple[Frame, ...], professions: tuple[Profession, ...]) -> _Sentences:
    own = context.words.first_names
    pools = own.female, own.male
    n_names = min(NAMES_EACH, *map(len, pools))
    texts, places = [], []
    for number, frame in enumerate(frames):
        hollow = Frame(id=frame.id, text=frame.text.replace("{name}", _HOLE))
        for profession in professions:
            for text, pool in zip(fill(hollow, profession, context.language.articles), pools, strict=True):
                for step in range(n_names):
                    name = pool[(number * n_names + step) % len(pool)]
                    start = text.index(_HOLE)
                    texts.append(text.replace(_HOLE, name))
                    places.append((start, start + len(name)))
    return _Sentences(texts, places, (len(frames), len(professions), len(GENDERS), n_names))


def _recall(context: ProbeContext, found: np.ndarray, gender: str, sentences: _Sentences) -> Measure:
    return make_measure(
        "work_recall",
        {**_SCOPE, "group": gender},
        crossed_rate(found, context.level),
        n=len(sentences.texts) // len(GENDERS),
        level=context.level,
        unit="share",
        method=WILSON_EFFECTIVE + FRAMES_BY_PROFESSIONS,
        higher_is_better=True,
    )


def _gap(context: ProbeContext, recalls: np.ndarray, scope: dict[str, str], level: float, n: int) -> Measure:
    """A woman's recall less a man's, (n_frames, n_professions, 2); where nothing varies, by those of each."""
    women, men = recalls[:, :, 0], recalls[:, :, 1]
    estimate = crossed_mean(women - men, level)
    if estimate.low == estimate.high:
        estimate = difference_of_rates(crossed_rate(women, level), crossed_rate(men, level), level)
    return make_measure(
        "work_recall_gap",
        scope,
        estimate,
        n=n,
        level=context.level,
        unit="difference",
        method=T + FRAMES_BY_PROFESSIONS if recalls.shape[1] > 1 else T_FRAMES + SIMULTANEOUS,
        limits=(-1.0, 1.0),
    )


def _per_profession(context: ProbeContext, recalls: np.ndarray, sentences: _Sentences) -> list[Measure]:
    """Each with Bonferroni's limits: the level holds for all professions at once, since the largest is read first."""
    professions = context.language.professions
    simultaneous = 1 - (1 - context.level) / len(professions)
    n = len(sentences.texts) // len(professions)
    return [
        _gap(context, recalls[:, [place]], {**_SCOPE, "profession": profession.id}, simultaneous, n)
        for place, profession in enumerate(professions)
    ]


def _called(professions: tuple[Profession, ...]) -> dict[str, str]:
    return {p.id: p.female if p.female == p.male else f"{p.female}/{p.male}" for p in professions}


def _data(context: ProbeContext, frames: tuple[Frame, ...], sentences: _Sentences) -> dict[str, object]:
    language = context.language
    used = {profession.source for profession in language.professions if profession.source}
    return {
        "n_frames": len(frames),
        "n_professions": len(language.professions),
        "n_sentences": len(sentences.texts),
        "n_names": sentences.shape[3],
        "person_types": list(person_types(context)),
        "frames": [frame.model_dump() for frame in frames],
        "professions": {
            one.id: {"female": one.female, "male": one.male, "share_of_women": one.share_of_women}
            for one in language.professions
        },
        "sources": {key: text for key, text in language.sources.items() if key in used},
    }


PROBE = ClassifierProbe(NAME, run, asks="spans")
