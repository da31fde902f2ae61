"""What went wrong in the search is on the card, in the card's language."""

import re
import string

import pytest

from boletim.contracts.language import load_language
from boletim.contracts.measure import Measure
from boletim.contracts.results.card import Card
from boletim.contracts.results.search import Mishap, SearchPlan, SearchResult
from boletim.reports.page.context import context_of
from boletim.reports.page.html import render_html
from boletim.reports.page.words import Words
from boletim.reports.views.parts.search.method import search_method
from boletim.reports.views.search.training import _tie, mishap_sentence


def test_a_mishap_is_told_in_the_readers_words(search: SearchResult) -> None:
    told = [mishap_sentence(Words(load_language("pt-BR")), mishap) for mishap in search.mishaps]
    assert told == [
        "Interrupções: 2. A tentativa continuou a partir do ponto salvo no passo 1.250.",
        "Faltou memória: cada lote de 8 foi dividido em 2 partes de 4; o gradiente é o do lote inteiro.",
        "A tentativa falhou: mensagem do programa: “CUDA out of memory”",
    ]


@pytest.mark.parametrize("code", ["en", "pt-BR"])
def test_every_kind_of_mishap_has_its_sentence(code: str) -> None:
    pack = load_language(code)
    kinds = {kind: text for kind, text in pack.words["training"]["mishaps"].items() if kind not in ("caption", "what")}
    assert set(kinds) == set(load_language("en").words["training"]["mishaps"]) - {"caption", "what"}
    for kind, text in kinds.items():
        slots = {name: 2 for _, name, _, _ in string.Formatter().parse(text) if name and name != "reason"}
        assert "{" not in mishap_sentence(Words(pack), Mishap(kind=kind, values=slots))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Similarity to the base model", "embeddings 0.99 [0.96, 1.00] 150", "2 0.41 [0.38, 0.44] 150"]),
        ("pt-BR", ["Semelhança com o modelo de base", "2 0,41 [0,38; 0,44] 150"]),
    ],
)
def test_the_similarity_of_each_layer_is_on_the_card(card, language, expected):
    text = " ".join(re.sub(r"<[^>]+>", " ", render_html(card, language)).replace("\N{NO-BREAK SPACE}", " ").split())
    for part in expected:
        assert part in text, part


def test_nothing_is_said_of_layers_where_none_were_compared(make_card, audit):
    kept = tuple(m for m in audit.measures if m.metric != "layer_similarity")
    bare = make_card(audit=audit.model_copy(update={"measures": kept}))
    assert "linear CKA" not in render_html(bare, "en")


def test_the_section_says_how_was_searched_over_what_and_how_the_winner_was_corrected(
    card: Card, search: SearchResult
) -> None:
    space = {"learning_rate": (1e-5, 5e-4), "batch_size": (8, 16), "epochs": (3,), "lora": (0,)}
    plan = SearchPlan(n_candidates=2, space=space, pruner="median", n_fixed=2, n_random=7)
    corrected = Measure(id="x", metric="validation_score_corrected", value=0.8, n=100)
    told = search.model_copy(update={"plan": plan, "measures": (corrected,), "n_draws": 77})
    text = " ".join(search_method(context_of(card, "en"), told))
    assert "Candidates: 2." in text
    assert "it is the mean over 77 draws" in text
    assert "The settings of trials 0 to 1 stood before the search. The other settings were drawn at random." in text
    assert len(told.trials) <= 7
    assert "TPE" not in text  # it has proposed nothing yet
    good, failed = (next(t for t in told.trials if t.state == state) for state in ("complete", "failed"))
    for trials, is_proposed in (
        ([good] * 8, True),
        ([good] * 7 + [failed], True),  # proposed, and failed then
        ([good] * 7, False),
        ([failed] * 7 + [good], False),
    ):
        long = told.model_copy(update={"trials": tuple(trials)})
        said = " ".join(search_method(context_of(card, "en"), long))
        assert ("fewer than 7 trials to learn from, and then proposed by the TPE" in said) is is_proposed
    older = told.model_copy(update={"plan": SearchPlan(n_candidates=2), "n_draws": None})
    said = " ".join(search_method(context_of(card, "en"), older))
    assert not any(word in said for word in ("draw", "stood before", "TPE")), said
    assert "Pruning ends a trial that lags behind the median." in text
    none = " ".join(search_method(context_of(card, "en"), told.model_copy(update={"n_pruned": 0})))
    assert "lags behind the median; none was pruned." in none
    assert "Learning rate: 1.00e-5 to 5.00e-4; Batch size: 8, 16; Epochs: 3." in text
    assert "LoRA" not in text  # it was never on
    assert "not drawn" in text
    assert search_method(context_of(card, "en"), search) == []


def test_a_tie_between_trials_says_which_was_chosen(card: Card, search: SearchResult) -> None:
    context = context_of(card, "en")
    complete = [trial for trial in search.trials if trial.state == "complete"]
    first, second = (
        complete[0].model_copy(update={"number": number, "objective": 0.9, "state": "complete"}) for number in (0, 1)
    )
    tied = search.model_copy(update={"trials": (second, first), "best_trial": 0})
    assert _tie(context, tied) == "Trials 0, 1 have the very same score; the earliest of them was chosen."
    assert _tie(context, tied.model_copy(update={"best_trial": 1})) == ""
    apart = tied.model_copy(update={"trials": (second.model_copy(update={"objective": 0.8}), first)})
    assert _tie(context, apart) == ""
