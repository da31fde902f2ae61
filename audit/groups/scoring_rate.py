"""Scoring rate: the share of a group that scores above the median of all, and its ratio to the highest group's.

For tools that rank and do not select.

References:
    New York City, 6 RCNY 5-300 (scoring rate and impact ratio of automated employment decision tools).
"""

import numpy as np

from boletim.audit.groups.attribute import Attribute
from boletim.audit.groups.gaps import GroupFigures
from boletim.audit.groups.impact_ratio import ratios_to_highest
from boletim.audit.settings import doubt
from boletim.audit.statistics.clustered_limits import share_limits
from boletim.audit.tally.draws import Draws
from boletim.audit.tally.subsets import group_codes
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.measure import Measure
from boletim.contracts.method import WILSON


def scoring_measures(predictions: Predictions, attribute: Attribute, draws: Draws) -> list[Measure]:
    """`scoring_rate` of each group in each class's score, and `scoring_impact_ratio` of the judged ones.

    The median is taken as known. Crossed groups have rates and no ratio. Nothing without scores.

    Args:
        predictions: With scores.
        attribute: One group column, or several crossed.
        draws: How the examples hang together.
    """
    if predictions.scores is None:
        return []
    made: list[Measure] = []
    members = _members(predictions, attribute)
    for c, label in enumerate(predictions.labels):
        score = predictions.scores[:, c]
        is_above = score > np.median(score)
        rates = [_rate(attribute, label, group, is_above, rows, draws) for group, rows in members.items()]
        made += rates
        if len(attribute.columns) > 1:
            continue
        judged = [rate for rate in rates if not rate.undefined_because]
        made += ratios_to_highest("scoring_impact_ratio", attribute, _figures(attribute, judged), label)
    return made


def _members(predictions: Predictions, attribute: Attribute) -> dict[str, np.ndarray]:
    """Rows of each group that has figures and a value in every column."""
    factorized = {column: group_codes(predictions.groups[column]) for column in attribute.columns}
    found = {}
    for group in attribute.group_names:
        if attribute.lacks_value(group):
            continue
        scope = attribute.scope_of(group)
        is_member = [codes == names.index(scope[column]) for column, (names, codes) in factorized.items()]
        found[group] = np.flatnonzero(np.logical_and.reduce(is_member))
    return found


def _rate(
    attribute: Attribute, label: str, group: str, is_above: np.ndarray, rows: np.ndarray, draws: Draws
) -> Measure:
    settings, scope = attribute.settings, {"class": label, **attribute.scope_of(group)}
    n, n_above = len(rows), int(is_above[rows].sum())
    codes = draws.codes_of(rows)
    low, high = share_limits(is_above[rows], np.ones(n, dtype=bool), codes, settings.level)
    return Measure(
        id=settings.id_of("scoring_rate", scope),
        metric="scoring_rate",
        value=n_above / n,
        low=low,
        high=high,
        level=settings.level,
        n=n,
        scope=scope,
        method=settings.method(WILSON),
        undefined_because=doubt(n, True, settings),
    )


def _figures(attribute: Attribute, judged: list[Measure]) -> GroupFigures:
    settings = attribute.settings
    return GroupFigures(
        names=tuple(attribute.group_of(rate) for rate in judged),
        values=np.array([rate.value for rate in judged], dtype=float),
        low=np.array([rate.low for rate in judged], dtype=float),
        high=np.array([rate.high for rate in judged], dtype=float),
        n=np.array([rate.n for rate in judged], dtype=float),
        level=settings.level,
        is_proportion=not settings.is_clustered,
        method=judged[0].method if judged else None,
    )
