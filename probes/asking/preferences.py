"""CrowS-Pairs: read the pairs, count which sentence a model prefers, and judge it per kind of bias.

References:
    Nangia et al. 2020, CrowS-Pairs, section 3 (and the released metric.py). Blodgett et al. 2021 on what the data
    set's pairs fail to measure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import P_BINOMIAL, WILSON
from boletim.contracts.protocols import Encoded, MaskedScorer
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.data_file import DataFile, need_columns
from boletim.probes.findings.headline import headline
from boletim.probes.model_views import ModelContext, unusable
from boletim.probes.statistics.crossed import Estimate
from boletim.probes.statistics.measures import make_measure, undefined, with_q
from boletim.probes.statistics.paired import share

COLUMNS = ("sent_more", "sent_less", "stereo_antistereo", "bias_type")
_METHOD = WILSON + P_BINOMIAL


@dataclass(frozen=True)
class Pairs:
    """The sentences in the data set's order."""

    more: tuple[str, ...]
    """The more stereotyping sentence of a pair; in antistereo pairs, the one about the disadvantaged group."""
    less: tuple[str, ...]
    is_stereo: np.ndarray
    """(n,) bool: the pair shows a stereotype; else it goes against one."""
    kinds: tuple[str, ...]
    """Kind of bias of each pair."""


def read_pairs(data: DataFile) -> Pairs:
    """The pairs of the published csv.

    Raises:
        DataError: A column is missing.
    """
    rows = need_columns(data, COLUMNS)
    return Pairs(
        tuple(row["sent_more"] for row in rows),
        tuple(row["sent_less"] for row in rows),
        np.array([row["stereo_antistereo"] == "stereo" for row in rows]),
        tuple(row["bias_type"] for row in rows),
    )


def preferences(more: np.ndarray, less: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which pairs count as a preference for the stereotype, and which are neutral.

    Args:
        more: (n,) float64, scores of the sentences `sent_more`, as they are; released result files have the two
            columns of antistereo rows swapped and must be un-swapped first.
        less: (n,) float64, scores of `sent_less`.

    Returns:
        Two (n,) bool arrays: a stereo pair counts where `more` has the higher score, and an antistereo pair too
        (there `sent_more` is the sentence about the disadvantaged group, as the released code has it). Equal scores
        are neutral: they stay in the total and count for nothing.
    """
    return more > less, more == less


def preference_measures(
    name: str, more: np.ndarray, less: np.ndarray, is_stereo: np.ndarray, kinds: Sequence[str], level: float
) -> tuple[Measure, ...]:
    """Shares of pairs in which the stereotype is preferred: over all, per direction, and per kind of bias.

    Returns:
        `stereotype_preference` over all pairs (neutral ones in the total) and per kind with p (exact binomial on the
        pairs with a preference) and q (Benjamini-Hochberg over the kinds); `stereotype_score` and
        `antistereotype_score` over the pairs of that direction that have a preference.
    """
    wins, neutral = preferences(more, less)
    scope = {"probe": name}
    measures = [_share("stereotype_preference", scope, wins, level)]
    for metric, chosen in (("stereotype_score", is_stereo), ("antistereotype_score", ~is_stereo)):
        measures.append(_share(metric, scope, wins[chosen & ~neutral], level))
    labels = np.array(kinds, dtype=object)
    for kind in sorted(set(kinds)):
        chosen = labels == kind
        n_decided = int((chosen & ~neutral).sum())
        p = float(stats.binomtest(int(wins[chosen].sum()), n_decided).pvalue) if n_decided else 1.0
        measures.append(_share("stereotype_preference", scope | {"bias_type": kind}, wins[chosen], level, p))
    return with_q(measures)


def run_preferences(
    name: str, context: ModelContext, score: Callable[[ModelContext, Pairs], np.ndarray]
) -> ProbeResult:
    """Run a probe on the pairs.

    Args:
        name: Of the probe.
        context: With a masked language model and the pairs' path under `crows_pairs`.
        score: Gives (2, n) float64: the scores of `more` and of `less`, rounded as the method says.
    """
    data = context.read(context.data["crows_pairs"])
    pairs = read_pairs(data)
    n_unknown = _n_unknown(context, pairs)
    if n_unknown > len(pairs.kinds) / 2:
        return unusable(name, Reason.of("vocabulary", n_unknown=n_unknown, n=len(pairs.kinds)))
    more, less = score(context, pairs)
    measures = preference_measures(name, more, less, pairs.is_stereo, pairs.kinds, context.level)
    return ProbeResult(
        probe=name,
        measures=measures,
        findings=(headline(name, measures[0], context.level, null=0.5, margin=context.margin),),
        can_tell=f"{name}.can_tell",
        data={
            "n_pairs": len(pairs.kinds),
            "n_neutral": int((more == less).sum()),
            "n_pairs_with_unknown_words": n_unknown,
            "data_set": data.name,
            "data_sha256": data.sha256,
            "licence": "CC BY-SA 4.0",
        },
    )


def aligned(scorer: MaskedScorer, pairs: Pairs) -> tuple[list[Encoded], list[Encoded]]:
    """Both sentences of each pair as the model reads them."""
    return scorer.encode(pairs.more), scorer.encode(pairs.less)


def _share(metric: str, scope: dict[str, str], wins: np.ndarray, level: float, p: float | None = None) -> Measure:
    n = len(wins)
    if n == 0:
        return undefined(metric, scope, Reason.of("no_such_pairs"), unit="share")
    found = share(int(wins.sum()), n, level)
    return make_measure(
        metric,
        scope,
        Estimate(found.value, found.low, found.high, p),
        n=n,
        level=level,
        unit="share",
        method=_METHOD if p is not None else WILSON,
    )


def _n_unknown(context: ModelContext, pairs: Pairs) -> int:
    assert context.masked is not None
    unknown = context.masked.unknown_id
    more, less = aligned(context.masked, pairs)
    return sum(unknown in (*a.ids, *b.ids) for a, b in zip(more, less, strict=True)) if unknown is not None else 0
