import numpy as np
import pytest
from scipy.optimize import curve_fit

from boletim.audit.statistics.power_law import fit_power_laws

SIZES = np.array([100, 200, 400, 800])


@pytest.mark.parametrize(("floor", "slope", "exponent"), [(0.1, 0.2, 0.5), (0.0, 0.3, 1.0), (-0.05, 0.25, 0.3)])
def test_a_law_without_noise_is_found_again(floor: float, slope: float, exponent: float) -> None:
    errors = floor + slope * (SIZES / 800) ** -exponent
    found = fit_power_laws(SIZES, errors[None, :], np.ones(4))
    at_twice = floor + slope * 2**-exponent
    assert found.gain_from_doubling()[0] == pytest.approx(errors[-1] - at_twice, abs=5e-4)


def test_fit_against_scipy() -> None:
    rng = np.random.default_rng(3)
    errors = 0.1 + 0.2 * (SIZES / 800) ** -0.7 + rng.normal(0, 0.002, 4)
    weights = np.array([1.0, 2.0, 2.0, 4.0])
    (a, b, c), _ = curve_fit(
        lambda x, a, b, c: a + b * x**-c, SIZES / 800, errors, (0.1, 0.2, 0.5), sigma=weights**-0.5
    )
    found = fit_power_laws(SIZES, errors[None, :], weights)

    def left(a: float, b: float, c: float) -> float:
        return float(weights @ (errors - a - b * (SIZES / 800) ** -c) ** 2)

    assert left(found.floor[0], found.slope[0], found.exponent[0]) == pytest.approx(left(a, b, c), rel=0.02, abs=1e-7)
    assert found.gain_from_doubling()[0] == pytest.approx(b * (1 - 2**-c), abs=5e-4)


def test_a_curve_that_falls_gains_nothing() -> None:
    found = fit_power_laws(SIZES, np.array([[0.1, 0.12, 0.14, 0.2]]), np.ones(4))
    assert found.gain_from_doubling()[0] == 0
    assert found.floor[0] == pytest.approx(0.14)  # the mean, by hand
