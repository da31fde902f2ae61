"""Professions and the share of women who work in them, from the language pack or from a data set."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from boletim.contracts.errors import DataError
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import FISHER
from boletim.probes.model_views import ModelContext
from boletim.probes.statistics.crossed import Estimate
from boletim.probes.statistics.measures import make_measure, undefined

MIN_SHARES = 10
_COLUMNS = (("occupation", "bls_pct_female"), ("simplified_professions", "percent_us"))
"""Winogender's occupations-stats.tsv, and BEC-Pro's professions."""


@dataclass(frozen=True)
class Occupation:
    """One occupation as it stands in a sentence."""

    name: str
    share_of_women: float | None
    """In [0, 1]."""


def occupations(context: ModelContext, key: str) -> tuple[tuple[Occupation, ...], dict[str, str]]:
    """The data set's occupations where one is given under `key`, else those of the language pack.

    Returns:
        The occupations, and the sources by key.

    Raises:
        DataError: The data set has no columns of occupations and shares that are known here.
    """
    if key not in context.data:
        language = context.language
        found = tuple(Occupation(p.female, p.share_of_women) for p in language.professions if p.female == p.male)
        return found, dict(language.sources)
    data = context.read(context.data[key])
    rows = data.content if isinstance(data.content, list) else []
    for name, share in _COLUMNS:
        if rows and name in rows[0] and share in rows[0]:
            found = tuple(Occupation(row[name], float(row[share]) / 100) for row in rows)
            return found, {data.name: f"{data.name}, sha256 {data.sha256[:12]}"}
    raise DataError("labour_columns", columns=" or ".join(" and ".join(pair) for pair in _COLUMNS), at=data.name)


def share_correlation(
    metric: str, scope: dict[str, str], values: np.ndarray, shares: list[float | None], level: float
) -> Measure:
    """Pearson correlation of a figure per occupation with the share of women, Fisher's interval.

    Args:
        metric: Its name.
        scope: Its scope.
        values: (n_occupations,) float64; NaN is left out.
        shares: Share of women of each; None is left out.
        level: Confidence level in (0, 1).

    Returns:
        The correlation, undefined with fewer than ten occupations or where all values are the same.
    """
    known = np.array([np.nan if share is None else share for share in shares], dtype=np.float64)
    used = ~np.isnan(known) & ~np.isnan(values)
    n = int(used.sum())
    if n < MIN_SHARES:
        return undefined(metric, scope, Reason.of("few_occupations", least=MIN_SHARES, n=n), unit="correlation", n=n)
    if np.ptp(values[used]) <= 1e-12:
        return undefined(metric, scope, Reason.of("same_everywhere"), unit="correlation", n=n)
    result = stats.pearsonr(values[used], known[used])
    interval = result.confidence_interval(level)
    return make_measure(
        metric,
        scope,
        Estimate(float(result.statistic), float(interval.low), float(interval.high), float(result.pvalue)),
        n=n,
        level=level,
        unit="correlation",
        method=FISHER,
        limits=(-1.0, 1.0),
    )
