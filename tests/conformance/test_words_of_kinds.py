"""A card of entities, of answers to questions or of scores speaks of its own things, and nowhere of classes."""

import random
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import boletim
from boletim.app.stages.render import read_card
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.results.card import Card
from boletim.reports.page.html import render_html

WORDS = {
    "en": r"\b(?:class(?:es|if\w+)?|labels?|labell\w+)\b",
    "pt-BR": r"\b(?:classes?|classific\w+|rótulos?|rotulag\w+)\b",
}
MEANT = {
    "en": [
        "Risk class and why",
        "and no classes, so there are no",
        "disputed labels",
        "The score that the model gives the class it",
        "which class means selected",
        "selection, labelling, cleaning",
        "Labelling, cleaning",
    ],
    "pt-BR": [
        "Classe de risco",
        "e não classes, por isso não há",
        "rótulos contestados",
        "A pontuação que o modelo dá à classe que",
        "qual classe significa seleção",
        "seleção, rotulagem, limpeza",
        "Rotulagem, limpeza",
    ],
}
"""Sentences in which such a word is right."""
SAMPLES = runpy.run_path(str(Path(__file__).resolve().parents[1] / "reports" / "sample_sentences.py"))


def entities() -> tuple[pd.DataFrame, dict[str, Any]]:
    """Texts of documents with persons of two sexes, places, firms and a few laws; women and the south are missed."""
    draw, rows = random.Random(3), []
    for number in range(300):
        region = "rare" if number % 40 == 0 else draw.choice(["north", "south", "isle"])
        gold, said, sexes, place = [], [], [], 0
        for _ in range(draw.randint(1, 3)):
            kind = draw.choices(["person", "place", "firm", "law"], [6, 6, 3, 0.15])[0]
            sexes.append(draw.choice("fm") if kind == "person" else None)
            span = {"start": place, "end": place + 3, "label": kind}
            gold.append(span)
            chance = 0.4 if sexes[-1] == "f" else 0.3 if region == "south" else 0.05
            wrong = [[], [span | {"label": "place"}], [span | {"end": place + 2}], [span | {"label": "firm"}]]
            said += draw.choice(wrong) if draw.random() < chance else [span]
            place += 4
        rows.append({"text": "Ana " * 4, "gold": gold, "predicted": said, "sex": sexes, "region": region})
    frame = pd.DataFrame(rows).assign(doc=[str(number // 4) for number in range(300)])
    gates = [
        {"measure": "recall_gap{class=person,attribute=sex}", "at_most": 0.1},
        {"measure": "recall_gap{class=firm,attribute=region}", "at_most": 0.2},
        {"measure": "recall_gap{attribute=region}", "at_most": 0.1},
        {"measure": "recall{class=law}", "at_least": 0.5},
        {"measure": "recall_micro_gap{attribute=region}", "at_most": 0.01},
        {"measure": "precision_micro_gap{attribute=region}", "at_most": 0.01},
    ]
    more = {
        "task": "token_classification",
        "label": "gold",
        "groups": ["sex", "region"],
        "cluster": "doc",
        "gates": gates,
    }
    return frame, more | {"audit": {"bootstrap": 200, "intersections": 2, "show_texts": True}}


def questions() -> tuple[pd.DataFrame, dict[str, Any]]:
    """Questions about 100 texts, one in five of them without an answer; the model is silent more often about women."""
    draw, rows = random.Random(4), []
    for number in range(500):
        sex, has_answer = draw.choice("fm"), number % 5 > 0
        gold = ["Rome"] if has_answer else []
        said = "Rome" if draw.random() < (0.2 if sex == "f" else 0.9) else ""
        question = draw.choice(["Where is it?", "Who was it?", "When was it?"])
        row = {"question": question, "context": f"It is in Rome, {number // 5}.", "answers": gold, "prediction": said}
        rows.append(row | {"sex": sex, "region": "rare" if number % 30 == 0 else "north"})
    metrics = ("token_f1", "exact_match", "no_answer_accuracy")
    gates = [{"measure": f"{metric}_gap{{attribute=sex}}", "at_most": 0.01} for metric in metrics]
    more = {"task": "question_answering", "groups": ["sex", "region"], "gates": gates, "audit": {"bootstrap": 200}}
    return pd.DataFrame(rows), more


def scores() -> tuple[pd.DataFrame, dict[str, Any]]:
    """Summaries with a score in clusters of four; one dialect is served worse."""
    draw, rows = random.Random(5), []
    for number in range(240):
        dialect = draw.choice(["north", "south"])
        score = min(1.0, max(0.0, draw.gauss(0.6 if dialect == "north" else 0.3, 0.1)))
        rows.append({"rouge_l": score, "dialect": dialect, "doc": str(number // 4)})
    column = {"column": "rouge_l", "range": [0, 1]}
    gates = [{"measure": "rouge_l_gap{attribute=dialect}", "at_most": 0.1}]
    return pd.DataFrame(rows), {"score_column": column, "groups": ["dialect"], "cluster": "doc", "gates": gates}


@pytest.fixture(scope="module", params=[entities, questions, scores], ids=lambda make: make.__name__)
def card(request: pytest.FixtureRequest) -> Card:
    make: Callable[[], tuple[pd.DataFrame, dict[str, Any]]] = request.param
    rows, asked = make()
    report = boletim.evaluate(rows, **asked)
    return read_card(RunFolder(report.path))


def test_own_words_take_the_place_of_the_general_ones(card: Card) -> None:
    """Where a kind has a text of its own, none of its cards prints the general one, whose claim it makes."""
    kind, keys = card.audit.facts.kind, SAMPLES["printed"](card)
    own = [key for key in SAMPLES["sentences"]("en") if key.startswith(f"{kind}.")]
    assert [key for key in own if key.removeprefix(f"{kind}.") in keys] == []
    assert len(keys.intersection(own)) >= {"spans": 30, "question_answers": 15, "scored_texts": 5}[kind]
    assert (kind == "spans") == ("entities.which" in keys)


def test_a_gate_that_failed_says_who_is_served_worse(card: Card) -> None:
    keys = SAMPLES["printed"](card)
    gates = {
        "spans": ["recall_class_gap", "recall_micro_gap", "precision_micro_gap"],
        "question_answers": ["token_f1_gap", "exact_match_gap", "no_answer_accuracy_gap"],
        "scored_texts": [],
    }
    kind = card.audit.facts.kind
    assert {key for key in keys if ".front.gate." in key} == {f"{kind}.front.gate.{name}" for name in gates[kind]}


def test_a_gap_that_was_shown_is_told_with_its_counts(card: Card) -> None:
    """As on the card of classes: percentages, the counts behind them and points; decimals are for the tables."""
    shown = {
        "spans": {"recall", "recall_micro", "f1_micro"},
        "question_answers": {"token_f1", "exact_match", "no_answer_accuracy"},
        "scored_texts": set[str](),
    }
    own = {key.rsplit(".", 1)[-1] for key in SAMPLES["printed"](card) if ".front.found." in key}
    assert own == shown[card.audit.facts.kind]


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_no_word_of_classes(card: Card, language: str) -> None:
    page = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", render_html(card, language))
    text = " ".join(re.sub(r"<[^>]+>|\{[^}]*class=[^}]*\}", " ", page).split())
    for meant in MEANT[language]:
        text = text.replace(meant, "")
    places = [text[max(0, found.start() - 60) : found.end() + 60] for found in re.finditer(WORDS[language], text, re.I)]
    assert places == []
