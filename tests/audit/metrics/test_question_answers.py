"""Exact match and token F1 against an implementation of its own, after the definitions of SQuAD's papers and script."""

import collections
import json
import random
import re
import string
from pathlib import Path

import numpy as np
import pytest

from boletim.audit.metrics.question_answers import figures_of
from boletim.contracts.answer_words import best, exact, language_words, official_words, token_f1
from boletim.contracts.answers.question_answers import QuestionAnswers, as_cells

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def published(said: str, true: list[str]) -> tuple[float, float]:
    """Exact match and F1 as Rajpurkar et al. define them: best over true answers, an empty list is no answer."""

    def plain(text: str) -> str:
        text = "".join(char for char in text.lower() if char not in set(string.punctuation))
        return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())

    def overlap(one: str, other: str) -> float:
        first, second = plain(one).split(), plain(other).split()
        if not first or not second:
            return float(first == second)
        same = sum((collections.Counter(first) & collections.Counter(second)).values())
        precision, recall = same / len(first), same / len(second)
        return 2 * precision * recall / (precision + recall) if same else 0.0

    golds = [one for one in true if plain(one)] or [""]
    return max(float(plain(said) == plain(one)) for one in golds), max(overlap(said, one) for one in golds)


@pytest.mark.parametrize(
    ("said", "true", "em", "f1"),
    [
        ("the Denver Broncos!", ["Denver Broncos"], 1.0, 1.0),
        ("Denver", ["Denver Broncos", "the Broncos"], 0.0, 2 / 3),
        ("", [], 1.0, 1.0),
        ("anything", [], 0.0, 0.0),
        ("", ["Denver"], 0.0, 0.0),
        ("the", ["Denver"], 0.0, 0.0),
        ("a man a plan", ["plan man plan"], 0.0, 0.8),
    ],
)
def test_by_hand(said, true, em, f1):
    assert best(exact, said, true, official_words) == em
    assert best(token_f1, said, true, official_words) == pytest.approx(f1)
    assert published(said, true) == (em, pytest.approx(f1))


def test_the_official_rule_takes_the_feminine_article_and_leaves_the_masculine_one():
    words = language_words("pt-BR")
    assert language_words("en") is None
    assert official_words("a menina") == ("menina",)
    assert official_words("o menino") == ("o", "menino")
    assert words("O menino — “a menina”, uns e umas") == ("menino", "menina", "e")
    assert best(exact, "menino", ["o menino"], official_words) == 0
    assert best(exact, "menino", ["o menino"], words) == 1


def worse(text: str, rng: random.Random) -> str:
    words = text.split()
    return rng.choice(
        [text, " ".join(words[1:]), " ".join([*words, "the", "end."]), "o " + text, "", "— " + text.upper()]
    )


@pytest.mark.parametrize("name", ["xquad.en.json", "faquad/train.json"])
def test_every_question_of_a_real_set_as_published(name):
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not here")
    rng = random.Random(3)
    questions = [
        question
        for article in json.loads((DATA / name).read_text(encoding="utf-8"))["data"]
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]
    gold = [tuple(one["text"] for one in question["answers"]) for question in questions]
    said = [worse(rng.choice(true), rng) for true in gold]
    gold = [true if place % 7 else () for place, true in enumerate(gold)]
    answers = QuestionAnswers(
        np.arange(len(gold)).astype(str).astype(object), as_cells(gold), as_cells(said), (), language="en"
    )
    found = figures_of(answers)
    expected = np.array([published(one, list(true)) for one, true in zip(said, gold, strict=True)])
    assert found["exact_match"] == pytest.approx(expected[:, 0])
    assert found["token_f1"] == pytest.approx(expected[:, 1])
    has_answer = np.array([len(true) > 0 for true in gold])
    assert np.nanmean(found["token_f1_answerable"]) == pytest.approx(expected[has_answer, 1].mean())
    assert np.nanmean(found["no_answer_accuracy"]) == pytest.approx(expected[~has_answer, 0].mean())
    assert 0.1 < expected[:, 0].mean() < 0.9


def test_what_annotators_score_against_each_other():
    gold = as_cells([("the red car", "red car", "car"), ("blue",), ("one two", "two three")])
    answers = QuestionAnswers(np.array(["1", "2", "3"], dtype=object), gold, as_cells(["", "", ""]), ())
    found = figures_of(answers)
    assert found["exact_match_ceiling"] == pytest.approx([2 / 3, np.nan, 0.0], nan_ok=True)
    assert found["token_f1_ceiling"] == pytest.approx([(1 + 1 + 2 / 3) / 3, np.nan, 0.5], nan_ok=True)
