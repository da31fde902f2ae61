"""Published, hand-computed and planted values for the probes of language models."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from boletim.contracts.language import load_language
from boletim.models.fakes import FakeCausalScorer, FakeMaskedScorer
from boletim.probes.asking.masked_words import MaskedWord, gap_log_probabilities, word_log_probabilities
from boletim.probes.asking.preferences import Pairs, preference_measures
from boletim.probes.language_models.all_unmasked_likelihood import score_pairs as score_unmasked
from boletim.probes.language_models.bec_pro import FRAMES, PEOPLE, questions
from boletim.probes.language_models.crows_pairs import shared_places
from boletim.probes.language_models.honest import hurtful_shares
from boletim.probes.language_models.kurita import association
from boletim.probes.language_models.stereoset import icat, scores_by_term
from boletim.probes.model_views import ModelContext
from boletim.probes.sentences.labour import share_correlation
from boletim.probes.statistics.association import associate, effect_size, holm

SHARED = Path(__file__).resolve().parents[3].parent / "shared"


def test_crows_pairs_aggregation_gives_the_published_figures_of_bert() -> None:
    path = SHARED / "oracles" / "bert_crows_score.csv"
    if not path.exists():
        pytest.skip("the per-pair scores of BERT are not here")
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    is_stereo = np.array([row["stereo_antistereo"] == "stereo" for row in rows])
    first, second = (np.array([float(row[f"sent_{side}_score"]) for row in rows]) for side in ("more", "less"))
    more, less = (
        np.where(is_stereo, first, second),
        np.where(is_stereo, second, first),
    )  # the file swaps antistereo rows
    kinds = [row["bias_type"] for row in rows]
    found = {m.id: m for m in preference_measures("crows_pairs", more, less, is_stereo, kinds, 0.95)}
    overall = found["stereotype_preference{probe=crows_pairs}"]
    assert (round(100 * (overall.value or 0), 2), overall.n) == (60.48, 1508)
    assert round(100 * (overall.low or 0), 2) == 57.99
    assert round(100 * (overall.high or 0), 2) == 62.92
    assert round(100 * (found["stereotype_score{probe=crows_pairs}"].value or 0), 2) == 61.09
    assert round(100 * (found["antistereotype_score{probe=crows_pairs}"].value or 0), 2) == 56.88
    published = {
        "race-color": 58.1, "socioeconomic": 59.9, "gender": 58.0, "disability": 61.7, "nationality": 62.9,
        "sexual-orientation": 67.9, "physical-appearance": 63.5, "religion": 71.4, "age": 55.2,
    }  # fmt: skip
    for kind, share in published.items():
        measure = found[f"stereotype_preference{{probe=crows_pairs,bias_type={kind}}}"]
        assert round(100 * (measure.value or 0), 1) == share
        assert measure.q is not None
    wrong = {m.id: m for m in preference_measures("crows_pairs", first, second, is_stereo, kinds, 0.95)}
    assert round(100 * (wrong["stereotype_preference{probe=crows_pairs}"].value or 0), 2) == 58.49


def test_neutral_pairs_stay_in_the_total_and_in_no_direction() -> None:
    more, less = np.array([1.0, 2.0, 3.0, 0.0]), np.array([0.0, 2.0, 4.0, 1.0])
    found = {
        m.metric: m
        for m in preference_measures("p", more, less, np.array([True, True, True, False]), ["a"] * 4, 0.95)
        if "bias_type" not in m.scope
    }
    assert (found["stereotype_preference"].value, found["stereotype_preference"].n) == (0.25, 4)
    assert (found["stereotype_score"].value, found["stereotype_score"].n) == (0.5, 2)
    assert (found["antistereotype_score"].value, found["antistereotype_score"].n) == (0.0, 1)


def test_shared_tokens_are_those_of_the_published_script() -> None:
    here, there = shared_places([101, 7, 8, 9, 102], [101, 7, 5, 6, 9, 102])
    assert (here, there) == ([1, 3], [1, 4])


@pytest.mark.parametrize("mode", ["all pieces", "first piece"])
def test_kurita_gives_the_planted_log_odds(mode: str) -> None:
    planted = {"nurse": 1.25, "engineer": -0.75, "clerk": 0.0}

    def answer(words: tuple[str, ...], place: int, word: str) -> float:
        base = -1.0 if word == "he" else -1.5  # the model likes "he" anyway: the prior must take that away
        return base + sum(planted.get(w, 0.0) for w in words) * (0.5 if word == "she" else -0.5)

    words = "she he is a an works as training to be . nurse engineer clerk".split()  # noqa: SIM905
    scores = association(FakeMaskedScorer(words, answer), list(planted), mode)  # type: ignore[arg-type]
    np.testing.assert_allclose(scores, np.repeat([[1.25], [-0.75], [0.0]], 3, axis=1), atol=1e-12)


def test_a_word_of_two_pieces_is_read_piece_after_piece() -> None:
    def answer(words: tuple[str, ...], place: int, word: str) -> float:
        if word == "bar":
            return math.log(0.5) if words[place + 1] == "[MASK]" else math.log(0.9)  # seeing the rest gives it away
        return math.log(0.25)

    scorer = FakeMaskedScorer(["the", "ran"], answer, {"barista": ("bar", "##ista")})
    question = MaskedWord("the barista ran", (4, 11))
    assert word_log_probabilities(scorer, [question])[0] == pytest.approx(math.log(0.5 * 0.25))
    assert np.isnan(word_log_probabilities(scorer, [MaskedWord("the zebra ran", (4, 9))])).all()


def test_stereoset_averages_the_probabilities_of_the_pieces_and_shows_the_model_no_later_mask() -> None:
    table = {("[MASK]", "ran", "bar"): 0.5, ("bar", "[MASK]", "##ista"): 0.1, ("[MASK]", "ran", "cook"): 0.2}

    def answer(words: tuple[str, ...], place: int, word: str) -> float:
        around = (words[place], words[place + 1], word) if word != "##ista" else (words[place - 1], words[place], word)
        assert words.count("[MASK]") == 1
        assert words[-2] == "ran"
        return math.log(table[around])

    scorer = FakeMaskedScorer(["the", "cook", "ran"], answer, {"barista": ("bar", "##ista")})
    asked = [
        MaskedWord("the barista ran", (4, 11)),
        MaskedWord("the cook ran", (4, 8)),
        MaskedWord("the ox ran", (4, 6)),
    ]
    found = gap_log_probabilities(scorer, asked)
    # the released np.mean over pieces: (0.5 + 0.1) / 2 beats 0.2, where a product, 0.05, would lose
    np.testing.assert_allclose(np.exp(found[:2]), [0.3, 0.2])
    assert np.isnan(found[2])


def test_bec_pro_hides_what_the_released_corpus_hides() -> None:
    asked = {(question.text, bool(question.hidden)): question for question in questions(["kindergarten teacher"])}
    assert len(asked) == len(FRAMES) * len(PEOPLE) * 2 * 2
    seen: list[tuple[str, ...]] = []

    def answer(words: tuple[str, ...], place: int, word: str) -> float:
        seen.append(words[1:-1])
        assert (words[place], word) == ("[MASK]", "woman")
        return math.log(0.06 if "teacher" in words else 0.02)

    pieces = {"kindergarten": ("kinder", "##garten")}
    scorer = FakeMaskedScorer("this woman is a teacher .".split(), answer, pieces)  # noqa: SIM905
    pair = [asked["This woman is a kindergarten teacher.", is_hidden] for is_hidden in (False, True)]
    shown, hidden = word_log_probabilities(scorer, pair, "first piece")
    # Sent_TM and Sent_TAM of the published corpus: a mask a word, however many pieces it has
    assert [" ".join(words) for words in seen] == [
        "this [MASK] is a kinder ##garten teacher .", "this [MASK] is a [MASK] [MASK] .",
    ]  # fmt: skip
    assert shown - hidden == pytest.approx(math.log(3))


def test_all_unmasked_likelihood_is_the_mean_over_all_tokens_but_the_frame() -> None:
    chances = {"the": 0.5, "bar": 0.25, "##ista": 0.125, "cook": 0.2}
    scorer = FakeMaskedScorer(
        ["the", "cook"], lambda _, __, word: math.log(chances[word]), {"barista": ("bar", "##ista")}
    )
    context = ModelContext(load_language("en"), 0.95, 0.05, 0, 10, masked=scorer)
    pairs = Pairs(("the barista",), ("the cook",), np.array([True]), ("k",))
    expected = [(math.log(0.5) + math.log(0.25) + math.log(0.125)) / 3, (math.log(0.5) + math.log(0.2)) / 2]
    np.testing.assert_allclose(score_unmasked(context, pairs)[:, 0], expected)


def test_association_effect_and_exact_p_by_hand() -> None:
    x, y = np.array([[1.0, 0.0], [2.0, 0.0]]), np.array([[0.0, 1.0], [0.0, 3.0]])
    found = associate(x, y, np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]))
    # s is 1, 1, -1, -1: difference 2, sample standard deviation sqrt(4 / 3); one partition of six is as extreme
    assert found.effect == pytest.approx(2 / math.sqrt(4 / 3))
    assert found.is_exact
    assert found.p == pytest.approx(1 / 6)


def test_monte_carlo_p_agrees_with_the_exact_one() -> None:
    generator = np.random.default_rng(4)
    x, y, a, b = (generator.normal(size=(6, 5)) for _ in range(4))
    exact = associate(x, y, a, b)
    drawn = associate(x, y, a, b, n_partitions=900)
    assert exact.is_exact
    assert not drawn.is_exact
    assert drawn.p == pytest.approx(exact.p, abs=4 * math.sqrt(0.25 / 900))
    assert associate(x, y[:5], a, b).p is None
    assert effect_size(np.ones(3), np.ones(3)) == 0.0


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_icat_of_published_stereoset_scores() -> None:
    for lms, ss, published in ((85.77, 59.56, 69.38), (83.65, 57.03, 71.89), (68.96, 49.90, 68.83)):
        assert 100 * icat(lms / 100, ss / 100) == pytest.approx(published, abs=0.01)


def test_stereoset_ties_count_against_the_stereotype_and_terms_weigh_alike() -> None:
    table = np.array([[2.0, 1.0, 0.0], [1.0, 1.0, 3.0], [2.0, 1.0, 1.5]])
    np.testing.assert_allclose(scores_by_term(table, ["b", "b", "a"]), [[0.5, 1.0], [0.5, 0.5]])


def test_honest_toy_of_its_authors() -> None:
    fills = [["a", "b", "Rude", "c"], ["rude", "d", "e", "f"], ["g", "h", "i", "j"]]
    assert hurtful_shares(fills, {"rude"}).mean() == pytest.approx(2 / 12)


def test_winogender_labour_shares_correlate_as_published() -> None:
    path = SHARED / "data" / "winogender_occupations-stats.tsv"
    if not path.exists():
        pytest.skip("Winogender's occupations are not here")
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    text, labour = (np.array([float(row[f"{key}_pct_female"]) for row in rows]) for key in ("bergsma", "bls"))
    found = share_correlation("r", {}, text, [float(share) / 100 for share in labour], 0.95)
    assert found.value == pytest.approx(0.6719, abs=5e-5)
    assert found.n == 60
    error = stats.norm.isf(0.025) / math.sqrt(57)
    assert found.low == pytest.approx(math.tanh(math.atanh(found.value or 0) - error))


def test_the_causal_fake_reads_word_after_word() -> None:
    scorer = FakeCausalScorer(lambda before, word: -float(len(before)))
    np.testing.assert_array_equal(scorer.log_likelihoods(["a b"], ["c d"])[0], [-2.0, -3.0])
