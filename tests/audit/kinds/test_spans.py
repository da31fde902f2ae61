"""The audit of entities, whole: figures by hand, groups of texts and of entities, coverage where documents differ."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from boletim.audit.run import audit
from boletim.contracts.answers.spans import Span, Spans, as_column
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.results.audit import AuditResult

PATH = Path(__file__).resolve().parents[3] / "benchmarks" / "coverage" / "coverage_of_entities.py"
spec = importlib.util.spec_from_file_location("coverage_of_entities", PATH)
assert spec is not None
assert spec.loader is not None
benchmark = importlib.util.module_from_spec(spec)
spec.loader.exec_module(benchmark)
PER, LOC = "PER", "LOC"


def answers(gold, predicted, **more):
    ids = np.arange(len(gold)).astype(str).astype(object)
    return Spans(ids, as_column(map(tuple, gold)), as_column(map(tuple, predicted)), (LOC, PER), **more)


def audited(found, **settings):
    result = audit(found, AuditConfig(**({"bootstrap": 200, "min_group": 1} | settings)), seed=1)
    return result, {measure.id: measure for measure in result.measures}


GOLD = [
    [Span(0, 2, PER), Span(4, 5, LOC)],
    [Span(0, 1, PER)],
    [Span(3, 5, LOC)],
    [],
]
SAID = [
    [Span(0, 2, PER), Span(4, 5, PER)],
    [Span(0, 2, PER)],
    [],
    [Span(7, 8, LOC)],
]


def test_figures_by_hand():
    result, found = audited(answers(GOLD, SAID))
    values = {name: measure.value for name, measure in found.items()}
    assert values["recall_micro"] == 1 / 4
    assert values["precision_micro"] == 1 / 4
    assert values["f1_micro"] == 2 / 8
    assert values["overlap_recall_micro"] == 2 / 4
    assert (values["recall{class=PER}"], values["precision{class=PER}"]) == (1 / 2, 1 / 3)
    assert values["f1{class=PER}"] == pytest.approx(2 / 5)
    assert values["boundary_rate{class=PER}"] == 1 / 2
    assert (values["wrong_type_rate{class=LOC}"], values["missed_rate{class=LOC}"]) == (1 / 2, 1 / 2)
    assert values["spurious_rate{class=LOC}"] == 1
    loc, per = result.facts.own.types
    assert (loc.gold, loc.wrong_type, loc.missed, loc.spurious) == (2, 1, 1, 1)
    assert (per.hits, per.boundary, per.predicted) == (1, 1, 3)
    assert AuditResult.model_validate_json(result.model_dump_json()) == result
    assert not [name for name in found if name.startswith(("accuracy", "ece", "baseline", "mcc", "selection"))]
    assert result.failures is None
    assert set(result.facts.lacks.values()) == {"one_answer_each"}


def test_groups_of_entities_have_recall_and_say_why_they_have_no_precision():
    sex = as_column([("f", None), ("m",), ("f",), ()])
    _, found = audited(answers(GOLD, SAID, groups={"sex": sex}))
    assert found["recall_micro{sex=f}"].value == 1 / 2
    assert found["recall_micro{sex=f}"].n == 2
    assert found["recall_micro{sex=m}"].value == 0
    assert found["recall_micro_gap{attribute=sex}"].value == 1 / 2
    for name in ("precision_micro{sex=f}", "f1_micro{sex=m}", "precision_micro_gap{attribute=sex}"):
        assert found[name].value is None
        assert found[name].undefined_because.kind == "entities_alone"


def test_a_text_column_crossed_with_one_of_entities_is_of_entities():
    region = np.array(["n", "s", "n", "s"], dtype=object)
    sex = as_column([("f", "m"), ("m",), ("f",), ()])
    result, found = audited(answers(GOLD, SAID, groups={"region": region, "sex": sex}), intersections=2)
    assert found["recall_micro{region=n,sex=f}"].n == 2
    assert found["recall_micro{region=n}"].n == 3
    assert result.facts.groups == {"region": {"n": 2, "s": 2}, "sex": {"f": 2, "m": 2}}
    assert result.facts.own.entity_columns == ("sex",)


def test_repaired_entities_are_counted_and_left_out_of_a_figure_of_their_own():
    said = [[span._replace(is_repaired=True) for span in spans] for spans in SAID[:1]] + SAID[1:]
    result, found = audited(answers(GOLD, said))
    assert result.facts.own.n_repaired_predicted == 2
    assert found["precision_micro"].value == 1 / 4
    assert found["precision_micro_unrepaired"].value == 0
    assert found["precision_micro_unrepaired"].n == 2


def world(rng, n_documents=60, strength=1.0, gap=0.0):
    """Documents that differ in how well their entities are found; the second half is served worse by `gap`."""
    gold, said, document, group = [], [], [], []
    for d in range(n_documents):
        shift, is_second = strength * rng.normal(), d % 2
        for _ in range(1 + rng.poisson(3)):
            true, guess = [], []
            for place in range(1 + rng.poisson(1)):
                kind = PER if rng.random() < 0.6 else LOC
                span = Span(10 * place, 10 * place + 3, kind)
                true.append(span)
                chance = 1 / (1 + np.exp(-(1.2 + shift))) - gap * is_second
                if rng.random() < chance:
                    guess.append(span)
                elif rng.random() < 0.5:
                    guess.append(span._replace(end=span.end + 1))
            if rng.random() < 0.2:
                guess.append(Span(200, 203, PER))
            gold.append(true), said.append(guess)
            document.append(str(d)), group.append("ab"[is_second])
    columns = (np.array(column, dtype=object) for column in (document, group))
    clusters, groups = columns
    return answers(gold, said, clusters=clusters, groups={"g": groups})


def test_intervals_of_documents_cover_the_truth():
    """The short form of benchmarks/coverage/coverage_of_entities.py; 0.015 is two standard errors of 800 corpora."""
    for name, share in benchmark.coverage(800).items():
        assert 0.94 - 0.015 <= share <= (1 if name.endswith("gap") else 0.965 + 0.015), name


def test_the_audits_intervals_are_those_of_the_documents_counts():
    found = world(np.random.default_rng(5))
    measures, alone = audited(found)[1], audited(answers(found.gold, found.predicted))[1]
    counts = np.zeros((60, 3))
    for document, gold, said in zip(found.clusters, found.gold, found.predicted, strict=True):
        counts[int(document)] += len(set(gold) & set(said)), len(gold), len(said)
    for metric in ("recall", "precision", "f1"):
        made = measures[f"{metric}_micro"]
        assert (made.value, made.low, made.high) == pytest.approx(benchmark.limits(metric, counts)[:3])
        assert made.high - made.low > 1.2 * (alone[made.id].high - alone[made.id].low), "texts alone are too sure"


def test_a_planted_gap_is_shown_and_none_is_where_there_is_none():
    rng = np.random.default_rng(6)
    found = audited(world(rng, 400, strength=0.3, gap=0.3), bootstrap=100)[0].findings
    shown = [f.key for f in found if f.verdict == "shown"]
    assert "recall_micro_gap_shown" in shown
    none = audited(world(rng, 400, strength=0.3), bootstrap=100)[0].findings
    assert not [f.key for f in none if f.verdict == "shown"]


def people_and_places(n=240, found=(0.5, 0.9)):
    """A person and a place in each text; women are found less often, places always."""
    draw = np.random.default_rng(4)
    sexes = ["f" if number % 2 else "m" for number in range(n)]
    gold = [[Span(0, 1, PER), Span(2, 3, LOC)] for _ in sexes]
    said = [[*([Span(0, 1, PER)] if draw.random() < found[sex == "m"] else []), Span(2, 3, LOC)] for sex in sexes]
    return answers(gold, said, groups={"sex": as_column((sex, None) for sex in sexes)})


def test_a_column_about_persons_says_nothing_of_places_and_lacks_nothing():
    """Places have no gender: they are no group, their type is not left unjudged, and no comparison is made twice."""
    result, found = audited(people_and_places())
    assert result.facts.groups == {"sex": {"f": 120, "m": 120}}
    assert not [name for name in found if "missing" in name]
    assert not [name for name in found if "class=LOC" in name and "sex" in name]
    gap, of_all = found["recall_gap{class=PER,attribute=sex}"], found["recall_micro_gap{attribute=sex}"]
    assert gap.left_out is None
    assert found["recall_gap{attribute=sex}"].left_out is None
    assert of_all.left_out is None
    assert of_all.value == gap.value
    assert of_all.q is None, "it is the comparison of persons, which was tested once"
    assert gap.q is not None
    keys = [finding.key for finding in result.findings]
    assert keys == ["recall_gap_shown"]


def test_a_person_without_a_gender_is_still_missing_one():
    found = people_and_places()
    cells = list(found.groups["sex"])
    cells[:40] = [(None, None)] * 40
    result, measures = audited(replace(found, groups={"sex": as_column(cells)}))
    assert result.facts.groups["sex"] == {"(missing)": 40, "f": 100, "m": 100}
    assert measures["recall_gap{class=PER,attribute=sex}"].left_out.n_without_group == 40


def test_a_column_of_which_no_entity_has_a_value_has_no_groups():
    found = people_and_places()
    result, _ = audited(replace(found, groups={"sex": as_column([(None, None)] * found.n)}))
    assert result.facts.groups == {"sex": {}}
    assert [finding for finding in result.findings if finding.verdict == "shown"] == []


def test_authors_of_one_text_each_are_names_and_the_texts_own_numbers_are_none() -> None:
    """What decides whether predictions may go into a PDF: an author with one text is named all the same."""
    spans = as_column([(Span(0, 3, "person"),)] * 40)
    ids = np.array([str(number) for number in range(40)], dtype=object)
    for clusters, is_named in (
        (None, False),
        (np.array([f"ana {number}" for number in range(40)], dtype=object), True),
    ):
        answers = Spans(ids=ids, gold=spans, predicted=spans, labels=("person",), groups={}, clusters=clusters)
        own = audit(answers, AuditConfig(bootstrap=100), seed=0).facts.own
        assert (own.has_documents, own.names_clusters) == (False, is_named)
