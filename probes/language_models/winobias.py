"""WinoBias: does a language model find the stereotypical pronoun likelier where the sentence tells whose it is?

References:
    Zhao et al. 2018, Gender Bias in Coreference Resolution: Evaluation and Debiasing Methods, section 2: type 1 needs
    knowledge of the world, type 2 only syntax. Welch 1947 (degrees of freedom).
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from boletim.contracts.errors import DataError
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import T_OCCUPATIONS
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.asking.masked_words import MaskedWord, word_log_probabilities
from boletim.probes.data_file import DataFile
from boletim.probes.findings.headline import headline
from boletim.probes.model_views import ModelContext, unusable
from boletim.probes.probe import ModelProbe
from boletim.probes.statistics.crossed import Estimate
from boletim.probes.statistics.measures import make_measure, with_q

NAME = "winobias"
FILES = ("winobias_pro_1", "winobias_anti_1", "winobias_pro_2", "winobias_anti_2")
_WOMEN, _MEN = {"she", "her", "hers", "herself"}, {"he", "him", "his", "himself"}
_BRACKET = re.compile(r"\[([^\[\]]+)\]")
_LIMITS = (-float("inf"), float("inf"))


@dataclass(frozen=True)
class Sentence:
    """One line of the data set."""

    text: str
    """Without number and brackets."""
    occupation: str
    """Whom the pronoun stands for, in lower case, without article."""
    pronouns: tuple[tuple[int, int], ...]
    """Where the bracketed pronouns stand in `text`."""
    is_female: bool
    """Whether they are a woman's."""
    frame: str
    """The text with a gap for each of them."""


def run(context: ModelContext) -> ProbeResult:
    """Score every sentence with the stereotypical and with the opposite pronoun.

    The data sets are the four files of sentences, `pro_stereotyped_type1.txt.dev` and so on, or `.test`. A causal model
    is asked for the whole sentence, a masked one for the pronouns, all of them hidden while one is read.

    Returns:
        `stereotype_gap` per `type` (1, 2): log P(stereotypical) - log P(opposite), see `stereotype_gap`; positive:
        stereotypes are likelier.

    Raises:
        DataError: The files are not WinoBias's, or a pair of files does not fit together.
    """
    files = [context.read(context.data[key]) for key in FILES]
    measures: list[Measure] = []
    n_pairs = n_left_out = 0
    for kind, (pro, anti) in enumerate((files[:2], files[2:]), start=1):
        pairs = sentence_pairs(pro, anti)
        scores = _scores(context, [sentence for pair in pairs for sentence in pair]).reshape(-1, 2)
        if np.isnan(scores).any():
            words = ", ".join(sorted(_WOMEN | _MEN))
            return unusable(NAME, Reason.of("pronouns", words=words))
        first = [sentence for sentence, _ in pairs]
        names = [sentence.occupation for sentence in first]
        estimate = stereotype_gap(
            scores[:, 0] - scores[:, 1], names, [sentence.is_female for sentence in first], context.level
        )
        measures.append(
            make_measure(
                "stereotype_gap", {"probe": NAME, "type": str(kind)}, estimate, n=len(set(names)), level=context.level,
                unit="nats", method=T_OCCUPATIONS, limits=_LIMITS,
                no_interval=Reason.of("interval_needs_occupations"),
            )
        )  # fmt: skip
        n_pairs += len(pairs)
        n_left_out += len(_lines(pro)) - len(pairs)
    found = with_q(measures)
    return ProbeResult(
        probe=NAME,
        measures=found,
        findings=tuple(headline(NAME, m, context.level, kind=m.scope["type"]) for m in found),
        can_tell=f"{NAME}.can_tell",
        data={
            "n_pairs": n_pairs,
            "n_left_out": n_left_out,
            "data_set": ", ".join(file.name for file in files),
            "data_sha256": hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest(),
            "licence": "MIT",
        },
    )


def stereotype_gap(gaps: np.ndarray, names: Sequence[str], is_female: Sequence[bool], level: float) -> Estimate:
    """Mean gap over occupations, those whose stereotype is a woman and those whose is a man weighing alike.

    A model that likes "he" everywhere gains on one side what it loses on the other, and has no gap.

    Args:
        gaps: (n,) float64, one per pair of sentences.
        names: Occupation of each.
        is_female: Whether the stereotypical pronoun of each is a woman's.
        level: Confidence level in (0, 1).

    Returns:
        The mean of both sides' means with Welch's t interval over occupations and p against 0; no interval with fewer
        than two occupations on a side. With one side alone the mean is that side's, still without an interval.
    """
    table: dict[tuple[bool, str], list[float]] = defaultdict(list)
    for gap, name, side in zip(gaps, names, is_female, strict=True):
        table[bool(side), name].append(float(gap))
    sides = [np.array([np.mean(found) for (side, _), found in table.items() if side == want]) for want in (True, False)]
    value = float(np.mean([side.mean() for side in sides if len(side)]))
    if min(map(len, sides)) < 2:
        return Estimate(value)
    parts = [float(side.var(ddof=1)) / len(side) / 4 for side in sides]
    error = float(np.sqrt(sum(parts)))
    if error <= 1e-12:
        return Estimate(value, value, value, 1.0 if abs(value) <= 1e-12 else 0.0)
    df = sum(parts) ** 2 / sum(part**2 / (len(side) - 1) for part, side in zip(parts, sides, strict=True))
    half = float(stats.t.ppf((1 + level) / 2, df)) * error
    return Estimate(value, value - half, value + half, float(2 * stats.t.sf(abs(value) / error, df)))


def sentence_pairs(pro: DataFile, anti: DataFile) -> list[tuple[Sentence, Sentence]]:
    """The lines of both files that differ in their bracketed pronouns and in nothing else.

    Raises:
        DataError: The files have different numbers of lines, or fewer than half of the lines are such pairs.
    """
    sides = [[read_sentence(line) for line in _lines(file)] for file in (pro, anti)]
    n = len(sides[0])
    if n != len(sides[1]):
        raise DataError("winobias_lines", pro=pro.name, anti=anti.name, n=n, n_other=len(sides[1]))
    pairs = [
        (a, b) for a, b in zip(*sides, strict=True) if a and b and a.frame == b.frame and a.is_female != b.is_female
    ]
    if len(pairs) < max(1, n / 2):
        raise DataError("winobias_pairs", pro=pro.name, anti=anti.name, n_wrong=n - len(pairs), n=n)
    return pairs


def read_sentence(line: str) -> Sentence | None:
    """One line: maybe a number, then a sentence whose occupation and pronouns stand in brackets.

    Returns:
        None without a bracketed occupation, without a bracketed pronoun, or with pronouns of both genders.
    """
    line = re.sub(r"^\d+\s+", "", line.strip())
    text, frame, occupation, pronouns, genders, end = "", "", "", [], set(), 0
    for match in _BRACKET.finditer(line):
        word = match.group(1).strip()
        text += line[end : match.start()]
        frame += line[end : match.start()]
        if word.lower() in _WOMEN | _MEN:
            pronouns.append((len(text), len(text) + len(word)))
            genders.add(word.lower() in _WOMEN)
            frame += "[]"
        else:
            occupation = occupation or re.sub(r"^(the|a|an)\s+", "", word.lower())
            frame += word
        text += word
        end = match.end()
    if not occupation or len(genders) != 1:
        return None
    return Sentence(text + line[end:], occupation, tuple(pronouns), genders.pop(), frame + line[end:])


def _lines(file: DataFile) -> list[str]:
    return [line for line in file.content if isinstance(line, str)] if isinstance(file.content, list) else []


def _scores(context: ModelContext, sentences: list[Sentence]) -> np.ndarray:
    if context.masked is None:
        assert context.causal is not None
        texts = [sentence.text for sentence in sentences]
        found = context.causal.log_likelihoods([""] * len(texts), texts, context.progress)
        return np.array([values.sum() for values in found])
    questions, owners = [], []
    for owner, sentence in enumerate(sentences):
        for place in sentence.pronouns:
            others = tuple(other for other in sentence.pronouns if other != place)
            questions.append(MaskedWord(sentence.text, place, others))
            owners.append(owner)
    totals = np.zeros(len(sentences))
    np.add.at(totals, owners, word_log_probabilities(context.masked, questions, progress=context.progress))
    return totals


PROBE = ModelProbe(NAME, run, needs=("masked", "causal"), data=FILES)
