"""Points of the reliability curve, of all examples and of each group."""

import numpy as np

from boletim.audit.settings import Settings
from boletim.audit.statistics.proportions import wilson
from boletim.audit.tally.subsets import Subset
from boletim.audit.tally.summed_subsets import SubsetSums
from boletim.audit.tally.tally import Tally
from boletim.contracts.answers.one_label import Point

Points = tuple[Point, ...]


def reliability(subset: Subset | SubsetSums, level: float) -> Points:
    """Calibration bins with Wilson's limits for their accuracy, by confidence; empty without scores.

    Args:
        subset: The examples.
        level: Confidence level in (0, 1).
    """
    bins = subset.calibration()
    if bins is None:
        return ()
    low, high = wilson(bins.hits / bins.n * bins.effective, bins.effective, level)
    n = np.bincount(bins.index) if len(bins.index) else bins.n
    return tuple(
        Point(
            confidence=float(bins.confidence[i] / bins.n[i]),
            accuracy=float(bins.hits[i] / bins.n[i]),
            low=float(low[i]),
            high=float(high[i]),
            n=int(n[i]),
        )
        for i in range(len(bins.n))
    )


def reliability_by_group(parts: Tally, settings: Settings) -> dict[str, dict[str, Points]]:
    """The same per group column and group; groups too small to be judged and crossed groups are left out.

    Args:
        parts: All subsets.
        settings: Level and smallest group.
    """
    found: dict[str, dict[str, Points]] = {}
    for part in parts:
        if len(part.scope) == 1 and part.n >= settings.config.min_group:
            ((column, group),) = part.scope.items()
            points = reliability(part, settings.level)
            if points:
                found.setdefault(column, {})[group] = points
    return found
