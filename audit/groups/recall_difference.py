"""Recall of a group less that of everyone else, per class, and whether it follows the group's share in the class.

References:
    De-Arteaga et al. (2019), Bias in Bios, FAT*, sec. 4 (the gap of a gender per occupation, and its correlation with
    the share of that gender in the occupation: a correlation above zero compounds an imbalance that is there already).
"""

import numpy as np

from boletim.audit.groups.attribute import Attribute
from boletim.audit.groups.gaps import GroupFigures
from boletim.audit.statistics.proportions import Limits, critical, difference, wilson
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import FISHER_CLASSES

_FEWEST_CLASSES = 4
"""Of which Fisher's interval for a correlation has a width."""


def recall_differences(attribute: Attribute) -> list[Measure]:
    """`recall_difference` of each judged group in each class, and its correlation with the group's share.

    Everyone else are the other judged groups together. Positive where the group is served better.

    Args:
        attribute: A group column with its measures.
    """
    settings = attribute.settings
    made: list[Measure] = []
    points: dict[str, list[tuple[float, float]]] = {}
    for label in settings.labels:
        figures = attribute.judged("recall", label)
        if len(figures.values) < 2:
            continue
        for i, group in enumerate(figures.names):
            value, low, high = _against_rest(figures, i, settings.level)
            scope = {"class": label, **attribute.scope_of(group)}
            made.append(
                Measure(
                    id=settings.id_of("recall_difference", scope),
                    metric="recall_difference",
                    value=value,
                    low=low,
                    high=high,
                    level=settings.level,
                    n=int(figures.n.sum()),
                    unit="difference",
                    scope=scope,
                    method=figures.compared_by(),
                )
            )
            points.setdefault(group, []).append((float(figures.n[i] / figures.n.sum()), value))
    return [*made, *(_correlation(attribute, group, found) for group, found in points.items())]


def _against_rest(figures: GroupFigures, place: int, level: float) -> tuple[float, float, float]:
    rest = np.delete(np.arange(len(figures.values)), place)
    n = figures.n[rest]
    value = float((figures.values[rest] * n).sum() / n.sum())
    limits: Limits
    if figures.is_proportion:
        limits = wilson(np.rint(np.array(value * n.sum())), n.sum(), level)
    else:
        half = critical(level) * np.sqrt(((n / n.sum() * figures.standard_errors[rest]) ** 2).sum())
        limits = np.array(max(value - half, 0.0)), np.array(min(value + half, 1.0))
    own_low, own_high = figures.limits(level)
    own = figures.values[place]
    low, high = difference(own, (own_low[place], own_high[place]), np.array(value), limits)
    return float(own - value), float(low), float(high)


def _correlation(attribute: Attribute, group: str, points: list[tuple[float, float]]) -> Measure:
    settings, scope, metric = attribute.settings, attribute.scope_of(group), "recall_difference_share_correlation"
    share, apart = np.array(points).T
    value = low = high = None
    reason = None
    if len(points) < _FEWEST_CLASSES:
        reason = Reason.of("few_classes_of_group", n=_FEWEST_CLASSES)
    elif np.ptp(share) == 0 or np.ptp(apart) == 0:
        reason = Reason.of("same_in_every_class")
    else:
        value = float(np.corrcoef(share, apart)[0, 1])
        half = critical(settings.level) / np.sqrt(len(points) - 3)
        middle = np.arctanh(np.clip(value, -1 + 1e-12, 1 - 1e-12))
        low, high = min(float(np.tanh(middle - half)), value), max(float(np.tanh(middle + half)), value)
    return Measure(
        id=settings.id_of(metric, scope),
        metric=metric,
        value=value,
        low=low,
        high=high,
        level=settings.level if value is not None else None,
        n=len(points),
        unit="correlation",
        scope=scope,
        method=FISHER_CLASSES if value is not None else None,
        undefined_because=reason,
    )
