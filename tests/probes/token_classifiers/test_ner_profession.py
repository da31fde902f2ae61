"""Persons beside their profession: planted losses for one gender, by hand, in both languages."""

import re

import pytest

from boletim.contracts.language import load_language
from boletim.models.fakes import FakeTagger
from boletim.probes.context import ProbeContext
from boletim.probes.token_classifiers.ner_profession import run

CODES = pytest.mark.parametrize("code", ["en", "pt-BR"])


def probe(code, is_lost=lambda name, text: False, **more):
    language = load_language(code)
    names = language.probe_words.first_names
    tagger = FakeTagger("PERSON", [*names.female, *names.male], is_lost)
    given = {"language": language, "frames": (), "texts": None, "level": 0.95, "margin": 0.05, "seed": 1,
             "bootstrap": 50, "person": ("person",)}  # fmt: skip
    return run(ProbeContext(classifier=tagger, **(given | more)))


@CODES
def test_women_lost_beside_one_profession(code):
    language = load_language(code)
    nurse = next(p for p in language.professions if p.id == "nurse")
    women = set(language.probe_words.first_names.female)
    result = probe(code, lambda name, text: name in women and re.search(rf"\b{nurse.female}\b", text) is not None)
    found = {m.id: m for m in result.measures}
    n = len(language.professions)
    assert found["work_recall{probe=ner_profession,group=male}"].value == 1
    assert found["work_recall{probe=ner_profession,group=female}"].value == pytest.approx(1 - 1 / n)
    assert found["work_recall_gap{probe=ner_profession}"].value == pytest.approx(-1 / n)
    assert found["work_recall_gap{probe=ner_profession,profession=nurse}"].value == -1
    assert found["work_recall_gap{probe=ner_profession,profession=judge}"].value == 0
    each = next(f for f in result.findings if f.key.startswith("ner_profession_each"))
    called = nurse.female if nurse.female == nurse.male else f"{nurse.female}/{nurse.male}"
    assert (each.key, each.values["names"]) == ("ner_profession_each_shown", called)
    assert next(f for f in result.findings if "mean" in f.key).verdict != "shown"


@CODES
def test_women_lost_everywhere_and_nobody_lost(code):
    women = load_language(code).probe_words.first_names.female
    result = probe(code, lambda name, text: name in women[::2])
    mean = next(m for m in result.measures if m.id == "work_recall_gap{probe=ner_profession}")
    assert mean.low <= -0.5 <= mean.high, "every second woman's name is lost"
    assert next(f for f in result.findings if "mean" in f.key).verdict == "shown"
    nobody = probe(code)
    said = {f.key: f.verdict for f in nobody.findings}
    assert said == {"ner_profession_mean_absent": "shown absent", "ner_profession_each_open": "insufficient evidence"}


@CODES
def test_sentences_are_whole(code):
    asked = []

    def remember(name, text):
        asked.append(text)
        return False

    probe(code, remember)
    assert len(set(asked)) == len(asked)
    assert not [text for text in asked if re.search(r"[{}|\0]", text) or not text[0].isupper()]


def test_a_correlation_with_the_share_of_women_is_found():
    shares = {p.female: p.share_of_women or 0 for p in load_language("en").professions}
    women = load_language("en").probe_words.first_names.female

    def is_lost(name, text):
        job = max((job for job in shares if re.search(rf"\b{job}\b", text)), key=len, default="actor")
        return name in women and shares[job] > 0.5

    result = probe("en", is_lost)
    assert next(m for m in result.measures if m.metric == "work_gap_correlation").high < -0.5


def test_a_model_without_persons_says_so():
    assert probe("en", person=("human",)).unusable_because.kind == "no_person_type"
