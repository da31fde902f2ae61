import numpy as np
import pytest

from boletim.audit.training.similarity import linear_cka, similarity_measures


def population_cka(x, y):
    """Kornblith et al. (2019), eq. 4 in feature space; its bias vanishes where texts far outnumber features."""
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    return np.linalg.norm(y.T @ x) ** 2 / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y))


def test_a_layer_that_was_only_turned_scaled_and_shifted_is_the_same():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 20))
    turn = np.linalg.qr(rng.normal(size=(20, 20)))[0]
    assert linear_cka(x, 3 * x @ turn + 5) == pytest.approx((1.0, 0.0), abs=1e-9)


def test_layers_that_have_nothing_in_common_are_near_zero_though_they_are_wide():
    rng = np.random.default_rng(1)
    found = [linear_cka(rng.normal(size=(50, 400)), rng.normal(size=(50, 400)))[0] for _ in range(40)]
    assert np.mean(found) == pytest.approx(0, abs=3 * np.std(found) / np.sqrt(40))
    x, y = rng.normal(size=(50, 400)), rng.normal(size=(50, 400))
    assert population_cka(x, y) > 0.8  # what the plain estimate says


@pytest.mark.parametrize("noise", [0.3, 1.0, 3.0])
def test_the_interval_covers_the_population(noise):
    rng = np.random.default_rng(2)
    mix = rng.normal(size=(12, 12)) / 4
    scale = np.linspace(0.5, 2, 12)

    def draw(n):
        x = rng.normal(size=(n, 12)) * scale
        return x, x @ mix + noise * rng.normal(size=(n, 12))

    true, n_covered, n_runs = population_cka(*draw(200_000)), 0, 150
    for _ in range(n_runs):
        measure = similarity_measures(*([part] for part in draw(100)), 0.95)[0]
        n_covered += measure.low <= true <= measure.high
    assert n_covered / n_runs >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / n_runs) - 0.03


def test_layers_are_numbered_from_the_embeddings_and_the_undefined_says_why():
    rng = np.random.default_rng(3)
    x = [rng.normal(size=(20, 5)), np.ones((20, 5))]
    first, second = similarity_measures(x, x, 0.9)
    assert (first.id, first.n, first.level) == ("layer_similarity{layer=0}", 20, 0.9)
    assert (second.value, bool(second.undefined_because)) == (None, True)
    assert similarity_measures([x[0][:9]], [x[0][:9]], 0.9)[0].value is None
