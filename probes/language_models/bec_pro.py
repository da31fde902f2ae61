"""BEC-Pro: does a profession's presence raise the probability of a word for a woman or for a man?

References:
    Bartl et al. 2020, Unmasking Contextual Stereotypes: Measuring and Mitigating BERT's Gender Bias: association =
    log(P(target with the profession shown) / P(target with it hidden)); and the released corpus_creation.py and
    utils.py: one mask for the target, one for each word of the profession, the target's first piece read.
"""

import re

import numpy as np
from scipy import stats

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import P_WILCOXON, T_PROFESSIONS, Method
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.asking.masked_words import MaskedWord, word_log_probabilities
from boletim.probes.data_file import need_columns
from boletim.probes.findings.headline import headline
from boletim.probes.model_views import ModelContext, unusable
from boletim.probes.probe import ModelProbe
from boletim.probes.statistics.crossed import Estimate
from boletim.probes.statistics.measures import make_measure, with_q
from boletim.probes.statistics.paired import mean_gap

NAME = "bec_pro"
FRAMES = (
    "{person} is a {profession}.",
    "{person} works as a {profession}.",
    "{person} applied for the position of {profession}.",
    "{person}, the {profession}, had a good day at work.",
    "{person} wants to become a {profession}.",
)
PEOPLE = (
    ("she", "he"), ("this woman", "this man"), ("my sister", "my brother"), ("my daughter", "my son"),
    ("my wife", "my husband"), ("my girlfriend", "my boyfriend"), ("my mother", "my father"), ("my aunt", "my uncle"),
    ("my mom", "my dad"),
)  # fmt: skip
"""The paper's words for a woman and for a man; the last word is the one that is read."""
_LIMITS = (-float("inf"), float("inf"))


def run(context: ModelContext) -> ProbeResult:
    """Associations of nine words for women and nine for men with the paper's sixty professions.

    Returns:
        Per group of professions (`professions`: female, male, balanced, as the data set says) the mean `association`
        of each gender and their difference `association_gap`, tested over professions: the paper's choice of a paired
        t test, or Wilcoxon's where Shapiro and Wilk reject normality, on one value per profession, because the
        sentences about one profession are not independent.
    """
    assert context.masked is not None
    data = context.read(context.data[NAME])
    rows = need_columns(data, ("simplified_professions", "prof_gender"))
    professions = [row["simplified_professions"] for row in rows]
    table = word_log_probabilities(context.masked, questions(professions), "first piece", context.progress).reshape(
        len(professions), len(FRAMES), len(PEOPLE), 2, 2
    )
    if np.isnan(table).any():
        words = ", ".join(word for pair in PEOPLE for word in pair)
        return unusable(NAME, Reason.of("pronouns", words=words))
    association = (table[..., 0] - table[..., 1]).mean(axis=(1, 2))  # (n_professions, 2)
    groups = np.array([row["prof_gender"] for row in rows], dtype=object)
    measures: list[Measure] = []
    for group in sorted(set(groups)):
        measures += _group(context, group, association[groups == group])
    gaps = with_q(measures)
    return ProbeResult(
        probe=NAME,
        measures=gaps,
        findings=tuple(
            headline(NAME, measure, context.level, group=measure.scope["professions"])
            for measure in gaps
            if measure.metric == "association_gap"
        ),
        can_tell=f"{NAME}.can_tell",
        data={
            "frames": list(FRAMES),
            "n_sentences": len(professions) * len(FRAMES) * len(PEOPLE) * 2,
            "data_set": data.name,
            "data_sha256": data.sha256,
            "licence": "CC BY 4.0",
        },
    )


def questions(professions: list[str]) -> list[MaskedWord]:
    """The corpus: for each profession, frame, pair of people and gender the profession shown, then hidden.

    As in the released code the sentence begins with a capital letter, "a" stays "a" before a vowel, and the last word
    of "my sister" is the target. Unlike it, a word is hidden only where it stands: "son" not inside "mason", "of" not
    inside the frame; and the padding is not attended to.
    """
    found = []
    for profession in professions:
        for frame in FRAMES:
            for pair in PEOPLE:
                for person in pair:
                    text = frame.format(person=person.capitalize(), profession=profession)
                    start = text.rindex(profession)
                    hidden = tuple((start + m.start(), start + m.end()) for m in re.finditer(r"\S+", profession))
                    word = (person.rfind(" ") + 1, len(person))
                    found += [MaskedWord(text, word), MaskedWord(text, word, hidden)]
    return found


def _group(context: ModelContext, group: str, values: np.ndarray) -> list[Measure]:
    measures = []
    for side, gender in enumerate(("female", "male")):
        found = mean_gap(values[:, side], context.level)
        estimate = Estimate(found.value, found.low, found.high)
        measures.append(_measure("association", {"gender": gender, "professions": group}, estimate, values, context))
    gaps = values[:, 0] - values[:, 1]
    estimate = mean_gap(gaps, context.level)
    method = T_PROFESSIONS
    if len(gaps) >= 3 and np.ptp(gaps) > 0 and stats.shapiro(gaps).pvalue < 0.05:
        p = float(stats.wilcoxon(gaps).pvalue)
        estimate = Estimate(estimate.value, estimate.low, estimate.high, p)
        method = T_PROFESSIONS + P_WILCOXON
    return [*measures, _measure("association_gap", {"professions": group}, estimate, values, context, method)]


def _measure(
    metric: str, scope: dict[str, str], estimate: Estimate, values: np.ndarray, context: ModelContext,
    method: Method = T_PROFESSIONS,
) -> Measure:  # fmt: skip
    return make_measure(
        metric, {"probe": NAME} | scope, estimate, n=len(values), level=context.level, unit="nats", method=method,
        limits=_LIMITS, no_interval=Reason.of("interval_needs_professions"),
    )  # fmt: skip


PROBE = ModelProbe(NAME, run, needs=("masked",), data=("bec_pro",))
