"""What one metric declares; every file in the folders beside this one holds one `METRIC`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeVar

import numpy as np

from boletim.audit.statistics.bins import CalibrationBins
from boletim.audit.statistics.counts import ClassCounts
from boletim.audit.statistics.influence import Influenced
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Unit
from boletim.contracts.method import Method
from boletim.contracts.registry import find_plugin, plugin_names

T = TypeVar("T")
Interval = Literal["wilson", "bootstrap", "examples", "mean", "share", "delong", "influence", "bins", "none"]


@dataclass(frozen=True)
class Metric:
    """A plain function over arrays and the facts that the audit needs to show and judge it."""

    name: str
    """The same as the file's name."""
    kind: Literal["overall", "per class"]
    """Whether the function gives one figure or one per class."""
    interval: Interval
    """How its interval is made: wilson (of `parts`), bootstrap (of confusion cells within each class), examples
    (bootstrap of confusion cells and of the classes' numbers), mean (of per-example losses),
    share (Wilson, of per-example values 0 and 1), delong, influence (of examples), bins (calibration), none
    (counts)."""
    undefined: Reason | None
    """Why the figure is undefined where the function gives NaN; None where it never does."""
    of_counts: Callable[[ClassCounts], np.ndarray] | None = None
    """Label metric: counts (..., k) to (...) or, per class, (..., k); float64, NaN where undefined."""
    of_scores: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None
    """Score metric: gold (n,), scores (n, k) to one value per example (intervals `mean` and `share`), a number, or
    (k,)."""
    of_influence: Callable[[np.ndarray, np.ndarray, np.ndarray | None], Influenced] | None = None
    """For `influence`: gold, scores and weights (or None) to the same figures with each example's influence."""
    of_bins: Callable[[CalibrationBins], float] | None = None
    """For `bins`: the figure of calibration bins, in [0, 1]."""
    parts: Callable[[ClassCounts], tuple[np.ndarray, np.ndarray]] | None = None
    """For `wilson`: successes and trials, shaped as the result."""
    from_share: Callable[[np.ndarray], np.ndarray] | None = None
    """For `wilson`: increasing function from successes/trials to the metric, where they differ."""
    note: Callable[[int], Method] | None = None
    """Number of classes to what the interval's method must state beside its name."""
    unit: Unit = "share"
    higher_is_better: bool | None = True
    lowest: float = 0.0
    """Smallest possible value; intervals end there."""
    highest: float = 1.0
    """Largest possible value; intervals end there."""

    def parts_of(self, counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
        """Successes and trials.

        Raises:
            ValueError: The metric declares none.
        """
        return declared(self, "parts", self.parts)(counts)

    @property
    def needs_scores(self) -> bool:
        """Whether the metric reads probabilities."""
        return self.of_scores is not None


def declared(metric: Metric, field: str, function: T | None) -> T:
    """A function that the metric's interval is made of.

    Raises:
        ValueError: The metric declares none.
    """
    if function is None:
        raise ValueError(f"metric {metric.name}: interval {metric.interval} needs {field}, got none; declare it")
    return function


@cache
def all_metrics() -> tuple[Metric, ...]:
    """Every metric in the folder, by name."""
    return tuple(find_metric(name) for name in plugin_names("metric"))


@cache
def find_metric(name: str) -> Metric:
    """One metric by name.

    Raises:
        InputError: No such metric; the message lists the known ones and the nearest.
    """
    metric: Metric = find_plugin("metric", name)
    return metric
