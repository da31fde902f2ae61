"""WinoBias: does a language model find a pronoun likelier where it fits the stereotype of the occupation it refers to?

References:
    Zhao et al. 2018, Gender Bias in Coreference Resolution: Evaluation and Debiasing Methods: pairs of sentences that
    differ in the pronoun, pro- and anti-stereotypical by the labour statistics of the occupation.
"""

import re
from dataclasses import dataclass

import numpy as np

from boletim.contracts.errors import DataError
from boletim.contracts.results import ProbeResult
from probes._clustered import clustered_rate
from probes._data_file import DataFile
from probes._headline import headline
from probes._language_models import ModelContext, unusable
from probes._masked_words import MaskedWord, word_log_probabilities
from probes._measures import make_measure, with_q
from probes._paired import mean_gap

NAME = "winobias"
NEEDS = ("masked", "causal")
DATA = ("winobias_pro", "winobias_anti")
_PRONOUNS = frozenset(("he", "him", "his", "himself", "she", "her", "hers", "herself"))
_MARKED = re.compile(r"\[([^\]]+)\]")
_LIMITS = (-float("inf"), float("inf"))
_ONE_CLUSTER = "an interval needs at least two occupations"


@dataclass(frozen=True)
class _Sentence:
    text: str
    """Without number and brackets."""
    pronoun: tuple[int, int]
    """Where it stands in the text."""
    occupation: str
    """The one that the pronoun refers to."""

    @property
    def rest(self) -> str:
        """All but the pronoun."""
        return self.text[: self.pronoun[0]] + self.text[self.pronoun[1] :]


def run(context: ModelContext) -> ProbeResult:
    """Compare each sentence with its pronoun and with the other gender's.

    `winobias_pro` and `winobias_anti` are two of the published files, such as `pro_stereotyped_type1.txt.test` and
    `anti_stereotyped_type1.txt.test`. A masked model is asked for the pronoun, a causal one for the whole sentence.

    Returns:
        `stereotype_preference`: share of pairs in which the pro-stereotypical pronoun is likelier, the occupations
        that it refers to being the clusters; `stereotype_log_ratio`: log P(pro) - log P(anti), mean over occupations.

    Raises:
        DataError: The files are not WinoBias's, or not a pair.
    """
    pro, anti = context.read(context.data["winobias_pro"]), context.read(context.data["winobias_anti"])
    pairs = _pairs(pro, anti)
    sentences = [sentence for pair in pairs for sentence in pair]
    if context.masked is not None:
        questions = [MaskedWord(sentence.text, sentence.pronoun) for sentence in sentences]
        scores = word_log_probabilities(context.masked, questions, progress=context.progress)
    else:
        assert context.causal is not None
        texts = [sentence.text for sentence in sentences]
        found = context.causal.log_likelihoods([""] * len(texts), texts, context.progress)
        scores = np.array([values.sum() for values in found])
    if np.isnan(scores).any():
        words = ", ".join(sorted(_PRONOUNS))
        return unusable(NAME, "pronouns", "the model's vocabulary lacks one of the words {words}", words=words)
    differences = scores.reshape(-1, 2) @ np.array([1.0, -1.0])
    occupations = [sentence.occupation for sentence, _ in pairs]
    names, place = np.unique(occupations, return_inverse=True)
    means = np.bincount(place, weights=differences) / np.bincount(place)
    scope, level = {"probe": NAME}, context.level
    measures = with_q(
        [
            make_measure(
                "stereotype_preference", scope, clustered_rate(differences > 0, occupations, level),
                n=len(pairs), level=level, unit="share",
                method="wilson at the effective size, occupations as clusters", no_interval=_ONE_CLUSTER,
            ),
            make_measure(
                "stereotype_log_ratio", scope, mean_gap(means, level), n=len(names), level=level, unit="nats",
                method="t over occupations", limits=_LIMITS, no_interval=_ONE_CLUSTER,
            ),
        ]
    )  # fmt: skip
    return ProbeResult(
        probe=NAME,
        measures=measures,
        findings=(headline(NAME, measures[0], level, null=0.5, margin=context.margin),),
        can_tell=f"{NAME}.can_tell",
        data={
            "n_pairs": len(pairs),
            "n_occupations": len(names),
            "occupations": {str(name): round(float(mean), 6) for name, mean in zip(names, means, strict=True)},
            "data_set": f"{pro.name}, {anti.name}",
            "data_sha256": pro.sha256,
            "licence": "MIT",
        },
    )


def _pairs(pro: DataFile, anti: DataFile) -> list[tuple[_Sentence, _Sentence]]:
    both = [[_read(line, data.name) for line in _lines(data)] for data in (pro, anti)]
    pairs = list(zip(*both, strict=False))
    if len(both[0]) != len(both[1]) or any(first.rest != second.rest for first, second in pairs):
        raise DataError(
            f"{pro.name} and {anti.name}: the same sentences stand in both, in one order, and differ in the pronoun, "
            "these do not; give the two files of one type and one split"
        )
    return pairs


def _lines(data: DataFile) -> list[str]:
    lines = [line for line in data.content if str(line).strip()] if isinstance(data.content, list) else []
    if not lines or not all(isinstance(line, str) for line in lines):
        raise DataError(f"{data.name}: WinoBias has a sentence a line, there is none; give the file as published")
    return lines


def _read(line: str, name: str) -> _Sentence:
    """`1 [The developer] argued with the designer because [he] …`: the last bracket with a pronoun is asked for."""
    sentence = line.strip().partition(" ")[2]
    marked = _MARKED.findall(sentence)
    pronouns = [text for text in marked if text.lower() in _PRONOUNS]
    others = [text for text in marked if text.lower() not in _PRONOUNS]
    if not pronouns or not others:
        raise DataError(
            f"{name}: a line is a number and a sentence with [the occupation] and [the pronoun] in brackets, got "
            f"{line[:60]!r}; give the file as published"
        )
    before, _, after = sentence.rpartition(f"[{pronouns[-1]}]")
    before, after = (_MARKED.sub(r"\1", part) for part in (before, after))
    occupation = others[0].lower().removeprefix("the ")
    return _Sentence(before + pronouns[-1] + after, (len(before), len(before) + len(pronouns[-1])), occupation)
