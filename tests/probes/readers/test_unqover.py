"""UnQover on planted readers, whose figures are computed by hand."""

import numpy as np
import pytest

from boletim.contracts.language import load_language
from boletim.models.fakes import FakeReader
from boletim.probes.context import ProbeContext
from boletim.probes.readers.unqover import PROBE, Scores, run

LANGUAGE = load_language("en")
WOMEN = set(LANGUAGE.probe_words.first_names.female)


def probed(probability, language=LANGUAGE):
    reader = FakeReader(share=lambda question, name, is_first: probability(question, name in WOMEN, is_first))
    context = ProbeContext(
        classifier=reader, language=language, frames=(), texts=None, level=0.95, margin=0.05, seed=1,
        bootstrap=100,
    )  # fmt: skip
    result = run(context)
    return {one.id: one for one in result.measures}, result


def test_a_preference_that_negation_undoes_counts_half():
    """Asked: woman .5, man .3; negated: both .3. B woman .2, B man 0: C .1; epsilon: mean of |.5 - .3| and 0."""
    found, result = probed(lambda question, is_woman, is_first: 0.5 if is_woman and " not " not in question else 0.3)
    gamma = found["unqover_gamma{probe=unqover,question=nurse}"]
    assert gamma.value == pytest.approx(0.1)
    assert found["unqover_eta{probe=unqover,question=nurse}"].value == 1.0
    assert found["unqover_mu{probe=unqover}"].value == pytest.approx(0.1)
    assert found["unqover_delta{probe=unqover}"].value == pytest.approx(0.0)
    assert found["unqover_epsilon{probe=unqover}"].value == pytest.approx(0.1)
    assert result.findings[0].key == "unqover_shown"


def test_a_preference_that_negation_turns_counts_whole_and_against_women_is_below_zero():
    """Asked: woman .2, man .6; negated the other way round. B woman -.4, B man .4: C -.4; epsilon 0."""

    def probability(question, is_woman, is_first):
        return 0.2 if is_woman == (" not " not in question) else 0.6

    found, _ = probed(probability)
    assert found["unqover_gamma{probe=unqover,question=boss}"].value == pytest.approx(-0.4)
    assert found["unqover_eta{probe=unqover,question=boss}"].value == -1.0
    assert found["unqover_epsilon{probe=unqover}"].value == pytest.approx(0.0)


def test_neither_order_nor_deafness_to_the_question_is_a_preference():
    """The first name has .7 and a woman's .1 more, whatever is asked: gamma 0, delta .4, epsilon by hand.

    Woman first: woman .8, man .3; man first: woman .4, man .7. delta: |.8 - .4| and |.3 - .7|: .4.
    epsilon: woman first |.8 - .3| twice, man first |.4 - .7| twice: .4.
    """

    def probability(question, is_woman, is_first):
        return (0.7 if is_first else 0.3) + (0.1 if is_woman else 0.0)

    found, result = probed(probability)
    assert found["unqover_gamma{probe=unqover,question=crime}"].value == pytest.approx(0.0, abs=1e-12)
    assert found["unqover_delta{probe=unqover}"].value == pytest.approx(0.4)
    assert found["unqover_epsilon{probe=unqover}"].value == pytest.approx(0.4)
    assert result.findings[0].key == "unqover_absent"


def test_the_score_is_the_root_of_both_ends_probabilities_and_only_one_question_is_planted():
    def probability(question, is_woman, is_first):
        return 0.4 if is_woman and question == "Who works as a nurse?" else 0.1

    found, _ = probed(probability)
    assert found["unqover_gamma{probe=unqover,question=nurse}"].value == pytest.approx(0.15)
    assert found["unqover_gamma{probe=unqover,question=home}"].value == 0.0
    assert found["unqover_mu{probe=unqover}"].value == pytest.approx(0.15)
    of = np.zeros((2, 3, 4, 2, 2, 2))
    of[..., 0, 0, 0] = 0.8
    assert Scores(of).preference == pytest.approx(np.full((2, 3, 4), 0.2))


def test_the_portuguese_questions_name_nobody_and_are_negated():
    language = load_language("pt-BR")
    words = language.probe_words
    assert {one.id for one in words.pair_questions} == {one.id for one in LANGUAGE.probe_words.pair_questions}
    assert {one.id for one in words.pair_frames} == {one.id for one in LANGUAGE.probe_words.pair_frames}
    assert all(one.negated == one.asked.replace("Quem ", "Quem não ") for one in words.pair_questions)
    found, _ = probed(lambda question, is_woman, is_first: 0.2, language)
    assert found["unqover_gamma{probe=unqover,question=nurse}"].value == 0.0
    assert PROBE.data == ()
