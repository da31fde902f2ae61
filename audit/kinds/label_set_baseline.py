"""Is the model better than always answering the most frequent set of labels?"""

import numpy as np

from boletim.audit.decisions.baseline import over_baseline
from boletim.audit.evidence.figures import measures_of
from boletim.audit.evidence.sets import LabelSetEvidence
from boletim.audit.kinds.label_set_metrics import label_set_metrics
from boletim.audit.settings import Settings
from boletim.audit.tally.clusters import ClusterDraws
from boletim.audit.tally.subsets import Subset
from boletim.contracts.measure import Measure
from boletim.contracts.method import majority_of


def most_frequent_set(gold: np.ndarray) -> np.ndarray:
    """(k,) bool: the most frequent row of (n, k) bool, at least one; among equally frequent ones the smallest."""
    found, counts = np.unique(gold, axis=0, return_counts=True)
    return np.asarray(found[counts.argmax()])


def set_baseline_measures(
    everything: Subset, answer: np.ndarray, origin: str, settings: Settings, draws: ClusterDraws | None
) -> list[Measure]:
    """Accuracy (exact sets) and macro F1 of always answering one set, and the model's accuracy over it.

    Args:
        everything: All examples.
        answer: (k,) bool, the set always answered.
        origin: Which labels it is the most frequent set of: `training` or `test`.
        settings: Level, names, seed.
        draws: Resampled clusters, or None.
    """
    how = majority_of(origin)
    said = np.broadcast_to(answer, everything.gold.shape)
    constant = Subset({}, everything.gold, np.array(said), None, everything.clusters)
    metrics = [metric for metric in label_set_metrics() if metric.name in ("accuracy", "f1_macro")]
    made = [
        measure.model_copy(
            update={
                "id": f"baseline_{measure.id}",
                "metric": f"baseline_{measure.metric}",
                "method": measure.method + how if measure.method else None,
                "higher_is_better": None,
            }
        )
        for measure in measures_of(LabelSetEvidence(constant, settings, draws), metrics)
    ]
    is_hit = (everything.gold == everything.predicted).all(axis=1)
    is_base = (everything.gold == said).all(axis=1)
    right = int((is_hit & is_base).sum()), int((is_hit & ~is_base).sum()), int((is_base & ~is_hit).sum()), len(is_hit)
    rows = None
    if everything.clusters is not None:
        rows = is_hit, is_base, everything.clusters
    return [*made, over_baseline(right, how, settings, rows)]
