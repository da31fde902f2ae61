"""Cards of entities and of questions: figures with their own n, types from the worst, gaps beside the margin."""

import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from boletim.contracts.answers.question_answers import QuestionFacts
from boletim.contracts.answers.spans import SpanFacts, TypeCounts
from boletim.contracts.finding import Finding
from boletim.contracts.meaning import Reason
from boletim.contracts.results.card import Card
from boletim.reports.page.context import Context, context_of
from boletim.reports.page.layout import Table
from boletim.reports.views import cost, glossary, groups, probes, questions
from boletim.reports.views.kinds import entities
from boletim.reports.views.parts.gap_tables import gap_summaries

S: Any = type("Sample", (), runpy.run_path(str(Path(__file__).resolve().parents[2] / "sample_sentences.py")))
LANGUAGES = ["en", "pt-BR"]


def cells(table: Table | None) -> list[list[str]]:
    assert table is not None
    return [[re.sub(r"\s", " ", f"{cell.text} {cell.note}".strip()) for cell in row] for row in table.rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_measure_of_boletim_is_called_the_users_own(card: Card, language: str) -> None:
    gaps = ("token_f1_gap", "exact_match_gap", "no_answer_accuracy_gap", "mine_gap")
    told = S.plus(S.questions(card), *(S.figure(one, 0.1, scope={"attribute": "gender"}) for one in gaps))
    context = context_of(told, language)
    own = context.text("glossary.own")
    called = {entry["code"] for entry in glossary.build(context)["entries"] if entry["text"] == own}
    assert called == {"mine_gap"}


def test_a_word_is_found_in_its_plural_too(card: Card) -> None:
    entries = {e["name"]: e["names"] for e in glossary.build(context_of(card, "en"))["entries"]}
    assert entries["Cluster"] == ["Cluster", "clusters"]
    assert entries["Wilson"] == ["Wilson"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_types_stand_from_the_one_found_least(card: Card, language: str) -> None:
    counts = dict.fromkeys(TypeCounts.model_fields, 0)
    types = [
        TypeCounts.model_validate(counts | {"gold": gold, "hits": hits}) for gold, hits in ((9, 9), (9, 3), (0, 0))
    ]
    facts = {"kind": "spans", "labels": ("a", "b", "c"), "own": SpanFacts(types=tuple(types), n_clusters=3)}
    view = entities.build(context_of(S.of_facts(card, **facts), language))
    assert view is not None
    assert [row[0] for row in cells(view["outcomes"])] == ["b", "a", "c"] == [row[0] for row in cells(view["rates"])]


def test_a_group_has_every_figure_whose_gap_is_judged_with_its_own_n(card: Card) -> None:
    figures = [
        S.figure(metric, 0.8, n=n, scope={"gender": group})
        for group in ("female", "male")
        for metric, n in (("token_f1", 300), ("exact_match", 300), ("no_answer_accuracy", 60))
    ]
    gap = S.figure("no_answer_accuracy_gap", 0.1, scope={"attribute": "gender"}, unit="difference")
    told = S.plus(S.questions(card), *figures, gap)
    table = next(one["groups"] for one in groups.build(context_of(told, "en"))["columns"] if one["name"] == "gender")
    heads, row = [head[0] for head in table.columns], cells(table)[0]
    told_of = dict(zip(heads, row, strict=True))
    assert "Exact match" not in heads, "its gap was not judged"
    assert told_of["n"] == "300"
    assert told_of["Token F1"] == "0.80 [0.78, 0.82]"
    assert told_of["Share rightly left unanswered"] == "0.80 [0.78, 0.82] n = 60"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("high", "verdict", "shown"), [
    (0.0493, "shown absent", "0.049"), (0.0514, "insufficient evidence", "0.051"), (0.02, "shown absent", "0.02"),
    (0.05, "shown absent", "0.05"),
])  # fmt: skip
def test_a_gap_never_seems_to_end_on_the_margin_where_it_does_not(
    card: Card, language: str, high: float, verdict: Any, shown: str
) -> None:
    assert card.audit.facts.settings.margin == 0.05
    gap = S.figure("token_f1_gap", 0.001, scope={"attribute": "gender"}, unit="difference")
    gap = gap.model_copy(update={"low": 0.0, "high": high, "q": 0.5})
    values = {
        "attribute": "gender",
        "metric": "token_f1",
        "margin": 0.05,
        "gap": 0.001,
        "gap_low": 0.0,
        "gap_high": high,
    }
    key = "answer_gap_absent" if verdict == "shown absent" else "answer_gap_open"
    found = Finding(kind="disparity", verdict=verdict, key=key, measures=(gap.id,), values=values)
    context = context_of(S.audited(S.plus(S.questions(card), gap), findings=(found,)), language)
    text = context.numbers.number(float(shown), len(shown) - 2)
    (row,) = [row for row in cells(gap_summaries(context, ["gender"])[0]) if row[0] == context.metric_name(gap.metric)]
    assert f"{text}]" in row[1]
    assert f"{text})" in context.claim(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_are_timed_as_questions(card: Card, language: str) -> None:
    questions_of = {"en": "questions", "pt-BR": "perguntas"}[language]

    def said(told: Card) -> str:
        view = cost.build(context_of(told, language))
        assert view is not None
        return f"{view['how']} {view['speed'].caption}"

    assert said(S.questions(card)).count(questions_of) >= 2
    assert questions_of not in said(card)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_that_needs_no_model_is_counted(card: Card, language: str) -> None:
    own = QuestionFacts(language="en", n_answerable=1500, n_unanswerable=500)
    context = context_of(S.of_facts(card, kind="question_answers", own=own), language)
    view = questions.build(context)
    assert view is not None
    assert any(f"500 {of} {n} (25%)" in note for of, n in (("of", "2,000"), ("de", "2.000")) for note in view["notes"])


def test_a_figure_of_a_probe_without_an_interval_says_why(make_card: Callable[..., Card]) -> None:
    measure = S.figure("unqover_mu", 0.2, scope={"probe": "unqover"}, undefined_because=Reason.of("largest_of_many"))
    measure = measure.model_copy(update={"low": None, "high": None})
    overall = probe_table(context_of(S.probed(make_card(), probe="unqover", measures=(measure,)), "en"))
    (row,) = cells(overall)
    assert row[1] == "0.200 no interval: it is the largest of several figures, for which there is no unbiased interval"
    assert len(row) == 3, "a column of q stands only where there is one"


def probe_table(context: Context) -> Table:
    found: Table = probes.build(context)["probes"][0]["overall"]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_many_persons_are_renamed_is_what_the_probe_does(language: str) -> None:
    from boletim.probes.token_classifiers.ner_name_swap import MOST_MENTIONS, NAMES_EACH

    does = S.raw(language, "probes.ner_name_swap.does")
    assert str(MOST_MENTIONS) in does
    assert {3: {"en": "up to three", "pt-BR": "até três"}}[NAMES_EACH][language] in does
