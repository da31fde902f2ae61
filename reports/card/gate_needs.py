"""How many examples would decide an open gate with a chance of 80 %, if the true value is the one seen.

References:
    Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, ch. 2.4 (the sample size of one
    share, by the score test that Wilson's interval inverts).
"""

import math
from statistics import NormalDist

from boletim.contracts.measure import Measure
from boletim.contracts.results.card import GateOutcome, NoNeed

POWER = 0.8
MOST = 10_000_000
"""Examples; what needs more is not decided by examples."""
RAISED_BY_CHANCE = (
    "ece", "label_calibration_error", "brier_reliability", "recall_gap_rms", "differential_fairness",
)  # fmt: skip
"""Their value falls as the examples grow, so that the one seen is not the one that more of them would show."""
_NORMAL = NormalDist()
_STEP = 1.01


def with_need(outcome: GateOutcome, measure: Measure | None, n_gates: int) -> GateOutcome:
    """The outcome with the number of examples that would decide it, or the reason why none can be told.

    Args:
        outcome: Settled; one that is decided comes back as it is.
        measure: What the gate judges; None where there is none.
        n_gates: Gates that are judged together: a miss has to hold among all of them.
    """
    if outcome.status != "insufficient evidence":
        return outcome
    reason = _why_none(outcome, measure)
    if reason is None and measure is not None:
        needed = examples_to_decide(measure, outcome.threshold, is_floor=outcome.bar == "at_least", n_gates=n_gates)
        if needed <= MOST:
            return outcome.model_copy(update={"n_needed": needed})
        reason = "too_many"
    return outcome.model_copy(update={"no_need": reason})


def _why_none(outcome: GateOutcome, measure: Measure | None) -> NoNeed | None:
    if measure is None or measure.value is None or measure.level is None or measure.undefined_because:
        return "not_judged"
    if measure.low is None or measure.high is None or not measure.low < measure.high or not measure.n:
        return "not_judged"
    if math.isclose(measure.value, outcome.threshold, abs_tol=1e-12):
        return "on_bar"
    is_right = measure.value > outcome.threshold if outcome.bar == "at_least" else measure.value < outcome.threshold
    if outcome.left_out is not None and is_right:
        return "left_out"
    return "chance" if measure.metric in RAISED_BY_CHANCE else None


def examples_to_decide(measure: Measure, bar: float, *, is_floor: bool, n_gates: int = 1) -> int:
    """Examples of the measure's kind at which its interval clears or misses the bar four times in five.

    A share with Wilson's interval is decided by its score test at the examples that it is worth (clusters and weights
    make them fewer, in the same proportion for more of them); of any other figure the half of the interval that faces
    the bar shrinks with the root of their number. Where a gap's interval ends at 0, which no gap is below, the other
    half tells.

    Args:
        measure: With value, limits, level and n; the value is not the bar.
        bar: What the figure shall reach (`is_floor`) or not pass.
        is_floor: The bar is the least and not the most.
        n_gates: Gates that are judged together.

    Returns:
        At least the number there is.
    """
    assert measure.value is not None
    assert measure.low is not None
    assert measure.high is not None
    assert measure.level is not None
    apart, is_above = abs(measure.value - bar), measure.value > bar
    half = _half(measure, measure.value, measure.low, measure.high, is_above=is_above)
    z_seen = _NORMAL.inv_cdf((1 + measure.level) / 2)
    alpha = (1 - measure.level) / (1 if is_above == is_floor else n_gates)
    z, z_power = _NORMAL.inv_cdf(1 - alpha / 2), _NORMAL.inv_cdf(POWER)
    if measure.method is not None and measure.method.is_wilson and measure.unit == "share" and 0 < bar < 1:
        limit = measure.low if is_above else measure.high
        worth = (z_seen / half) ** 2 * limit * (1 - limit) if half > 0 and 0 < limit < 1 else float(measure.n)
        seen = measure.value * (1 - measure.value)
        needed = ((z * math.sqrt(bar * (1 - bar)) + z_power * math.sqrt(seen)) / apart) ** 2 / min(worth / measure.n, 1)
    else:
        needed = measure.n * ((z + z_power) * half / (z_seen * apart)) ** 2
        if measure.metric.endswith("_gap") and not is_above:
            needed = _of_size(needed, measure.value, bar, (half / z_seen) * math.sqrt(measure.n), z)
    return max(measure.n, math.ceil(needed)) if math.isfinite(needed) else MOST + 1


def _half(measure: Measure, value: float, low: float, high: float, *, is_above: bool) -> float:
    if not is_above:
        return high - value
    return max(value - low, high - value) if measure.metric.endswith("_gap") and low == 0 else value - low


def _of_size(needed: float, value: float, bar: float, error: float, z: float) -> float:
    """The number at which a difference stays within the bar to both sides; `error` is its standard error at one."""
    while needed <= MOST and error > 0:
        now = error / math.sqrt(needed)
        room = bar - z * now
        if room > 0 and _NORMAL.cdf((room - value) / now) - _NORMAL.cdf((-room - value) / now) >= POWER:
            break
        needed *= _STEP
    return needed
