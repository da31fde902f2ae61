import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from boletim.audit.statistics.binned_auc import binned_area, score_edges, single_score_bins
from boletim.audit.statistics.delong import one_vs_rest

SHAPES = {
    "spread out": lambda rng, n: rng.random(n),
    "crowded at both ends": lambda rng, n: 1 / (1 + np.exp(-8 * rng.normal(size=n))),
    "crowded in the middle": lambda rng, n: 0.5 + 1e-5 * rng.normal(size=n),
    "a few values": lambda rng, n: rng.integers(0, 7, n) / 7,
    "half of them one value": lambda rng, n: np.where(rng.random(n) < 0.5, 0.25, rng.random(n)),
}


def area_of(gold, score, sample):
    edges = score_edges(sample)
    place = np.searchsorted(edges, score, side="right")
    counts = np.stack([np.bincount(place[gold == side], minlength=len(edges) + 1) for side in (0, 1)])
    return binned_area(counts, single_score_bins(edges))


@pytest.mark.parametrize("shape", list(SHAPES))
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.3, 2.0]))
@settings(max_examples=10, deadline=None)
def test_area_within_its_own_bound_and_within_one_in_ten_thousand(shape, seed, lift):
    rng = np.random.default_rng(seed)
    score = SHAPES[shape](rng, 20_000)
    gold = (rng.random(20_000) < 1 / (1 + np.exp(-lift * (score - score.mean()) / (score.std() + 1e-9)))).astype(int)
    area = area_of(gold, score, score[:5_000])
    exact = roc_auc_score(gold, score)
    assert abs(area.value - exact) <= area.off_by + 1e-12
    assert area.value == pytest.approx(exact, abs=1e-4)
    rows = one_vs_rest(gold, np.column_stack([-score, score]))
    assert area.variance == pytest.approx((rows.influence[:, 1] ** 2).sum(), rel=1e-3)
    assert area.n_smaller == rows.n_smaller[1]


def test_few_values_are_true_ties_and_cost_nothing():
    rng = np.random.default_rng(1)
    score = rng.integers(0, 5, 3_000) / 5
    gold = (rng.random(3_000) < 0.2 + 0.6 * score).astype(int)
    area = area_of(gold, score, score)
    assert area.off_by == 0
    assert area.value == pytest.approx(roc_auc_score(gold, score), abs=1e-12)


def test_later_rows_unlike_the_first_are_still_told_apart():
    rng = np.random.default_rng(2)
    score = rng.beta(1, 30, 50_000)
    gold = (rng.random(50_000) < 10 * score).astype(int)
    area = area_of(gold, score, rng.beta(30, 1, 5_000))
    assert abs(area.value - roc_auc_score(gold, score)) < 1e-4


def test_one_class_has_no_area():
    area = binned_area(np.array([[3, 2], [0, 0]]), np.array([False, False]))
    assert np.isnan(area.value)
    assert area.n_smaller == 0


N_BINS = 1_000
"""Of the bootstrap: putting neighbouring bins together moves the spread by less than one part in a thousand."""


def redrawn_areas(counts: np.ndarray, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """AUC of examples drawn again within each class, (n_draws,): what DeLong's variance is held against."""
    total = counts.sum(axis=0)
    place = (np.cumsum(total) - total) * N_BINS // total.sum()
    coarse = np.stack([np.bincount(place, weights=side, minlength=N_BINS) for side in counts])
    negatives, positives = (rng.multinomial(int(side.sum()), side / side.sum(), size=n_draws) for side in coarse)
    above = np.cumsum(negatives, axis=1) - negatives / 2
    return (positives * above).sum(axis=1) / (coarse[0].sum() * coarse[1].sum())


@pytest.mark.parametrize("shape", ["spread out", "a few values"])
def test_redrawn_areas_spread_as_delong_says(shape):
    rng = np.random.default_rng(3)
    score = SHAPES[shape](rng, 20_000)
    gold = (rng.random(20_000) < score).astype(int)
    edges = score_edges(score)
    place = np.searchsorted(edges, score, side="right")
    counts = np.stack([np.bincount(place[gold == side], minlength=len(edges) + 1) for side in (0, 1)])
    area = binned_area(counts, single_score_bins(edges))
    areas = redrawn_areas(counts, 4_000, rng)
    assert areas.std() == pytest.approx(np.sqrt(area.variance), rel=4 / np.sqrt(2 * 4_000))
    assert areas.mean() == pytest.approx(area.value, abs=4 * np.sqrt(area.variance / 4_000) + 1e-5)
