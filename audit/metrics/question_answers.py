"""Exact match and token F1 of answers to questions, each question's own number, and what one annotator reaches."""

from collections.abc import Sequence

import numpy as np

from boletim.audit.metrics.metric import Interval, Metric
from boletim.contracts.answer_words import Score, Words, best, exact, language_words, official_words, token_f1
from boletim.contracts.answers.question_answers import QuestionAnswers
from boletim.contracts.meaning import Reason


def ceiling(score: Score, true: Sequence[str], words: Words) -> float:
    """What one annotator scores against the others, in the mean over annotators; NaN of fewer than two answers."""
    if len(true) < 2:
        return float("nan")
    each = [best(score, one, [*true[:place], *true[place + 1 :]], words) for place, one in enumerate(true)]
    return float(np.mean(each))


_SCORES: dict[str, Score] = {"token_f1": token_f1, "exact_match": exact}


def figures_of(answers: QuestionAnswers) -> dict[str, np.ndarray]:
    """(n,) float64 per metric: each question's number, NaN where the metric is not about it."""
    rules = {"": official_words, "_language": language_words(answers.language)}
    found: dict[str, np.ndarray] = {}
    pairs = list(zip(answers.predicted, answers.gold, strict=True))
    is_answerable = answers.is_answerable
    for ending, words in rules.items():
        if words is None:
            continue
        for name, score in _SCORES.items():
            found[f"{name}{ending}"] = np.array([best(score, said, true, words) for said, true in pairs])
    if is_answerable.any() and not is_answerable.all():
        for name in _SCORES:
            found[f"{name}_answerable"] = np.where(is_answerable, found[name], np.nan)
        found["no_answer_accuracy"] = np.where(is_answerable, np.nan, found["exact_match"])
    if any(len(true) > 1 for true in answers.gold):
        for name, score in _SCORES.items():
            found[f"{name}_ceiling"] = np.array([ceiling(score, true, official_words) for true in answers.gold])
    return found


def metrics_named(names: Sequence[str]) -> tuple[Metric, ...]:
    """The metrics of these names, in order."""
    return tuple(_metric(name) for name in names)


def _metric(name: str) -> Metric:
    interval: Interval = "share" if name in SHARES else "mean"
    higher = None if name.endswith("_ceiling") else True
    return Metric(name, "overall", interval, Reason.of("no_such_questions"), higher_is_better=higher)


SHARES = ("exact_match", "exact_match_language", "exact_match_answerable", "no_answer_accuracy")
"""Figures that are counts out of questions, so that their interval is Wilson's."""
