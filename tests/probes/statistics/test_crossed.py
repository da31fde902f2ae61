"""Coverage by simulation: frames and professions drawn anew each time, the true mean known by construction."""

import numpy as np
import pytest
from scipy import stats

from boletim.probes.statistics.crossed import crossed_mean, crossed_rate

N_SEEDS = 800
SLACK = 3 * (0.95 * 0.05 / N_SEEDS) ** 0.5


@pytest.mark.parametrize(("frames", "professions", "rest"), [(0, 0, 1), (1, 0, 1), (0, 1, 1), (1, 1, 1), (1, 0.3, 0.3)])
def test_the_mean_is_covered(frames: float, professions: float, rest: float) -> None:
    generator = np.random.default_rng(5)
    covered = 0
    for _ in range(N_SEEDS):
        values = 0.3 + frames * generator.standard_normal((12, 1)) + professions * generator.standard_normal((1, 40))
        result = crossed_mean(values + rest * generator.standard_normal((12, 40)), 0.95)
        assert result.low is not None
        assert result.high is not None
        covered += result.low <= 0.3 <= result.high
    assert covered / N_SEEDS >= 0.95 - SLACK
    assert covered / N_SEEDS <= 0.985


@pytest.mark.parametrize(
    ("middle", "frames", "professions"),
    [(-4.6, 0, 0), (-4.6, 1, 1), (-3.5, 1.5, 0.5), (-2.5, 1, 1), (-1.5, 1, 0.5), (0, 1, 1)],
)
def test_the_flip_rate_is_covered(middle: float, frames: float, professions: float) -> None:
    generator = np.random.default_rng(7)
    many = generator.standard_normal(400_000) * np.hypot(frames, professions)
    true = float((1 / (1 + np.exp(-(middle + many)))).mean())
    covered = 0
    for _ in range(N_SEEDS):
        log_odds = (
            middle + frames * generator.standard_normal((20, 1)) + professions * generator.standard_normal((1, 50))
        )
        result = crossed_rate(generator.random((20, 50)) < 1 / (1 + np.exp(-log_odds)), 0.95)
        assert result.low is not None
        assert result.high is not None
        covered += result.low <= true <= result.high
    # a sparse logit-normal rate is skewed: a few points short of nominal are tolerated there
    assert covered / N_SEEDS >= 0.95 - SLACK - 0.015


def test_ignoring_the_frames_would_not_cover() -> None:
    generator = np.random.default_rng(3)
    widths = []
    for _ in range(50):
        values = generator.standard_normal((12, 1)) + 0.1 * generator.standard_normal((12, 40))
        naive = 2 * 1.96 * values.std(ddof=1) / np.sqrt(values.size)
        result = crossed_mean(values, 0.95)
        widths.append(((result.high or 0) - (result.low or 0)) / naive)
    assert np.median(widths) > 4


def test_one_profession_gives_the_t_interval_over_frames() -> None:
    values = np.array([[0.1], [0.3], [0.2], [0.5]])
    result = crossed_mean(values, 0.9)
    expected = stats.ttest_1samp(values[:, 0], 0)
    interval = expected.confidence_interval(0.9)
    assert (result.low, result.high) == pytest.approx((interval.low, interval.high))
    assert result.p == pytest.approx(expected.pvalue)


def test_no_flips_leave_an_upper_limit_above_zero() -> None:
    result = crossed_rate(np.zeros((12, 40), dtype=bool), 0.95)
    assert (result.value, result.low) == (0, 0)
    assert result.high is not None
    # independent contrasts would give 1 - 0.025 ** (1 / 480); sharing frames and professions must cost more
    assert result.high > 3 * (1 - 0.025 ** (1 / 480))


def test_all_flips_mirror_no_flips() -> None:
    none, every = crossed_rate(np.zeros((9, 8), dtype=bool), 0.9), crossed_rate(np.ones((9, 8), dtype=bool), 0.9)
    assert every.high == 1
    assert (every.low or 0) == pytest.approx(1 - (none.high or 0))


def test_one_frame_has_no_interval() -> None:
    assert crossed_rate(np.array([[True, False]]), 0.95).low is None
    assert crossed_mean(np.array([[0.5, 0.1]]), 0.95).low is None


def test_equal_values_have_an_interval_of_length_zero() -> None:
    result = crossed_mean(np.full((5, 4), 0.25), 0.95)
    assert (result.low, result.high, result.p) == (0.25, 0.25, 0.0)
    assert crossed_mean(np.zeros((5, 4)), 0.95).p == 1
