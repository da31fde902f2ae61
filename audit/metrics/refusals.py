"""Answers that a model refused to give, and answers to one text that differ."""

import numpy as np

from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.counts import ClassCounts, divide
from boletim.contracts.meaning import Reason


def _parts(counts: ClassCounts) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(counts.n - counts.predicted.sum(axis=-1)), counts.n


REFUSAL_RATE = Metric(
    name="refusal_rate",
    kind="overall",
    interval="wilson",
    undefined=Reason.of("no_examples"),
    of_counts=lambda counts: divide(*_parts(counts)),
    parts=_parts,
    higher_is_better=False,
)


def disagreement(codes: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Of the pairs of answers to one text the share that differ, for each text with two answers or more.

    Args:
        codes: (n,) int from 0, which text each answer is to.
        answers: (n,) int from 0, what was answered; a refusal is an answer like any other.

    Returns:
        (n_texts,) float64 in [0, 1].

    >>> disagreement(np.array([0, 0, 0, 1, 1, 2]), np.array([1, 1, 2, 1, 1, 0])).tolist()
    [0.6666666666666666, 0.0]
    """
    n_texts, n_answers = int(codes.max()) + 1, int(answers.max()) + 1
    _, counts = np.unique(codes * n_answers + answers, return_counts=True)
    text = np.unique(codes * n_answers + answers) // n_answers
    same = np.bincount(text, weights=counts * (counts - 1), minlength=n_texts)
    m = np.bincount(codes, minlength=n_texts)
    several = m > 1
    return np.asarray(1 - same[several] / (m[several] * (m[several] - 1)))
