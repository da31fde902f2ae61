"""Does a masked language model tie a profession to "she" or to "he", beyond how it likes the two words anyway?

References:
    Kurita et al. 2019, Measuring Bias in Contextualized Word Representations, section 2: log(p_target / p_prior) for
    each pronoun, and their difference. The prior is read at the pronoun's mask, as the paper defines it; the released
    bias_calculator.py reads it near the profession's.
"""

from collections.abc import Sequence

import numpy as np

from boletim.contracts.meaning import Reason
from boletim.contracts.method import T_PROFESSIONS
from boletim.contracts.protocols import MaskedScorer, Progress, no_progress
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.asking.masked_words import MaskedWord, Mode, word_log_probabilities
from boletim.probes.findings.headline import headline
from boletim.probes.model_views import ModelContext, unusable
from boletim.probes.probe import ModelProbe
from boletim.probes.sentences.labour import occupations, share_correlation
from boletim.probes.statistics.measures import make_measure, with_q
from boletim.probes.statistics.paired import mean_gap

NAME = "kurita"
FRAMES = ("{} is a {}.", "{} works as a {}.", "{} is training to be a {}.")
_TARGETS = ("she", "he")
_LIMITS = (-float("inf"), float("inf"))


def run(context: ModelContext) -> ProbeResult:
    """Compare the two pronouns beside every profession.

    Returns:
        `log_probability_score` (association of the profession with "she" minus that with "he", mean over professions,
        t interval over professions; positive: she), the same with the released code's one mask per word
        (`log_probability_score_first_piece`), and `association_share_correlation` with the share of women. English
        only; a data set under `kurita` replaces the pack's professions.
    """
    assert context.masked is not None
    if context.language.code != "en":
        return unusable(NAME, Reason.of("english_only", language=context.language.code))
    people, sources = occupations(context, NAME)
    names = [person.name for person in people]
    tables = {
        mode: association(context.masked, names, mode, context.progress) for mode in ("all pieces", "first piece")
    }
    scores = tables["all pieces"]
    if np.isnan(scores).any():
        return unusable(NAME, Reason.of("pronouns", words=", ".join(_TARGETS)))
    scope = {"probe": NAME}
    measures = with_q(
        [
            make_measure(
                metric, scope, mean_gap(tables[mode].mean(axis=1), context.level), n=len(people), level=context.level,
                unit="nats", method=T_PROFESSIONS, limits=_LIMITS,
            )
            for metric, mode in (
                ("log_probability_score", "all pieces"), ("log_probability_score_first_piece", "first piece")
            )
        ]
        + [
            share_correlation(
                "association_share_correlation", scope, scores.mean(axis=1), [p.share_of_women for p in people],
                context.level,
            )
        ]
    )  # fmt: skip
    return ProbeResult(
        probe=NAME,
        measures=measures,
        findings=(
            headline(f"{NAME}_score", measures[0], context.level),
            headline(f"{NAME}_shares", measures[2], context.level),
        ),
        can_tell=f"{NAME}.can_tell",
        data={
            "frames": list(FRAMES),
            "occupations": {
                name: round(float(value), 6) for name, value in zip(names, scores.mean(axis=1), strict=True)
            },
            "sources": sources,
        },
    )


def association(
    scorer: MaskedScorer, professions: Sequence[str], mode: Mode = "all pieces", progress: Progress = no_progress
) -> np.ndarray:
    """Kurita's score of each profession in each frame: how much more it raises "she" than "he".

    Args:
        scorer: A masked language model.
        professions: As they stand in a sentence; "a" becomes "an" before a vowel.
        mode: One mask per word or one per piece, see `word_log_probabilities`.
        progress: Told how far it is.

    Returns:
        (n_professions, n_frames) float64, log(p_she / prior_she) - log(p_he / prior_he); NaN where the vocabulary
        lacks a pronoun. The prior hides the profession too.
    """
    questions = []
    for profession in professions:
        for frame in FRAMES:
            for target in _TARGETS:
                text = _with_article(frame, target, profession)
                start = text.rindex(profession)
                word = (0, len(target))
                questions += [MaskedWord(text, word), MaskedWord(text, word, ((start, start + len(profession)),))]
    found = word_log_probabilities(scorer, questions, mode, progress).reshape(len(professions), len(FRAMES), 2, 2)
    raised = found[..., 0] - found[..., 1]
    scores: np.ndarray = raised[..., 0] - raised[..., 1]
    return scores


def _with_article(frame: str, target: str, profession: str) -> str:
    text = frame.format(target, profession)
    return text.replace(f" a {profession}", f" an {profession}") if profession[0].lower() in "aeiou" else text


PROBE = ModelProbe(NAME, run, needs=("masked",), may_read=(NAME,))
