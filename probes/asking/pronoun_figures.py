"""The two figures of every probe that sets "she" against "he" by occupation."""

from collections.abc import Sequence

import numpy as np

from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure
from boletim.contracts.method import T_OCCUPATIONS
from boletim.probes.findings.headline import headline
from boletim.probes.sentences.labour import share_correlation
from boletim.probes.statistics.measures import make_measure, with_q
from boletim.probes.statistics.paired import mean_gap

_LIMITS = (-float("inf"), float("inf"))


def pronoun_figures(
    probe: str, ratios: np.ndarray, shares: Sequence[float | None], level: float
) -> tuple[tuple[Measure, ...], tuple[Finding, ...]]:
    """`pronoun_log_ratio` (mean, t interval over occupations) and `pronoun_share_correlation`, with their findings.

    Args:
        probe: Its name.
        ratios: (n_occupations,) float64, log P(she) - log P(he).
        shares: (n_occupations,) share of women in each, None where it is not known.
        level: Of the intervals.
    """
    scope = {"probe": probe}
    measures = with_q(
        [
            make_measure(
                "pronoun_log_ratio", scope, mean_gap(ratios, level), n=len(ratios), level=level, unit="nats",
                method=T_OCCUPATIONS, limits=_LIMITS,
            ),
            share_correlation("pronoun_share_correlation", scope, ratios, list(shares), level),
        ]
    )  # fmt: skip
    findings = (headline(f"{probe}_ratio", measures[0], level), headline(f"{probe}_shares", measures[1], level))
    return measures, findings
