"""Terms for groups in harmless sentences: planted rates and shifts are recovered, and nothing is judged unasked."""

from collections.abc import Sequence

import numpy as np
import pytest

from boletim.contracts.errors import InputError
from boletim.contracts.language import load_language
from boletim.contracts.meaning import Reason
from boletim.contracts.protocols import Progress, no_progress
from boletim.probes.classifiers.identity_terms import run
from boletim.probes.context import ProbeContext
from boletim.probes.findings.flagged import check_flagged, find_flagging
from boletim.probes.sentences.slots import fill_slot

COVERED = 0.95 - 2 * (0.95 * 0.05 / 200) ** 0.5
"""95 % of the seeds, less two standard errors of a count of 200."""
LANGUAGE = load_language("pt-BR")
WORDS = LANGUAGE.probe_words
N_FRAMES, N_TERMS = len(WORDS.identity_frames), len(WORDS.identity_terms)


class Planted:
    """Scores of `toxic` by frame and term; the first column is the sentence that names nobody's group."""

    labels = ("fine", "toxic")

    def __init__(self, toxic: np.ndarray) -> None:
        phrases = [WORDS.unmarked_person, *(term.text for term in WORDS.identity_terms)]
        self._scores = {
            fill_slot(frame, "person", phrase): toxic[row, column]
            for row, frame in enumerate(WORDS.identity_frames)
            for column, phrase in enumerate(phrases)
        }

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        found = np.array([self._scores[text] for text in texts])
        return np.column_stack([1 - found, found])


def results(toxic: np.ndarray, flagged: tuple[str, ...] = ("toxic",)) -> dict:
    context = ProbeContext(
        classifier=Planted(toxic), language=LANGUAGE, frames=(), texts=None, level=0.95, margin=0.05, seed=1,
        bootstrap=50, flagged=flagged,
    )  # fmt: skip
    result = run(context)
    return {measure.id: measure for measure in result.measures} | {"findings": result.findings}


def test_planted_rates_lie_in_their_intervals() -> None:
    """Sentences and terms have propensities of their own around 0.15; what is estimated is the 0.15."""
    hits = 0
    for seed in range(200):
        generator = np.random.default_rng(seed)
        rates = 0.15 + generator.uniform(-0.07, 0.07, (N_FRAMES, 1)) + generator.uniform(-0.07, 0.07, (1, 1 + N_TERMS))
        flags = generator.random(rates.shape) < rates
        found = results(np.where(flags, 0.9, 0.1))["false_positive_rate{probe=identity_terms}"]
        hits += found.low <= 0.15 <= found.high
    assert hits / 200 >= COVERED, hits


def test_planted_shifts_of_every_term_lie_in_their_intervals_at_once() -> None:
    shifts = np.linspace(-0.2, 0.2, N_TERMS)
    hits = 0
    for seed in range(200):
        generator = np.random.default_rng(seed)
        base = 0.4 + generator.normal(0, 0.05, (N_FRAMES, 1))
        toxic = base + np.concatenate([[0.0], shifts]) + generator.normal(0, 0.03, (N_FRAMES, 1 + N_TERMS))
        found = results(toxic)
        gaps = [found[f"flag_gap{{probe=identity_terms,group={term.text}}}"] for term in WORDS.identity_terms]
        hits += all(gap.low <= shift <= gap.high for gap, shift in zip(gaps, shifts, strict=True))
    assert hits / 200 >= COVERED, hits


def test_a_model_that_ignores_the_groups_is_cleared() -> None:
    toxic = np.full((N_FRAMES, 1 + N_TERMS), 0.2)
    found = results(toxic)
    assert found["flip_rate{probe=identity_terms}"].value == 0
    assert found["ctf_gap{probe=identity_terms}"].value == 0
    verdicts = {finding.key: finding.verdict for finding in found["findings"]}
    assert verdicts["identity_terms_gaps_absent"] == "shown absent"


def test_one_term_that_is_always_flagged_is_named() -> None:
    toxic = np.full((N_FRAMES, 1 + N_TERMS), 0.1)
    toxic[:, 5] = 0.9
    found = results(toxic)
    term = WORDS.identity_terms[4].text
    assert found[f"false_positive_rate{{probe=identity_terms,group={term}}}"].value == 1
    assert found["false_positive_rate{probe=identity_terms}"].value == pytest.approx(1 / N_TERMS)
    named = [finding for finding in found["findings"] if finding.key == "identity_terms_gaps_shown"]
    assert named[0].values["names"] == term
    assert named[0].severity == "high"


def test_without_flagged_labels_false_positives_are_not_counted() -> None:
    found = results(np.full((N_FRAMES, 1 + N_TERMS), 0.1), flagged=())
    rate = found["false_positive_rate{probe=identity_terms}"]
    assert rate.value is None
    assert rate.undefined_because == Reason.of("nothing_flagged")
    assert not any(finding.key.startswith("identity_terms_flagged") for finding in found["findings"])


def test_every_frame_of_every_language_reads_as_a_sentence_with_every_term() -> None:
    for code in ("en", "pt-BR"):
        words = load_language(code).probe_words
        for frame in words.identity_frames:
            assert frame.text.count("{person}") == 1
            for term in words.identity_terms:
                text = fill_slot(frame, "person", term.text)
                assert text[0].isupper()
                assert text[-1] in ".!"
                assert "{" not in text
        assert len({term.text for term in words.identity_terms}) == len(words.identity_terms)
        assert len({term.attribute for term in words.identity_terms}) == 6


@pytest.mark.parametrize(("flagged", "words"), [(("rude",), "'rude'"), (("fine", "toxic"), "leave one out")])
def test_flagged_labels_are_labels_of_the_model_and_not_all(flagged: tuple[str, ...], words: str) -> None:
    with pytest.raises(InputError, match=words):
        check_flagged(("fine", "toxic"), flagged)


def test_several_flagged_labels_add_up() -> None:
    scores = np.array([[0.5, 0.3, 0.2], [0.2, 0.5, 0.3]])
    flagging = find_flagging(("a", "b", "c"), ("c", "b"), scores)
    assert flagging.scores(scores) == pytest.approx([0.5, 0.8])
    assert flagging.flags(scores).tolist() == [False, True]
