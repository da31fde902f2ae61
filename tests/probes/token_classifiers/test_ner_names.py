"""Names that are not taken for persons: every figure by hand, and a planted gap."""

import pytest

from boletim.contracts.answers.spans import Span, as_column
from boletim.contracts.language import load_language
from boletim.contracts.protocols import no_progress
from boletim.probes.asking.persons import outcome_of
from boletim.probes.context import ProbeContext
from boletim.probes.data_file import DataFile
from boletim.probes.token_classifiers.ner_names import run


class Tagger:
    """Finds names as it is told: a type, or nothing, by name."""

    kind, labels = "spans", ("LOC", "PER")

    def __init__(self, types):
        self.types = types

    def predict_scores(self, texts, progress=no_progress):
        found = []
        for text in texts:
            name = next(name for name in self.types if name in text)
            start, kind = text.index(name), self.types[name]
            found.append((Span(start, start + len(name), kind),) if kind else ())
        return as_column(found)


def context(types, **more):
    given = {"language": load_language("en"), "frames": (), "texts": None, "level": 0.95, "margin": 0.05, "seed": 1,
             "bootstrap": 50, "person": ("person", "per")}  # fmt: skip
    return ProbeContext(classifier=Tagger(types), **(given | more))


TABLE = [("Zilda", "f", 100), ("Yara", "f", 50), ("Wanda", "f", 50), ("Otto", "m", 10), ("Kurt", "m", 90)]


def test_the_three_errors_weighted_and_not_by_hand():
    rows = [{"name": name, "group": group, "count": str(count)} for name, group, count in TABLE]
    given = {"data": {"name_frequencies": "x.csv"}, "read": lambda path: DataFile("x.csv", rows, "0")}
    types = {"Zilda": "LOC", "Yara": None, "Wanda": "PER", "Otto": "PER", "Kurt": None}
    result = run(context(types, **given))
    found = {m.id: m.value for m in result.measures}
    assert found["ner_error_1{probe=ner_names,group=f}"] == pytest.approx(2 / 3)
    assert found["ner_error_2{probe=ner_names,group=f}"] == pytest.approx(1 / 3)
    assert found["ner_error_3{probe=ner_names,group=f}"] == pytest.approx(1 / 3)
    assert found["ner_error_1_weighted{probe=ner_names,group=f}"] == pytest.approx(150 / 200)
    assert found["ner_error_2_weighted{probe=ner_names,group=f}"] == pytest.approx(100 / 200)
    assert found["ner_error_1_weighted{probe=ner_names,group=m}"] == pytest.approx(90 / 100)
    assert found["ner_error_1_gap{probe=ner_names,group=f}"] == pytest.approx(2 / 3 - 1 / 2)
    assert result.data["person_types"] == ["PER"]


def test_a_planted_gap_is_shown_and_equal_names_are_not():
    words = load_language("pt-BR").probe_words
    names = [*words.first_names.female, *words.first_names.male]
    women = set(words.first_names.female[:14])  # 14 of 20 women's names are lost
    result = run(context({name: None if name in women else "PER" for name in names}, language=load_language("pt-BR")))
    gap = next(m for m in result.measures if m.metric == "ner_error_1_gap")
    assert gap.low <= 0.7 <= gap.high
    assert [f.key for f in result.findings] == ["ner_names_shown"]
    same = run(context(dict.fromkeys(names, "PER"), language=load_language("pt-BR")))
    assert same.findings[0].verdict != "shown"


def test_a_model_without_persons_says_so():
    result = run(context({"Zilda": None}, person=("human",)))
    assert result.unusable_because.kind == "no_person_type"


def test_what_a_stretch_is_taken_for():
    people = {"PER"}
    assert outcome_of([Span(0, 9, "PER")], 0, 3, people) == 0
    assert outcome_of([Span(0, 2, "PER")], 0, 3, people) == 2
    assert outcome_of([Span(2, 5, "ORG")], 0, 3, people) == 1
    assert outcome_of([Span(0, 3, "ORG"), Span(0, 3, "PER")], 0, 3, people) == 0
    assert outcome_of([Span(3, 5, "PER")], 0, 3, people) == 2
