"""Exact match and token F1 of answers to questions, by the rule of SQuAD and by that of the answers' language.

The official rule lowers letters and drops ASCII punctuation and the articles `a`, `an` and `the`. In Portuguese it
takes away the feminine article and leaves the masculine one. The language's rule drops its own articles and every sign
that Unicode calls punctuation; it is given where the two differ.

References:
    Rajpurkar et al. (2016), SQuAD, EMNLP; Rajpurkar et al. (2018), Know What You Don't Know, ACL: the best over the
    true answers, and 1 for an unanswerable question where nothing is answered.
"""

import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from boletim.audit.metrics.metric import Interval, Metric
from boletim.contracts.answers.question_answers import QuestionAnswers
from boletim.contracts.language import load_language
from boletim.contracts.meaning import Reason

OFFICIAL_ARTICLES = ("a", "an", "the")
_ASCII = set(string.punctuation)
Words = Callable[[str], tuple[str, ...]]
Score = Callable[[tuple[str, ...], tuple[str, ...]], float]


def official_words(text: str) -> tuple[str, ...]:
    """The words of an answer by the rule of SQuAD's script."""
    return _without(OFFICIAL_ARTICLES, "".join(char for char in text.lower() if char not in _ASCII))


def language_words(code: str) -> Words | None:
    """The same by a language's own articles and all of Unicode's punctuation; None where that is the official rule."""
    articles = load_language(code).dropped_articles
    if not articles or set(articles) == set(OFFICIAL_ARTICLES):
        return None

    def words(text: str) -> tuple[str, ...]:
        kept = "".join(char for char in text.lower() if not _is_punctuation(char))
        return _without(articles, kept)

    return words


def _is_punctuation(char: str) -> bool:
    return char in _ASCII or unicodedata.category(char).startswith("P")


def _without(articles: Sequence[str], text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split() if word not in articles)


def exact(said: tuple[str, ...], true: tuple[str, ...]) -> float:
    """1 where the words are the same in the same order, else 0."""
    return float(said == true)


def token_f1(said: tuple[str, ...], true: tuple[str, ...]) -> float:
    """F1 of the words as bags; of no words 1 with no words and 0 with any."""
    if not said or not true:
        return float(said == true)
    n_shared = sum((Counter(said) & Counter(true)).values())
    return 2 * n_shared / (len(said) + len(true)) if n_shared else 0.0


def best(score: Score, said: str, true: Sequence[str], words: Words) -> float:
    """The best score over the true answers; those without words do not count, and none is the empty answer."""
    known = [found for one in true if (found := words(one))]
    return max(score(words(said), one) for one in known or [()])


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
