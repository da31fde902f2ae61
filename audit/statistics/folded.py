"""Intervals of figures built from absolute deviations."""

from collections.abc import Callable

import numpy as np

Limits = tuple[float, float]
_BISECTIONS = 10


def folded_limits(value: float, figure_at: Callable[[float], np.ndarray], level: float) -> Limits:
    """Interval for a figure built from absolute deviations (ECE, RMS of gaps), valid at zero too.

    Noise only ever adds to such a figure, so plain percentiles start above a true zero. The lower limit inverts a test
    instead: it is the figure of the smallest true deviations, in the observed pattern, that would reach the value
    within chance; zero when chance alone does. The upper limit is the replicates' upper percentile, which noise
    inflates, so it is conservative.

    Args:
        value: The figure, at least 0.
        figure_at: Replicates (n_draws,) of the figure when the true deviations are the observed ones times its
        argument.
            It must reuse the same noise at each call.
        level: Confidence level in (0, 1).
    """
    upper = (1 + level) / 2
    high = max(float(np.quantile(figure_at(1.0), upper)), value)
    if np.quantile(figure_at(0.0), upper) >= value:
        return 0.0, high
    below, above = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = (below + above) / 2
        if np.quantile(figure_at(middle), upper) >= value:
            above = middle
        else:
            below = middle
    return below * value, high
