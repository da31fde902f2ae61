"""Is the model better than always answering the most frequent class?

References:
    Newcombe (1998), Statistics in Medicine 17:2635 (paired difference); McNemar (1947), Psychometrika 12:153.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from boletim.audit.evidence.figures import measures_of
from boletim.audit.evidence.rows import SubsetEvidence
from boletim.audit.metrics.metric import Metric
from boletim.audit.metrics.per_class.f1 import from_share
from boletim.audit.settings import Settings
from boletim.audit.statistics.clustered_limits import paired_limits
from boletim.audit.statistics.clustered_mean import mean_error
from boletim.audit.statistics.counts import divide
from boletim.audit.statistics.homogeneity import mcnemar
from boletim.audit.statistics.proportions import critical_t, paired_difference
from boletim.audit.tally.subsets import Subset
from boletim.audit.tally.summed_subsets import SubsetSums
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import NEWCOMBE, NORMAL, PAIRED, Method, majority_of

Hits = tuple[np.ndarray, np.ndarray]
"""(n,) bool each: which examples the model gets right, and which the constant answer."""


def baseline_measures(evidence: SubsetEvidence, place: int, origin: str) -> list[Measure]:
    """Accuracy and macro F1 of always answering one class, and the model's accuracy over it on the same examples.

    Macro F1 of the constant answer is 2 s / (1 + s) over the number of classes in gold or answered, where s is the
    class's share; its interval is that of s, carried over.

    Args:
        evidence: Of all examples.
        place: Index of the class always answered.
        origin: Which labels it is the majority of: `training` or `test`.
    """
    n_occurring, how = len(set(np.flatnonzero(evidence.sizes.gold)) | {place}), majority_of(origin)
    share = Metric(
        "accuracy",
        "overall",
        "wilson",
        Reason.of("no_examples"),
        of_counts=lambda counts: divide(counts.gold[..., place], counts.n),
        parts=lambda counts: (counts.gold[..., place], counts.n),
    )
    f1 = replace(
        share,
        name="f1_macro",
        of_counts=lambda counts: from_share(divide(counts.gold[..., place], counts.n)) / n_occurring,
        from_share=lambda limit: from_share(limit) / n_occurring,
        unit="score",
    )
    return [*constant_measures(evidence, (share, f1), how), _over(evidence, place, how)]


def constant_measures(evidence: SubsetEvidence, metrics: Iterable[Metric], how: Method) -> list[Measure]:
    """Some metrics as those of the baseline.

    Args:
        evidence: What they are figures of.
        metrics: Named as the model's are.
        how: What the baseline does, for the method.
    """
    return [
        measure.model_copy(
            update={
                "id": f"baseline_{measure.id}",
                "metric": f"baseline_{measure.metric}",
                "method": measure.method + how if measure.method else None,
                "higher_is_better": None,
            }
        )
        for measure in measures_of(evidence, metrics)
    ]


def _over(evidence: SubsetEvidence, place: int, how: Method) -> Measure:
    everything: Subset | SubsetSums = evidence.subset
    cells = evidence.cells
    n, both = int(cells.sum()), int(cells[place, place])
    model_only, baseline_only = int(np.trace(cells)) - both, int(cells[place].sum()) - both
    hits = None
    if everything.clusters is not None or everything.weights is not None:
        hits = everything.gold == everything.predicted, everything.gold == place
    return over_baseline((both, model_only, baseline_only, n), how, evidence.settings, everything, hits)


def over_baseline(
    right: tuple[int, int, int, int],
    how: Method,
    settings: Settings,
    everything: Subset | SubsetSums,
    hits: Hits | None,
) -> Measure:
    """`accuracy_over_baseline`: the model's accuracy less the baseline's on the same examples.

    Args:
        right: Examples that both, the model alone and the baseline alone get right, and all examples.
        how: What the baseline does, for the method.
        settings: Level, names.
        everything: All examples.
        hits: Where there are clusters or weights.
    """
    both, model_only, baseline_only, n = right
    value, p, method = (model_only - baseline_only) / n, None, NEWCOMBE
    if hits is None:
        low, high = paired_difference(both, model_only, baseline_only, n - sum(right[:3]), settings.level)
        p = mcnemar(model_only, baseline_only)
    elif everything.weights is None:
        low, high = paired_limits(*hits, everything.clusters, settings.level)
    else:
        over = hits[0].astype(float) - hits[1]
        value, error, degrees = mean_error(over, everything.weights, everything.clusters)
        half = 2.0 if np.isnan(error) else critical_t(settings.level, degrees) * error
        low, high, method = max(value - half, -1.0), min(value + half, 1.0), NORMAL
    return Measure(
        id="accuracy_over_baseline",
        metric="accuracy_over_baseline",
        value=value,
        low=low,
        high=high,
        level=settings.level,
        n=n,
        unit="difference",
        higher_is_better=True,
        method=(settings.method(NEWCOMBE + PAIRED) if method is NEWCOMBE else settings.method(NORMAL) + PAIRED) + how,
        p=p,
    )
