import numpy as np
import pytest

from boletim.audit.statistics.calibration import (
    calibration_bins,
    debiased_calibration_error,
    expected_calibration_error,
)


def draw(n, shift, rng):
    confidence = rng.uniform(0.55, 0.95, n)
    gold = np.where(rng.random(n) < confidence - shift, 0, 1)
    return calibration_bins(gold, np.column_stack([confidence, 1 - confidence]))


@pytest.mark.parametrize("shift", [0.0, 0.1])
def test_debiased_square_is_unbiased_where_plain_error_is_not(shift):
    rng = np.random.default_rng(0)
    plain, squares = [], []
    for _ in range(2000):
        bins = draw(150, shift, rng)
        n, apart, share = bins.n, (bins.hits - bins.confidence) / bins.n, bins.hits / bins.n
        assert debiased_calibration_error(bins) <= np.sqrt((n * apart**2).sum() / n.sum()) + 1e-12
        squares.append((n * (apart**2 - share * (1 - share) / (n - 1))).sum() / n.sum())
        assert debiased_calibration_error(bins) == pytest.approx(np.sqrt(max(squares[-1], 0)))
        plain.append(expected_calibration_error(bins))
    assert np.mean(squares) == pytest.approx(shift**2, abs=4 * np.std(squares) / np.sqrt(2000) + 2e-4)
    assert np.mean(plain) > shift + (0.08 if shift == 0 else 0.01)


def test_debiased_error_by_hand():
    """Two bins of four: confidence 0.5 with two right, 0.9 with two right."""
    scores = np.repeat([[0.5, 0.4, 0.1], [0.9, 0.05, 0.05]], 4, axis=0)
    bins = calibration_bins(np.array([0, 0, 1, 1, 0, 0, 1, 1]), scores)
    expected = 0.5 * (0 - 0.25 / 3) + 0.5 * (0.4**2 - 0.25 / 3)
    assert debiased_calibration_error(bins) == pytest.approx(max(expected, 0) ** 0.5)
    assert np.isnan(debiased_calibration_error(calibration_bins(np.array([], dtype=int), np.empty((0, 2)))))
