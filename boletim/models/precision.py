"""Score with half the digits where that is asked for and changes nothing that matters, checked on a sample."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from boletim.contracts.examples import answers_class
from boletim.contracts.results.audit import PrecisionCheck

if TYPE_CHECKING:
    from boletim.models.load import AnyClassifier

MOST_CHANGED, MOST_SHIFT = 0.002, 0.02
"""Tolerance: share of texts whose label changes, and change of a probability."""
_SAMPLE = 512


def try_bf16(classifier: "AnyClassifier", texts: Sequence[str]) -> PrecisionCheck:
    """Score a sample in fp32 and in bf16, and leave the classifier in bf16 if both agree within the tolerance.

    Args:
        classifier: In fp32; what it scores from now on is in bf16 where the check says so.
        texts: That will be scored; up to 512 distinct ones, spread evenly over their lengths, are tried.

    Returns:
        What was found. A label is the class of the highest probability, or the set of those from 0.5 on where a text
        may have several.
    """
    if not texts:
        return PrecisionCheck(n=0, n_changed=0, largest_shift=0.0, is_used=True)
    distinct = sorted(dict.fromkeys(texts), key=len)
    places = np.unique(np.linspace(0, len(distinct) - 1, min(_SAMPLE, len(distinct))).astype(int))
    sample = [distinct[place] for place in places]
    exact = classifier.predict_scores(sample)
    classifier.is_bf16 = True
    rough = classifier.predict_scores(sample)
    decided = answers_class(classifier.kind).decided
    n_changed = int((decided(exact) != decided(rough)).reshape(len(sample), -1).any(axis=1).sum())
    shift = float(np.abs(exact - rough).max())
    is_used = n_changed <= MOST_CHANGED * len(sample) and shift <= MOST_SHIFT
    classifier.is_bf16 = is_used
    return PrecisionCheck(n=len(sample), n_changed=n_changed, largest_shift=shift, is_used=is_used)
