"""Impact ratio: a group's selection rate over that of the group selected most.

Four fifths (0.8) is drawn beside it as a reference line, not as a legal limit: 29 CFR 1607.4(D) itself says that small
numbers and statistical significance matter.

References:
    29 CFR 1607.4(D) (four-fifths rule); New York City, 6 RCNY 5-300 (impact ratio, scoring rate).
"""

import numpy as np

from boletim.audit.groups.attribute import Attribute
from boletim.audit.groups.gaps import GroupFigures
from boletim.audit.groups.left_out import Piece, left_out_of_any_value
from boletim.audit.statistics.proportions import ratio, simultaneous_level
from boletim.contracts.measure import Measure
from boletim.contracts.method import SQUARE_AND_ADD_RATIO, simultaneous_over_groups


def impact_ratios(attribute: Attribute) -> list[Measure]:
    """`impact_ratio` of each judged group in each class; 1 for the group selected most, lower for the others.

    The intervals hold for all groups of a class at once. A class that no group is predicted as has none, and so has a
    column with fewer than two judged groups.

    Args:
        attribute: A group column with its measures.
    """
    made: list[Measure] = []
    for label in attribute.settings.labels:
        made += ratios_to_highest("impact_ratio", attribute, attribute.judged("selection_rate", label), label)
    return made


def ratios_to_highest(metric: str, attribute: Attribute, figures: GroupFigures, label: str) -> list[Measure]:
    """Each group's rate over the highest, as measures.

    Args:
        metric: Name of the measures.
        attribute: The group column.
        figures: Rates of the judged groups.
        label: The class they are about.
    """
    if len(figures.values) < 2 or figures.values.max() <= 0:
        return []
    settings, top = attribute.settings, int(figures.values.argmax())
    n_others = len(figures.values) - 1
    low, high = figures.limits(simultaneous_level(settings.level, n_others))
    best = np.full(len(figures.values), figures.values[top])
    below, above = ratio(
        figures.values, (low, high), best, (np.full_like(best, low[top]), np.full_like(best, high[top]))
    )
    method = figures.compared_by(SQUARE_AND_ADD_RATIO, SQUARE_AND_ADD_RATIO)
    beyond = left_out_of_any_value(attribute, [Piece("selection_rate", label, figures.names)])
    made = []
    for i, group in enumerate(figures.names):
        scope = {"class": label, **attribute.scope_of(group)}
        has_interval = i != top and np.isfinite(above[i])
        value = float(figures.values[i] / figures.values[top])
        made.append(
            Measure(
                id=settings.id_of(metric, scope),
                metric=metric,
                value=value,
                low=min(float(below[i]), value) if has_interval else None,
                high=max(float(above[i]), value) if has_interval else None,
                level=settings.level if has_interval else None,
                n=int(figures.n[i]),
                unit="ratio",
                higher_is_better=True,
                scope=scope,
                method=method + simultaneous_over_groups(n_others) if has_interval else None,
                left_out=beyond,
            )
        )
    return made
