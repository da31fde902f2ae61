"""Take out of a prompt's scores what it says of every text: a slope, and one offset per class.

References:
    Zhao et al. (2021), Calibrate Before Use, ICML (content-free input); Liusie, Manakul and Gales (2024), Mitigating
    Word Bias in Zero-shot Prompt-based Classifiers, IJCNLP (offsets that give the classes their prior); Platt (1999),
    Probabilistic Outputs for Support Vector Machines (slope and offsets by likelihood on labelled texts).
"""

import numpy as np
from scipy.optimize import minimize

CONTENT_FREE = ("N/A", "", "[MASK]")
"""Zhao et al., section 5."""
_STEPS, _SMALL = 200, 1e-9
_RIDGE = 1e-3
"""Holds slope and offsets in place where the labels would drive them to infinity."""


def softmax(scores: np.ndarray) -> np.ndarray:
    """(n, k) log scores to probabilities of the same shape."""
    if not len(scores):
        return scores
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def content_free_offsets(scores: np.ndarray) -> np.ndarray:
    """(k,) offsets that make a text without content as likely of each class.

    Args:
        scores: (n, k) of the prompts with `CONTENT_FREE`.
    """
    return np.asarray(-np.log(softmax(scores).mean(axis=0) + _SMALL))


def prior_offsets(scores: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """(k,) offsets with which the mean probabilities of unlabelled texts are the prior.

    Args:
        scores: (n, k) of some texts.
        prior: (k,) shares of the classes, above 0.
    """
    offsets = np.zeros(scores.shape[1])
    for _ in range(_STEPS):
        step = np.log(prior) - np.log(softmax(scores + offsets).mean(axis=0) + _SMALL)
        offsets += step
        if np.abs(step).max() < _SMALL:
            break
    return np.asarray(offsets - offsets.mean())


def fitted(scores: np.ndarray, gold: np.ndarray) -> tuple[float, np.ndarray]:
    """Slope and (k,) offsets of the largest likelihood of the labels, with a small penalty on both.

    Args:
        scores: (n, k).
        gold: (n,) int.
    """
    n, k = scores.shape
    centred = scores - scores.mean(axis=1, keepdims=True)
    known = np.eye(k)[gold]

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        made = softmax(values[0] * centred + values[1:])
        wrong = (made - known) / n
        penalty = _RIDGE * ((values[0] - 1) ** 2 + (values[1:] ** 2).sum())
        slopes = np.r_[(wrong * centred).sum(), wrong.sum(axis=0)]
        pulls = 2 * _RIDGE * np.r_[values[0] - 1, values[1:]]
        return float(-np.log(made[np.arange(n), gold] + _SMALL).mean() + penalty), slopes + pulls

    best = minimize(loss, np.r_[1.0, np.zeros(k)], jac=True, method="L-BFGS-B").x
    return float(best[0]), np.asarray(best[1:] - best[1:].mean())


def cross_fitted(scores: np.ndarray, gold: np.ndarray, seed: int, n_folds: int = 5) -> np.ndarray:
    """(n, k) calibrated scores in which no text was calibrated with its own label.

    Args:
        scores: (n, k).
        gold: (n,) int.
        seed: Of the folds.
        n_folds: At most; fewer where there are fewer texts.
    """
    made = np.array(scores, dtype=np.float64)
    folds = np.random.default_rng(seed).permutation(len(scores)) % min(n_folds, max(len(scores), 1))
    for fold in range(n_folds):
        held, others = folds == fold, folds != fold
        if held.any() and others.any():
            slope, offsets = fitted(scores[others], gold[others])
            centred = scores[held] - scores[held].mean(axis=1, keepdims=True)
            made[held] = slope * centred + offsets
    return made
