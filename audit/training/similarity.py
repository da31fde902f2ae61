"""How much of what the encoder knew is left: similarity of its layers before and after fine-tuning.

Linear CKA compares how two models arrange the same texts: 1 when one arrangement is the other turned or scaled, 0 when
they have nothing in common. The estimate is the unbiased one, since plain CKA of few texts and wide layers is near 1
whatever the layers are.

References:
    Kornblith et al. (2019), Similarity of Neural Network Representations Revisited, ICML (linear CKA); Song et al.
    (2012), Feature Selection via Dependence Maximization, JMLR 13:1393, eq. 5 (the unbiased estimate); Nguyen, Raghu
    and Kornblith (2021), Do Wide and Deep Networks Learn the Same Things?, ICLR (its use in CKA); Efron and Tibshirani
    (1993), An Introduction to the Bootstrap, ch. 11 (jackknife).
"""

from collections.abc import Sequence

import numpy as np

from boletim.audit.statistics.proportions import critical
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import JACKKNIFE

FEWEST = 10
"""Texts; with fewer there is no figure."""


def similarity_measures(before: Sequence[np.ndarray], after: Sequence[np.ndarray], level: float) -> list[Measure]:
    """CKA of each layer with itself before fine-tuning, `layer_similarity{layer=0}` for the embeddings.

    Args:
        before: One (n_texts, width) float64 per layer, of the base model.
        after: The same texts and layers, of the tuned model.
        level: Confidence level in (0, 1); the interval is that of the jackknife over texts.
    """
    made = []
    for layer, (x, y) in enumerate(zip(before, after, strict=True)):
        scope = {"layer": str(layer)}
        value, error = linear_cka(x, y)
        is_known = not np.isnan(value)
        made.append(
            Measure(
                id=measure_id("layer_similarity", scope),
                metric="layer_similarity",
                value=value if is_known else None,
                low=max(value - critical(level) * error, -1.0) if is_known else None,
                high=min(value + critical(level) * error, 1.0) if is_known else None,
                level=level if is_known else None,
                n=len(x),
                unit="score",
                scope=scope,
                method=JACKKNIFE if is_known else None,
                undefined_because=None if is_known else Reason.of("few_texts_or_alike", n=FEWEST),
            )
        )
    return made


def linear_cka(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Unbiased linear CKA and its standard error by the jackknife.

    Args:
        x: (n, p) float64, one row per text.
        y: (n, q) float64, the same texts.

    Returns:
        CKA, at most 1 (it may fall a little below 0), and its error; NaN for fewer than ten texts or where one of the
        two does not tell texts apart.
    """
    n = len(x)
    if n < FEWEST:
        return float("nan"), float("nan")
    grams = [_gram(x), _gram(y)]
    value = _cka(*grams)
    if np.isnan(value):
        return value, value
    keep = ~np.eye(n, dtype=bool)
    left_out = np.array([_cka(*(gram[row][:, row] for gram in grams)) for row in keep])
    return value, float(np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum()))


def _gram(x: np.ndarray) -> np.ndarray:
    centred = x - x.mean(axis=0)
    gram = centred @ centred.T
    np.fill_diagonal(gram, 0.0)
    return np.asarray(gram)


def _cka(k: np.ndarray, m: np.ndarray) -> float:
    scale = _hsic(k, k) * _hsic(m, m)
    return min(_hsic(k, m) / float(np.sqrt(scale)), 1.0) if scale > 0 else float("nan")


def _hsic(k: np.ndarray, m: np.ndarray) -> float:
    n = len(k)
    rows_k, rows_m = k.sum(axis=0), m.sum(axis=0)
    alone = rows_k.sum() * rows_m.sum() / ((n - 1) * (n - 2))
    return float(((k * m).sum() + alone - 2 * (rows_k @ rows_m) / (n - 2)) / (n * (n - 3)))
