"""The prompt on the card: word for word, escaped, with its words, calibration and what other prompts would give."""

import re

import pytest

from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import BOOTSTRAP
from boletim.contracts.results.prompt import PromptFacts
from boletim.contracts.results.search import TrialRecord
from boletim.reports.page.html import render_html

PROMPT = PromptFacts(
    name="review", template="Review: {{ text }}\n<b>Answer</b>:", words={"care": "good", "code": "bad"},
    label_scores="sum", n_shots=4, calibration="validation", slope=0.5, offsets={"care": 0.25, "code": -0.25},
    max_length=64, sha256="ab" * 32,
)  # fmt: skip


def plain(card, language):
    text = re.sub(r"<[^>]+>", " ", render_html(card, language)).replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(text.split())


def of_prompt(metric, value, **scope):
    return Measure(id=measure_id(metric, scope), metric=metric, value=value, low=value - 0.1, high=value + 0.1,
                   level=0.95, n=120, scope=scope, method=BOOTSTRAP)  # fmt: skip


@pytest.fixture
def asked(make_card, audit, card):
    measures = (
        of_prompt("prompt_accuracy", 0.71, prompt="review"),
        of_prompt("prompt_accuracy", 0.5, prompt="plain"),
        of_prompt("prompt_accuracy_gap", 0.2, attribute="gender", prompt="review"),
        of_prompt("prompt_accuracy_gap", 0.1, attribute="gender", prompt="plain"),
    )
    told = make_card(audit=audit.model_copy(update={"measures": (*audit.measures, *measures)}))
    return told.model_copy(update={"model": card.model.model_copy(update={"prompt": PROMPT})})


def test_the_prompt_is_there_word_for_word_and_harmless(asked):
    page = render_html(asked, "en")
    assert '<pre class="prompt">Review: {{ text }}\n&lt;b&gt;Answer&lt;/b&gt;:</pre>' in page
    assert "ab" * 32 in page


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["No weight of this model was trained", "log-likelihoods times 0.50", "review 0.71 [0.61, 0.81] 0.20"]),
        ("pt-BR", ["Nenhum peso deste modelo foi treinado", "vezes 0,50", "plain 0,50 [0,40; 0,60] 0,10"]),
    ],
)
def test_words_calibration_and_the_other_prompts(asked, language, expected):
    text = plain(asked, language)
    for part in expected:
        assert part in text, part


def test_a_model_that_was_trained_has_no_such_section(card):
    assert 'class="prompt"' not in render_html(card, "en")


def test_the_table_of_candidates_says_what_each_cost_and_scored(make_card, search):
    trained = search.trials[0]
    trials = (
        trained.model_copy(update={"objective": 0.8, "seconds": 60.0}),
        TrialRecord(number=1, candidate="lm", params={"prompt": "p", "shots": 0, "calibration": "none"},
                    objective=0.7, state="complete", seconds=10.0),
        TrialRecord(number=2, candidate="lm", params={"prompt": "q", "shots": 0, "calibration": "none"},
                    objective=0.6, state="complete", seconds=20.0),
    )  # fmt: skip
    told = make_card(search=search.model_copy(update={"trials": trials, "best_trial": trained.number, "mishaps": ()}))
    text = plain(told, "en")
    assert "fine-tuned 1 0.800" in text
    assert "asked, not trained 2 0.700 30.0 s 15.0 s" in text
