"""Time, memory, size and energy of a classifier, measured on real texts in a few seconds."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy import stats

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, Unit, measure_id
from boletim.contracts.method import COUNT, ORDER_STATISTICS, T
from boletim.contracts.results.cost import CostResult
from boletim.models.energy import Joules, find_meter

if TYPE_CHECKING:
    from boletim.models.load import AnyClassifier

BATCH_SIZES = (1, 8, 32)
_SHARES = (0.15, 0.25, 0.6)
"""Of the time: a large batch takes longer, and an interval needs six of them."""
_MOST_REPEATS, _FEWEST_REPEATS = 100, 3
_WARM_UP = 1


def measure_cost(
    classifier: "AnyClassifier", texts: Sequence[str], *, level: float, seed: int, budget_s: float = 5.0
) -> CostResult:
    """Measure on random texts, tokenising included, as a user of the model would meet it.

    Latency is the median over batches, its interval that of the median by order statistics; throughput is the batch's
    texts over it. Peak memory is that of the whole process (on a GPU: of the GPU's memory) while batches of 32 were
    scored. Energy is that of the whole processor or GPU.

    Args:
        classifier: Loaded.
        texts: At least one; those of the test set.
        level: Confidence level in (0, 1).
        seed: Of the draw of texts.
        budget_s: Seconds to spend, shared by the batch sizes; a slow model gets three batches of each size all the
            same.
    """
    distinct = list(dict.fromkeys(texts))
    rng = np.random.default_rng(seed)
    measures: list[Measure] = []
    meter, reason = find_meter(on_gpu=classifier.device.type == "cuda")
    seconds: np.ndarray = np.empty(0)
    joules: np.ndarray = np.empty(0)
    has_reset = False
    for size, share in zip(BATCH_SIZES, _SHARES, strict=True):
        has_reset = _reset_peak(classifier.device)
        seconds, joules = _time_batches(classifier, distinct, size, rng, share * budget_s, meter)
        measures += _speed(seconds, min(size, len(distinct)), size, level)
    peak = _peak(classifier.device) if has_reset else None
    energy = joules / min(BATCH_SIZES[-1], len(distinct))
    if meter is not None and not energy.any():
        meter, reason = None, Reason.of("too_short")
    measures += [
        _exact("n_parameters", classifier.n_parameters, "count"),
        _exact("model_bytes", classifier.n_bytes, "bytes"),
        _exact("peak_memory", peak, "bytes", Reason.of("no_peak") if peak is None else None),
        _energy(energy, level) if meter is not None else _exact("energy_per_text", None, "joules", reason),
    ]
    return CostResult(
        measures=tuple(measures),
        device=torch.cuda.get_device_name(0) if classifier.device.type == "cuda" else "cpu",
        n_threads=torch.get_num_threads(),
        n_texts=len(distinct),
    )


def median_limits(values: np.ndarray, level: float) -> tuple[float, float] | None:
    """Interval for a median between two order statistics, whatever the distribution; None where n is too small.

    References:
        David and Nagaraja (2003), Order Statistics, ch. 7.1.
    """
    n = len(values)
    below = int(stats.binom.ppf((1 - level) / 2, n, 0.5)) - 1  # both tails together hold at most 1 - level
    if below < 0:
        return None
    ordered = np.sort(values)
    return float(ordered[below]), float(ordered[n - 1 - below])


def _time_batches(
    classifier: "AnyClassifier",
    texts: Sequence[str],
    size: int,
    rng: np.random.Generator,
    budget_s: float,
    meter: Joules | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Seconds and joules of each batch."""
    seconds, joules = [], []
    begun = time.perf_counter()
    for repeat in range(_WARM_UP + _MOST_REPEATS):
        batch = [texts[i] for i in rng.choice(len(texts), min(size, len(texts)), replace=False)]
        used, start = meter() if meter else 0.0, time.perf_counter()
        classifier.predict_scores(batch)
        if repeat >= _WARM_UP:
            seconds.append(time.perf_counter() - start)
            joules.append(meter() - used if meter else 0.0)
        if len(seconds) >= _FEWEST_REPEATS and time.perf_counter() - begun > budget_s:
            break
    return np.array(seconds), np.array(joules)


def _speed(seconds: np.ndarray, n_texts: int, size: int, level: float) -> list[Measure]:
    scope = {"batch_size": str(size)}
    median = float(np.median(seconds))
    limits = median_limits(seconds, level)
    latency = Measure(
        id=measure_id("latency", scope),
        metric="latency",
        value=median,
        low=limits[0] if limits else None,
        high=limits[1] if limits else None,
        level=level if limits else None,
        n=len(seconds),
        unit="seconds",
        higher_is_better=False,
        scope=scope,
        method=ORDER_STATISTICS if limits else None,
    )
    return [
        latency,
        latency.model_copy(
            update={
                "id": measure_id("throughput", scope),
                "metric": "throughput",
                "value": n_texts / median,
                "low": n_texts / limits[1] if limits else None,
                "high": n_texts / limits[0] if limits else None,
                "unit": "per second",
                "higher_is_better": True,
            }
        ),
    ]


def _exact(metric: str, value: float | None, unit: Unit, reason: Reason | None = None) -> Measure:
    return Measure(
        id=metric,
        metric=metric,
        value=value,
        n=int(value is not None),
        unit=unit,
        higher_is_better=False,
        method=COUNT if value is not None and metric != "peak_memory" else None,
        undefined_because=reason,
    )


def _energy(joules: np.ndarray, level: float) -> Measure:
    n, mean = len(joules), float(joules.mean())
    half = float(stats.t.isf((1 - level) / 2, n - 1) * joules.std(ddof=1) / np.sqrt(n))
    return Measure(
        id="energy_per_text",
        metric="energy_per_text",
        value=mean,
        low=max(mean - half, 0.0),
        high=mean + half,
        level=level,
        n=n,
        unit="joules",
        higher_is_better=False,
        method=T,
    )


def _reset_peak(device: torch.device) -> bool:
    """Whether the peak counts from now on."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        return True
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def _peak(device: torch.device) -> float | None:
    """Bytes since the reset; of the whole process where the model runs on the processor."""
    if device.type == "cuda":
        return float(torch.cuda.max_memory_allocated(device))
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    found = next((line for line in lines if line.startswith("VmHWM:")), None)
    return float(found.split()[1]) * 1024 if found else None
