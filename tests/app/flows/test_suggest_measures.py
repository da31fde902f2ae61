import numpy as np
import pytest
from scipy import stats

from boletim.app.flows.suggest_measures import fit_measures
from boletim.models.choosing.pieces import Pieces


def pieces(words, found, unknown=None, frame=2):
    words, found = np.array(words), np.array(found)
    return Pieces(words, found, np.zeros_like(words) if unknown is None else np.array(unknown), found + frame)


def test_pieces_per_word_by_hand():
    # 10 pieces, 5 words; residuals of (2, 3, 5) pieces from 2 a word: 0, 1, -1 (words 1, 1, 3)
    made = fit_measures(pieces([1, 1, 3], [2, 3, 5]), 6, {})
    one = made["pieces_per_word"]
    error = np.sqrt(2 * 3 / 2) / 5
    degrees = 25 / 11 - 1
    assert one.value == pytest.approx(2.0)
    assert one.high - 2.0 == pytest.approx(stats.t.isf(0.025, degrees) * error)
    assert (made["cut_share"].value, made["cut_share"].n) == (pytest.approx(1 / 3), 3)


def test_no_unknown_piece_still_leaves_room_for_some():
    one = fit_measures(pieces([3] * 50, [6] * 50), 512, {})["unknown_share"]
    assert one.value == one.low == 0
    assert one.high == pytest.approx(1.96**2 / (50 + 1.96**2), abs=1e-3)  # Wilson's upper limit of 0 of 50


def test_groups_and_their_difference():
    words = [5] * 40
    found = [10, 12] * 10 + [5, 7] * 10
    names = np.array(["a"] * 20 + ["b"] * 19 + [None], dtype=object)
    a, b, gap = fit_measures(pieces(words, found), 512, {"g": names})["by_group"]
    assert (a.id, a.n, a.value) == ("pieces_per_word{g=a}", 20, pytest.approx(2.2))
    assert (b.n, b.value) == (19, pytest.approx(sum(found[20:39]) / 95))
    plain = stats.ttest_ind(np.array(found[:20]) / 5, np.array(found[20:39]) / 5, equal_var=False)
    low, high = plain.confidence_interval(0.95)
    assert (gap.low, gap.high) == (pytest.approx(low), pytest.approx(high))
    assert gap.scope == {"attribute": "g", "most": "a", "least": "b"}


def test_small_groups_and_one_group_are_not_compared():
    names = np.array(["a"] * 20 + ["b"] * 5, dtype=object)
    made = fit_measures(pieces([2] * 25, [4] * 25), 512, {"g": names})["by_group"]
    assert [one.id for one in made] == ["pieces_per_word{g=a}"]


def test_the_interval_holds_the_ratio_as_often_as_it_says():
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        words = rng.integers(1, 30, 60)
        one = fit_measures(pieces(words, rng.binomial(words, 0.4) + words), 512, {})["pieces_per_word"]
        held += one.low <= 1.4 <= one.high
    assert 0.92 <= held / 400 <= 0.98
