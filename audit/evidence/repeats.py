"""How far answers to one text differ where each text was asked several times: of all texts, and per group."""

from collections.abc import Iterator

import numpy as np

from boletim.audit.metrics.refusals import disagreement
from boletim.audit.settings import Settings, doubt
from boletim.audit.statistics.clustered_mean import bounded_limits
from boletim.audit.tally.subsets import split_groups
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import BOUNDED_CLUSTERS

NAME = "disagreement"


def disagreement_measures(answers: Predictions, settings: Settings) -> list[Measure]:
    """The mean over texts of the share of pairs of answers that differ, with an interval for other texts.

    Nothing where texts were asked once. A group has the texts all of whose answers are of it.
    """
    if not answers.repeats or answers.clusters is None:
        return []
    _, codes = np.unique(answers.clusters.astype(str), return_inverse=True)
    return [_measure(scope, codes[rows], answers.predicted[rows], settings) for scope, rows in _parts(answers)]


def _parts(answers: Predictions) -> Iterator[tuple[dict[str, str], np.ndarray]]:
    yield {}, np.arange(answers.n)
    for column, values in answers.groups.items():
        for (name,), rows in split_groups([values]):
            yield {column: name}, rows


def _measure(scope: dict[str, str], codes: np.ndarray, predicted: np.ndarray, settings: Settings) -> Measure:
    shares = disagreement(np.unique(codes, return_inverse=True)[1], predicted)
    value = low = high = None
    because: Reason | None = Reason.of("asked_once")
    if len(shares):
        value, because = float(shares.mean()), None
        ends = bounded_limits(shares, None, None, settings.level, 0.0, 1.0)
        low, high = (None if np.isnan(end) else float(end) for end in ends)
        because = doubt(len(shares), low is not None, settings)
    return Measure(
        id=settings.id_of(NAME, scope),
        metric=NAME,
        value=value,
        low=low,
        high=high,
        level=None if low is None else settings.level,
        n=len(shares),
        unit="share",
        higher_is_better=False,
        scope=scope,
        method=None if low is None else BOUNDED_CLUSTERS,
        undefined_because=because,
    )
