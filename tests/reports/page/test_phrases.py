"""Nothing that the code can say of methods and reasons stays English on a Portuguese card."""

import re
from pathlib import Path

import pytest

from boletim.contracts.results.card import Card
from boletim.reports.page import phrases
from boletim.reports.page.context import Context
from boletim.reports.page.phrases import FORMATS, REASONS, UNUSABLE
from boletim.reports.page.words import Words

ROOT = Path(__file__).resolve().parents[3]
SAID = (
    ("training.reasons", REASONS, "pruned at epoch 1.5, best f1_macro 0.812 until then"),
    ("training.reasons", REASONS, "interrupted 5 times"),
    ("training.reasons", REASONS, "out of memory even one example at a time: no room"),
    ("probes.unusable", UNUSABLE, "there are no test texts to swap; give a data set with a text column"),
    ("probes.unusable", UNUSABLE, "the language pack of xx has no swap rules"),
    ("probes.unusable", UNUSABLE, "the language pack of xx has no professions or no frames"),
    ("model.formats", FORMATS, "pickle (allowed by the user)"),
    ("model.formats", FORMATS, "safetensors; the base model was pickled (allowed)"),
)


@pytest.mark.parametrize(("kind", "known", "english"), SAID)
def test_every_reason_is_said_in_portuguese(card: Card, kind: str, known: dict[str, str], english: str) -> None:
    said = Context(card, Words.of("pt-BR")).phrase(kind, known, english)
    assert "mensagem do programa" not in said
    shared = {"pickle", "safetensors", "base", "macro", "f", "xx", "room", "no"}
    assert not set(re.findall(r"[a-z]+", english)) & set(re.findall(r"[a-zà-ú]+", said)) - shared


def test_the_reasons_are_those_that_the_search_writes() -> None:
    written = "".join(
        (ROOT / "tuning" / name).read_text("utf-8") for name in ("search/attempt.py", "study/trial_slots.py")
    )
    for start in ("pruned at ", "interrupted {n_torn} times", "out of memory even one example at a time: "):
        assert start in written


def test_a_phrase_that_nobody_knows_is_quoted(card: Card) -> None:
    said = Context(card, Words.of("pt-BR")).phrase("training.reasons", phrases.REASONS, "the moon was full {x}")
    assert said == "mensagem do programa: “the moon was full {x}”"
