"""Winogender: whose pronoun does a language model expect where only the sentence tells that it is the worker's?

References:
    Rudinger et al. 2018, Gender Bias in Coreference Resolution: sentences, and the correlation with labour shares.
"""

from collections import defaultdict

import numpy as np

from boletim.contracts.errors import DataError
from boletim.contracts.meaning import Reason
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.asking.masked_words import MaskedWord, word_log_probabilities
from boletim.probes.asking.pronoun_figures import pronoun_figures
from boletim.probes.data_file import need_columns, need_number
from boletim.probes.model_views import ModelContext, unusable
from boletim.probes.probe import ModelProbe

NAME = "winogender"
_PRONOUNS = {"female": ("she", "her"), "male": ("he", "him", "his")}


def run(context: ModelContext) -> ProbeResult:
    """Compare the sentence with a female and with a male pronoun where it stands for the occupation.

    `winogender` is all_sentences.tsv, `winogender_shares` occupations-stats.tsv. A masked model is asked for the
    pronoun, a causal one for the whole sentence.

    Returns:
        `pronoun_log_ratio` (log P(female) - log P(male), mean over occupations) and `pronoun_share_correlation` with
        the share of women in the occupation.

    Raises:
        DataError: The files are not Winogender's.
    """
    sentences, shares = context.read(context.data["winogender"]), context.read(context.data["winogender_shares"])
    known = {row["occupation"]: need_number(shares, row, "bls_pct_female") / 100
             for row in need_columns(shares, ("occupation", "bls_pct_female"))}  # fmt: skip
    pairs = occupation_pairs(need_columns(sentences, ("sentid", "sentence")), sentences.name)
    texts = [text for _, female, male in pairs for text in (female, male)]
    if context.masked is not None:
        questions = [_pronoun(text, side) for _, *both in pairs for text, side in zip(both, _PRONOUNS, strict=True)]
        scores = word_log_probabilities(context.masked, questions, progress=context.progress)
    else:
        assert context.causal is not None
        found = context.causal.log_likelihoods([""] * len(texts), texts, context.progress)
        scores = np.array([values.sum() for values in found])
    if np.isnan(scores).any():
        words = ", ".join(word for side in _PRONOUNS.values() for word in side)
        return unusable(NAME, Reason.of("pronouns", words=words))
    by_name: dict[str, list[float]] = defaultdict(list)
    for (name, *_), (female, male) in zip(pairs, scores.reshape(-1, 2), strict=True):
        by_name[name].append(float(female - male))
    ratios = {name: float(np.mean(values)) for name, values in by_name.items()}
    values = np.array(list(ratios.values()))
    measures, findings = pronoun_figures(NAME, values, [known.get(name) for name in ratios], context.level)
    return ProbeResult(
        probe=NAME,
        measures=measures,
        findings=findings,
        can_tell=f"{NAME}.can_tell",
        data={
            "occupations": {name: round(value, 6) for name, value in ratios.items()},
            "data_set": sentences.name,
            "data_sha256": sentences.sha256,
            "licence": "MIT",
        },
    )


def occupation_pairs(rows: list[dict[str, str]], name: str) -> list[tuple[str, str, str]]:
    """Occupation, sentence with a female and with a male pronoun, where the pronoun stands for the occupation.

    Raises:
        DataError: An id is not `occupation.participant.answer.gender.txt`, or no sentence has both pronouns.
    """
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in rows:
        parts = row["sentid"].split(".")
        if len(parts) != 5:
            raise DataError("winogender_id", id=row["sentid"], at=name)
        occupation, participant, answer, gender, _ = parts
        if answer == "0":
            found[occupation, participant][gender] = row["sentence"]
    pairs = [
        (occupation, texts["female"], texts["male"])
        for (occupation, _), texts in found.items()
        if {"female", "male"} <= set(texts)
    ]
    if not pairs:
        raise DataError("winogender_sentences", at=name)
    return pairs


def _pronoun(text: str, side: str) -> MaskedWord:
    start = 0
    for word in text.split(" "):
        bare = word.strip(".,;")
        if bare.lower() in _PRONOUNS[side]:
            return MaskedWord(text, (start, start + len(bare)))
        start += len(word) + 1
    raise DataError("winogender_pronoun", side=side, text=text)


PROBE = ModelProbe(NAME, run, needs=("masked", "causal"), data=("winogender", "winogender_shares"))
