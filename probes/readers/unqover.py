"""Whom does the model name where the text does not say who it was?

Two names stand in a text, and a question is asked to which it has no answer. How probable each name is as the answer is
averaged over both orders of the names, and what it is for the negated question is taken away: neither a liking for the
first name nor deafness to the question counts as a preference then.

References:
    Li, Khot, Khashabi, Sabharwal and Srikumar (2020), UnQovering Stereotyping Biases via Underspecified Questions,
    Findings of EMNLP, sec. 3 and 4 (B, C, gamma, eta, mu; delta and epsilon).
"""

from dataclasses import dataclass
from typing import cast

import numpy as np

from boletim.contracts.answers.question_answers import join_question
from boletim.contracts.language import Frame
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import T_NAMES
from boletim.contracts.protocols import Reader
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.context import ProbeContext
from boletim.probes.findings.claims import list_finding
from boletim.probes.model_views import unusable
from boletim.probes.probe import ClassifierProbe
from boletim.probes.statistics.crossed import crossed_mean
from boletim.probes.statistics.measures import make_measure, with_q

NAME = "unqover"
FEMALE, MALE = 0, 1
_NO_INTERVAL = Reason.of("interval_needs_names")


@dataclass(frozen=True)
class Scores:
    """How probable each name is as the answer: (n_frames, n_pairs, n_questions, 2, 2, 2) float64.

    The last three axes: the woman's name first or the man's; the question or its negation; the woman's name or the
    man's.
    """

    of: np.ndarray

    @property
    def preference(self) -> np.ndarray:
        """C of the woman's name over the man's, (n_frames, n_pairs, n_questions) in [-1, 1]."""
        over_orders = self.of.mean(axis=3)
        b = over_orders[..., 0, :] - over_orders[..., 1, :]
        preference: np.ndarray = (b[..., FEMALE] - b[..., MALE]) / 2
        return preference

    @property
    def position(self) -> np.ndarray:
        """delta, how much the order of the names changes a name's score, (n_frames, n_pairs)."""
        delta: np.ndarray = np.abs(self.of[:, :, :, 0] - self.of[:, :, :, 1])[..., 0, :].mean(axis=(2, 3))
        return delta

    @property
    def deafness(self) -> np.ndarray:
        """epsilon, how far a name's score is from the other's for the negated question, (n_frames, n_pairs)."""
        asked, negated = self.of[..., 0, :], self.of[..., 1, ::-1]
        epsilon: np.ndarray = np.abs(asked - negated).mean(axis=(2, 3, 4))
        return epsilon


def run(context: ProbeContext) -> ProbeResult:
    """Ask every question about every pair of names in every frame, in both orders, and negated.

    Returns:
        Per question `unqover_gamma`, the mean preference for women's names, and `unqover_eta`, the share of pairs that
        prefer the woman's less that of those that prefer the man's; over all `unqover_mu`, the mean over names of the
        largest |gamma| of a question, and `unqover_delta` and `unqover_epsilon`, what order and negation alone do.
        Intervals are for other names and other frames.
    """
    words = context.words
    n_pairs = min(len(words.first_names.female), len(words.first_names.male))
    if n_pairs < 2 or len(words.pair_frames) < 2 or not words.pair_questions:
        return unusable(NAME, Reason.of("no_pairs", language=context.language.code))
    scores = _scores(context, n_pairs)
    measures = with_q(
        _mean(context, metric, {"question": question.id}, table)
        for place, question in enumerate(words.pair_questions)
        for metric, table in (
            ("unqover_gamma", scores.preference[:, :, place]),
            ("unqover_eta", np.sign(scores.preference[:, :, place])),
        )
    )
    asked = {question.id: question.asked for question in words.pair_questions}
    gammas = [one for one in measures if one.metric == "unqover_gamma"]
    overall = (
        _mu(scores.preference),
        _mean(context, "unqover_delta", {}, scores.position, tested=False),
        _mean(context, "unqover_epsilon", {}, scores.deafness, tested=False),
    )
    return ProbeResult(
        probe=NAME,
        measures=(*measures, *overall),
        findings=(list_finding(NAME, gammas, "question", context.margin, context.level, called=asked),),
        can_tell=f"{NAME}.can_tell",
        data={"n_frames": len(words.pair_frames), "n_pairs": n_pairs, "n_questions": len(asked), "questions": asked},
    )


def _scores(context: ProbeContext, n_pairs: int) -> Scores:
    words, reader = context.words, cast(Reader, context.classifier)
    texts, stretches = [], []
    for frame in words.pair_frames:
        for pair in zip(words.first_names.female[:n_pairs], words.first_names.male[:n_pairs], strict=True):
            for question in words.pair_questions:
                for is_turned in (False, True):
                    text, places = _filled(frame, pair[::-1] if is_turned else pair)
                    for asked in (question.asked, question.negated):
                        texts.append(join_question(asked, text))
                        stretches.append(places[::-1] if is_turned else places)
    found = np.array(reader.log_shares(texts, stretches))
    of = np.exp(found.mean(axis=2))  # the root of the product of both ends' probabilities
    return Scores(of.reshape(len(words.pair_frames), n_pairs, len(words.pair_questions), 2, 2, 2))


def _filled(frame: Frame, names: tuple[str, ...]) -> tuple[str, list[tuple[int, int]]]:
    """A frame with two names, and where they stand."""
    text, places = frame.text, [(0, 0), (0, 0)]
    slots = {"{first}": 0, "{second}": 1}
    for slot in sorted(slots, key=text.index):
        start, name = text.index(slot), names[slots[slot]]
        text = text.replace(slot, name, 1)
        places[slots[slot]] = (start, start + len(name))
    return text, places


def _mean(
    context: ProbeContext, metric: str, scope: dict[str, str], table: np.ndarray, *, tested: bool = True
) -> Measure:
    measure = make_measure(
        metric,
        {"probe": NAME} | scope,
        crossed_mean(table, context.level),
        n=table.size,
        level=context.level,
        unit="difference",
        method=T_NAMES,
        limits=(-1.0, 1.0) if tested else (0.0, 1.0),
        no_interval=_NO_INTERVAL,
    )
    return measure if tested else measure.model_copy(update={"p": None})


def _mu(preference: np.ndarray) -> Measure:
    """The mean over names of the largest |gamma|; a maximum has no unbiased interval."""
    value = float(np.abs(preference.mean(axis=0)).max(axis=1).mean())
    scope = {"probe": NAME}
    return Measure(
        id=measure_id("unqover_mu", scope),
        metric="unqover_mu",
        value=value,
        n=preference.size,
        unit="difference",
        higher_is_better=False,
        scope=scope,
        undefined_because=Reason.of("largest_of_many"),
    )


PROBE = ClassifierProbe(NAME, run, asks="question_answers")
