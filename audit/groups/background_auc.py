"""AUC of a group against its background: where a group's scores sit too high or too low.

Subgroup AUC is the AUC within the group and is the measure `roc_auc` of the group. BPSN (background positive, subgroup
negative) is low when the group's negatives score as high as others' positives; BNSP the other way round. The average
equality gaps compare the group's negatives (positives) with those of the background: above 0 the group scores higher.

References:
    Borkan, Dixon, Sorensen, Thain and Vasserman (2019), Nuanced Metrics for Measuring Unintended Bias with Real Data
    for Text Classification, WWW companion, sec. 3; DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44:837.
"""

from collections.abc import Iterator

import numpy as np

from boletim.audit.settings import MISSING, Settings, doubt
from boletim.audit.statistics.clustered_limits import area_limits
from boletim.audit.statistics.delong import cautious_area
from boletim.audit.tally.draws import Draws
from boletim.audit.tally.subsets import group_codes
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import DELONG, DELONG_CLUSTERS


def background_measures(predictions: Predictions, column: str, settings: Settings, draws: Draws) -> Iterator[Measure]:
    """`bpsn_auc`, `bnsp_auc`, `negative_aeg` and `positive_aeg` of each group in each class.

    The background are the examples of other groups; those whose group is missing take no part. Nothing without scores
    or with fewer than two groups.

    Args:
        predictions: With scores.
        column: The group column.
        settings: Level, names.
        draws: How the examples hang together.
    """
    names, codes = group_codes(predictions.groups[column])
    places = [place for place, name in enumerate(names) if name != MISSING]
    known = np.isin(codes, places)
    if predictions.scores is None or len(places) < 2:
        return
    for c, label in enumerate(predictions.labels):
        is_class = predictions.gold == c
        score = predictions.scores[:, c]
        for place in places:
            own = codes == place
            rest = known & ~own
            pairs = {
                "bpsn_auc": (rest & is_class, own & ~is_class),
                "bnsp_auc": (own & is_class, rest & ~is_class),
                "negative_aeg": (own & ~is_class, rest & ~is_class),
                "positive_aeg": (own & is_class, rest & is_class),
            }
            for metric, (above, below) in pairs.items():
                yield _measure(metric, {"class": label, column: names[place]}, (above, below), score, settings, draws)


def _measure(
    metric: str,
    scope: dict[str, str],
    sides: tuple[np.ndarray, np.ndarray],
    score: np.ndarray,
    settings: Settings,
    draws: Draws,
) -> Measure:
    rows = np.flatnonzero(sides[0] | sides[1])
    how = DELONG_CLUSTERS if settings.is_clustered else DELONG
    n_smaller = int(min(side.sum() for side in sides))
    is_gap = metric.endswith("_aeg")
    shift = 0.5 if is_gap else 0.0
    value = low = high = None
    reason = Reason.of("needs_both_in_and_outside") if not n_smaller else None
    if n_smaller:
        value, influence = cautious_area(sides[0][rows], score[rows])
        codes = draws.codes_of(rows)
        low, high = area_limits(value, influence, n_smaller, codes, settings.level)
        value, low, high = value - shift, low - shift, high - shift
        reason = doubt(n_smaller, True, settings)
    return Measure(
        id=settings.id_of(metric, scope),
        metric=metric,
        value=value,
        low=low,
        high=high,
        level=settings.level if value is not None else None,
        n=len(rows),
        unit="difference" if is_gap else "share",
        higher_is_better=None if is_gap else True,
        scope=scope,
        method=how if value is not None else None,
        undefined_because=reason,
    )
