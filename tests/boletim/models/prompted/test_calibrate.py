import numpy as np
import pytest
from scipy.special import softmax as scipys
from sklearn.linear_model import LogisticRegression

from boletim.models.prompted.calibrate import (
    content_free_offsets,
    cross_fitted,
    fitted,
    prior_offsets,
    softmax,
)

RNG = np.random.default_rng(3)
SCORES = RNG.normal(size=(300, 3)) * 2 + [0.0, 1.5, -1.0]
GOLD = np.array([RNG.choice(3, p=row) for row in scipys(SCORES * 0.5 + [0.0, -0.7, 0.5], axis=1)])


def test_softmax_is_scipys():
    assert np.allclose(softmax(SCORES), scipys(SCORES, axis=1))
    assert softmax(np.zeros((0, 3))).shape == (0, 3)


def test_content_free_by_hand():
    # Zhao et al.: W = diag(p_cf)^-1; p_cf (0.8, 0.2) turns (0.8, 0.2) into (0.5, 0.5) and (0.5, 0.5) into (0.2, 0.8)
    offsets = content_free_offsets(np.log([[0.9, 0.1], [0.7, 0.3]]))
    assert softmax(np.log([[0.8, 0.2]]) + offsets) == pytest.approx(np.array([[0.5, 0.5]]), abs=1e-6)
    assert softmax(np.log([[0.5, 0.5]]) + offsets) == pytest.approx(np.array([[0.2, 0.8]]), abs=1e-6)


def test_prior_offsets_give_the_classes_their_shares():
    prior = np.array([0.5, 0.3, 0.2])
    offsets = prior_offsets(SCORES, prior)
    assert softmax(SCORES + offsets).mean(axis=0) == pytest.approx(prior, abs=1e-6)


def test_the_fit_on_labels_is_logistic_regressions():
    # with two classes slope and offset are those of a logistic regression on the difference of the scores
    scores = SCORES[:, :2]
    gold = (RNG.random(300) < 1 / (1 + np.exp(-(0.6 * (scores[:, 1] - scores[:, 0]) - 0.8)))).astype(int)
    slope, offsets = fitted(scores, gold)
    other = LogisticRegression(C=1e6).fit((scores[:, 1] - scores[:, 0])[:, None], gold)
    assert slope == pytest.approx(float(other.coef_[0, 0]), abs=0.02)
    assert offsets[1] - offsets[0] == pytest.approx(float(other.intercept_[0]), abs=0.02)


def test_no_text_is_calibrated_with_its_own_label():
    made = cross_fitted(SCORES, GOLD, seed=1)
    for row in range(5):
        turned = GOLD.copy()
        turned[row] = (turned[row] + 1) % 3
        assert cross_fitted(SCORES, turned, seed=1)[row] == pytest.approx(made[row], abs=1e-9)


def test_labels_that_scores_separate_do_not_drive_the_fit_to_infinity():
    slope, offsets = fitted(np.array([[5.0, 0.0], [0.0, 5.0]] * 5), np.array([0, 1] * 5))
    assert np.isfinite([slope, *offsets]).all()
    assert 0 < slope < 100
