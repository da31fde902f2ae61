"""CrowS-Pairs scored on the words that differ: not the published score, which reads the words that are shared.

References:
    Meade et al. 2022, An Empirical Survey of the Effectiveness of Debiasing Techniques (bias-bench), whose code takes
    the mean log-probability of the changed tokens.
"""

import numpy as np

from boletim.contracts.protocols import Reading
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.asking.preferences import Pairs, aligned, run_preferences
from boletim.probes.language_models.crows_pairs import shared_places
from boletim.probes.model_views import ModelContext
from boletim.probes.probe import ModelProbe

NAME = "crows_changed_token"


def run(context: ModelContext) -> ProbeResult:
    """Score both sentences of every pair; the measures are those of `preference_measures`."""
    return run_preferences(NAME, context, score_pairs)


def score_pairs(context: ModelContext, pairs: Pairs) -> np.ndarray:
    """Mean log-probability of the tokens that differ, each masked alone, rounded to three decimals.

    Returns:
        (2, n) float64; 0 for a sentence that adds nothing to the other.
    """
    assert context.masked is not None
    readings: list[Reading] = []
    owners: list[tuple[int, int]] = []
    for number, (first, second) in enumerate(zip(*aligned(context.masked, pairs), strict=True)):
        kept = shared_places(first.ids, second.ids)
        for side, ids in enumerate((first.ids, second.ids)):
            shared = {0, len(ids) - 1, *kept[side]}
            for place in (place for place in range(len(ids)) if place not in shared):
                masked = (*ids[:place], context.masked.mask_id, *ids[place + 1 :])
                readings.append(Reading(masked, (place,), ((ids[place],),)))
                owners.append((side, number))
    totals, counts = np.zeros((2, len(pairs.kinds))), np.zeros((2, len(pairs.kinds)))
    for owner, found in zip(owners, context.masked.log_probabilities(readings, context.progress), strict=True):
        totals[owner] += found[0]
        counts[owner] += 1
    return np.round(totals / np.maximum(counts, 1), 3)


PROBE = ModelProbe(NAME, run, needs=("masked",), data=("crows_pairs",))
