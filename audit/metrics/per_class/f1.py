"""F1 of a class, with an exact route to its interval.

F1 = 2 TP / (2 TP + FP + FN) = 2 s / (1 + s) with s = TP / (TP + FP + FN), an increasing function of s. Among the
examples that are of the class or predicted as it, TP is a binomial count, so Wilson's interval for s carries over.

References:
    Takahashi et al. (2022), Confidence interval for micro-averaged F1 and macro-averaged F1 scores, Applied
    Intelligence 52:4961, for F1 as a function of multinomial cells.
"""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.counts import ClassCounts
from boletim.contracts.meaning import Reason


def parts(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    """Hits, and examples that are of the class or predicted as it, (..., k)."""
    return counts.hits, counts.gold + counts.predicted - counts.hits


def from_share(share: np.ndarray) -> np.ndarray:
    """2 s / (1 + s)."""
    return np.asarray(2 * share / (1 + share))


def f1(counts: ClassCounts) -> np.ndarray:
    """F1 per class, (..., k) in [0, 1], higher is better; 0 without hits, NaN for a class without examples."""
    total = np.asarray(counts.gold + counts.predicted, float)
    value = np.divide(2 * counts.hits, total, out=np.full(total.shape, np.nan), where=total > 0)
    return np.where(counts.gold > 0, value, np.nan)


METRIC = Metric(
    name="f1",
    kind="per class",
    interval="wilson",
    undefined=Reason.of("no_example_of_class"),
    of_counts=f1,
    parts=parts,
    from_share=from_share,
)
