"""The corpus of the quick start of named entities: the plant is as documented."""

import importlib.util
import json
import math
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "quickstart-ner"
SEEDS = range(1, 41)
N_ROWS = 1200


def _load():
    spec = importlib.util.spec_from_file_location("make_entities", FOLDER / "make_entities.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_entities"] = module
    spec.loader.exec_module(module)
    return module


me = _load()
languages = pytest.mark.parametrize("language", ["en", "pt-BR"])


@cache
def entities(language, seed=13, n_rows=N_ROWS):
    return tuple((row.subject, one) for row in me.make_corpus(n_rows, seed, language) for _, _, one in row.entities)


def best_answer(one, language):
    """The Bayes tagger: clues tell the type; without them a city's name is a city's, and every other is a person's."""
    if one.has_clues:
        return one.type
    return me.PLACE if one.name in me.load_phrases(language).names["women_and_cities"] else me.PERSON


@languages
def test_a_seed_gives_one_corpus_and_places_are_those_of_the_names(language, tmp_path):
    for name in ("a", "b"):
        command = [sys.executable, FOLDER / "make_entities.py", "--rows", "200", "--language", language]
        subprocess.run([*command, "--output", tmp_path / name], check=True, capture_output=True)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    rows = [json.loads(line) for line in (tmp_path / "a").read_text("utf-8").splitlines()]
    assert me.make_corpus(200, 13, language) != me.make_corpus(200, 14, language)
    assert len({row["bio"] for row in rows}) == 200
    for row, made in zip(rows, me.make_corpus(200, 13, language), strict=True):
        assert len(row["entities"]) == len(row["gender"]) == me.N_NAMED
        for span, gender, (_, _, one) in zip(row["entities"], row["gender"], made.entities, strict=True):
            assert row["bio"][span["start"] : span["end"]] == one.name
            assert (gender is not None) == (span["label"] == me.PERSON)
        assert not set("{}|") & set(row["bio"])
        assert all(sentence[0].isupper() or sentence[0] == '"' for sentence in row["bio"].split(". "))


@languages
def test_the_best_tagger_has_the_documented_figures(language):
    found = [(one, best_answer(one, language)) for seed in range(1, 11) for _, one in entities(language, seed)]
    u, k, c = me.WOMEN * me.SHARE, me.FACTOR, me.PLACES
    women = [said == me.PERSON for one, said in found if one.gender == "female"]
    places = [one.type == me.PLACE for one, said in found if said == me.PLACE]
    for right, expected in ((women, 1 - me.SHARE), (places, (k * u + c) / ((k + 1) * u + c))):
        low, high = proportion_confint(sum(right), len(right), alpha=1e-4, method="wilson")
        assert low < expected < high
    right = [one.type == said for one, said in found]
    assert sum(right) / len(right) == pytest.approx(1 - u, abs=0.006)
    assert all(one.type == said for one, said in found if one.gender != "female")
    assert {one.type for one, said in found if said != one.type} == {me.PERSON}
    assert (k * u) / (k * u + u) > 0.8, "a place is the best answer, and by far"


def test_the_95_percent_interval_of_the_gap_holds_the_planted_share_95_times_in_100():
    held = 0
    for seed in SEEDS:
        for language in ["en", "pt-BR"]:
            n, right = Counter(), Counter()
            for _, one in entities(language, seed):
                if one.type == me.PERSON:
                    n[one.gender] += 1
                    right[one.gender] += best_answer(one, language) == me.PERSON
            low, high = confint_proportions_2indep(
                right["male"], n["male"], right["female"], n["female"], method="newcomb", alpha=0.05
            )
            held += low <= me.SHARE <= high
    assert held >= 69  # of 80: P(fewer | coverage 0.95) = 0.0006


@languages
def test_whom_a_biography_is_about_tells_nothing(language):
    table = Counter((subject, one.type, one.gender, one.has_clues)
                    for seed in range(1, 11) for subject, one in entities(language, seed))  # fmt: skip
    of_subject, of_rest = Counter(), Counter()
    for (subject, *rest), n in table.items():
        of_subject[subject] += n
        of_rest[tuple(rest)] += n
    total = table.total()
    expected = {(s, *r): of_subject[s] * of_rest[r] / total for s in of_subject for r in of_rest}
    chi2 = sum((table[cell] - e) ** 2 / e for cell, e in expected.items())
    freedom = len(of_rest) - 1
    assert chi2 < freedom + 4.5 * math.sqrt(2 * freedom)


@languages
def test_names_are_of_one_kind_but_for_those_of_women_and_cities(language):
    phrases = me.load_phrases(language)
    pools = [set(names) for names in phrases.names.values()]
    assert sum(map(len, pools)) == len(set().union(*pools))
    assert len(phrases.names["women"]) + len(phrases.names["women_and_cities"]) == len(phrases.names["men"])
    for template in [*phrases.without_clues, *(one for of_type in phrases.clues.values() for one in of_type)]:
        assert template.count("{name}") == 1
    assert not any("{name}" in opening for opening in phrases.openings)
