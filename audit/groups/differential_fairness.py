"""Differential fairness: the largest log ratio, over classes and pairs of groups, of the chance of a prediction.

References:
    Foulds, Islam, Keya and Pan (2020), An intersectional definition of fairness, ICDE, def. 3.1 and eq. 7 (Dirichlet
    smoothing, concentration 1 shared by the classes).
"""

import numpy as np

from boletim.audit.groups.attribute import Attribute
from boletim.audit.groups.left_out import Piece, left_out_of_any_value
from boletim.audit.statistics.folded import folded_limits
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.method import DIRICHLET

_CONCENTRATION = 1.0


def epsilon(counts: np.ndarray) -> float:
    """The smallest epsilon such that no group's chance of any class exceeds e^epsilon times another's.

    Args:
        counts: (n_groups, k) predictions of each class in each group, at least two groups and none empty.

    Returns:
        At least 0; 0 when all groups are treated alike.
    """
    return float(_epsilon(_smoothed(counts)))


def differential_fairness(attribute: Attribute) -> Measure:
    """`differential_fairness` of the judged groups of a column, or of crossed columns.

    The interval draws each group's chances from their Dirichlet posterior; its lower limit is 0 when groups that do not
    differ would often show as much.

    Args:
        attribute: Group columns with their measures.
    """
    settings, scope = attribute.settings, {"attribute": attribute.name}
    figures = [attribute.judged("selection_rate", label) for label in settings.labels]
    names = sorted(set.intersection(*(set(one.names) for one in figures)))
    value = low = high = None
    counts = np.array([[one.values[one.names.index(n)] * one.n[one.names.index(n)] for one in figures] for n in names])
    if len(names) > 1:
        value = epsilon(counts)
        rng = settings.generator(settings.id_of("differential_fairness", scope))
        seed, n_draws = int(rng.integers(2**63)), settings.config.bootstrap
        if settings.is_complex_sample:
            counts = counts * _design(attribute, names)[:, None]

        def figure_at(scale: float) -> np.ndarray:
            return _posterior(counts, scale, n_draws, np.random.default_rng(seed))

        low, high = folded_limits(value, figure_at, settings.level)
    pieces = [Piece("selection_rate", label, tuple(names)) for label in settings.labels]
    return Measure(
        id=settings.id_of("differential_fairness", scope),
        metric="differential_fairness",
        value=value,
        low=low,
        high=high,
        level=settings.level if value is not None else None,
        n=int(counts.sum()) if value is not None else 0,
        unit="score",
        higher_is_better=False,
        scope=scope,
        method=DIRICHLET if value is not None else None,
        undefined_because=None if value is not None else Reason.of("few_groups_judged"),
        left_out=left_out_of_any_value(attribute, pieces) if value is not None else None,
    )


def _smoothed(counts: np.ndarray) -> np.ndarray:
    k = counts.shape[-1]
    return np.asarray((counts + _CONCENTRATION / k) / (counts.sum(axis=-1, keepdims=True) + _CONCENTRATION))


def _epsilon(chances: np.ndarray) -> np.ndarray:
    """Of (..., n_groups, k)."""
    logs = np.log(np.maximum(chances, 1e-300))
    return np.asarray(np.ptp(logs, axis=-2).max(axis=-1))


def _posterior(counts: np.ndarray, scale: float, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """(n_draws,) epsilons when the groups are pulled to `scale` times their distance from all together."""
    chances = _smoothed(counts)
    together = _smoothed(counts.sum(axis=0))
    sizes = counts.sum(axis=1, keepdims=True)
    pulled = np.exp((1 - scale) * np.log(together) + scale * np.log(chances))
    shape = sizes * pulled / pulled.sum(axis=1, keepdims=True) + _CONCENTRATION / counts.shape[1]
    drawn = rng.standard_gamma(shape, size=(n_draws, *shape.shape))
    return _epsilon(drawn / drawn.sum(axis=2, keepdims=True))


def _design(attribute: Attribute, names: list[str]) -> np.ndarray:
    """(n_groups,) how many independent examples a clustered or weighted one is worth, by the intervals of accuracy."""
    figures = attribute.judged("accuracy")
    worth = []
    for name in names:
        if name not in figures.names:
            worth.append(1.0)
            continue
        i = figures.names.index(name)
        share = (figures.values[i] * figures.n[i] + 1) / (figures.n[i] + 2)
        independent = share * (1 - share) / figures.n[i]
        worth.append(float(np.clip(independent / max(figures.standard_errors[i] ** 2, 1e-12), 0.0, 1.0)))
    return np.array(worth)
