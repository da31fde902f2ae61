"""CrowS-Pairs scored without a mask: the mean log-probability of every token of the sentence as it stands.

References:
    Kaneko and Bollegala 2022, Unmasking the Mask: Evaluating Social Biases in Masked Language Models (AUL), and the
    released evaluate.py: the mean over all tokens but the first and the last. Its attention-weighted AULA is not here.
"""

import numpy as np

from boletim.contracts.protocols import Encoded, Reading
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.asking.preferences import Pairs, aligned, run_preferences
from boletim.probes.model_views import ModelContext
from boletim.probes.probe import ModelProbe

NAME = "all_unmasked_likelihood"


def run(context: ModelContext) -> ProbeResult:
    """Score both sentences of every pair; the measures are those of `preference_measures`."""
    return run_preferences(NAME, context, score_pairs)


def score_pairs(context: ModelContext, pairs: Pairs) -> np.ndarray:
    """Mean log-probability of a sentence's tokens, the frame's left out, all read in one pass.

    Returns:
        (2, n) float64, natural logarithms: first `more`, then `less`.
    """
    assert context.masked is not None
    more, less = aligned(context.masked, pairs)
    readings = [_whole(encoded) for encoded in (*more, *less)]
    found = context.masked.log_probabilities(readings, context.progress)
    return np.array([values.mean() if len(values) else 0.0 for values in found]).reshape(2, len(pairs.kinds))


def _whole(encoded: Encoded) -> Reading:
    places = tuple(range(1, len(encoded.ids) - 1))
    return Reading(encoded.ids, places, tuple((encoded.ids[place],) for place in places))


PROBE = ModelProbe(NAME, run, needs=("masked",), data=("crows_pairs",))
