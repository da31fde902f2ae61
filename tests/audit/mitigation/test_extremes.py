import numpy as np
import pytest

from boletim.audit.mitigation.effects import Cell, Effects
from boletim.audit.mitigation.extremes import (
    change_of,
    change_of_largest_gap,
    change_of_lowest,
    largest_gap,
    pairs_matrix,
)
from boletim.audit.mitigation.intervals import Seeds, own_seed_variance, pooled, seed_variance


def effects(values: list[float], n_units: int = 400, spread: float = 0.0, seed: int = 1) -> Effects:
    """Three seeds with these means; the figures' standard error over examples is `spread`."""
    rng = np.random.default_rng(seed)
    pulls = rng.normal(size=(len(values), n_units))
    pulls *= spread / np.sqrt((pulls**2).sum(axis=1, keepdims=True)) if spread else 0.0
    return Effects(np.tile(values, (3, 1)), np.tile(pulls, (3, 1, 1)), np.zeros(len(values)))


def none(m: int) -> Seeds:
    return Seeds(np.zeros((m, m)), 2)


def test_pairs_are_of_one_class() -> None:
    cells = [Cell(label, group, np.arange(3)) for label in (0, 1) for group in ("x", "y", "z")]
    matrix = pairs_matrix(cells)
    assert matrix.shape == (6, 6)
    assert (matrix.sum(axis=1) == 0).all()
    assert all(len({cells[i].label for i in np.flatnonzero(row)}) == 1 for row in matrix)


def test_without_noise_the_interval_is_the_change_of_absolute_values() -> None:
    """A gap that turns round from -0.3 to 0.1 shrank by 0.2."""
    now, then = effects([0.1, 0.05]), effects([-0.3, 0.02])
    found = change_of_largest_gap(now, then, none(2), none(2), 0.95)
    assert (found.value, found.low, found.high) == pytest.approx((-0.2, -0.2, -0.2))
    lowest = change_of_lowest(effects([0.9, 0.6]), effects([0.5, 0.7]), none(2), 0.95)
    assert (lowest.value, lowest.low, lowest.high) == pytest.approx((0.1, 0.1, 0.1))


def test_a_clear_gap_of_two_groups_has_the_interval_of_its_difference() -> None:
    now, then = effects([0.1], spread=0.01, seed=1), effects([0.4], spread=0.02, seed=2)
    found = change_of_largest_gap(now, then, none(1), none(1), 0.95)
    plain = change_of(now, then, 0, none(1), 0.95)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high))
    assert plain.high - plain.low == pytest.approx(2 * 1.966 * np.hypot(0.01, 0.02), rel=0.05)


def test_a_gap_near_zero_reaches_zero() -> None:
    found = largest_gap(effects([0.01], spread=0.02), Seeds(np.zeros(1), 2), 0.95)
    assert (found.value, found.low) == (0.01, 0.0)
    assert found.high == pytest.approx(0.01 + 1.966 * 0.02, abs=1e-3)


def test_what_seeds_add_widens_and_pooling_costs_degrees() -> None:
    rng = np.random.default_rng(3)
    now, then = (Effects(rng.normal(0.5, 0.05, (3, 1)), np.zeros((3, 1, 10)), np.zeros(1)) for _ in range(2))
    alone = pooled([seed_variance(now, then, -1)], 3)
    by_hand = np.var((now.values - then.values)[:, 0], ddof=1)
    found = change_of(now, then, 0, alone, 0.95)
    assert found.high - found.value == pytest.approx(4.302653 * np.sqrt(by_hand / 3))  # t with 2 degrees of freedom
    assert pooled([own_seed_variance(now)] * 5, 3).degrees == pytest.approx(5)
