import pytest

from boletim.contracts.measure import Measure
from boletim.contracts.results.card import Card
from boletim.reports.card.open_questions import open_questions
from boletim.reports.page.context import context_of
from boletim.reports.page.html import render_html
from boletim.reports.views.parts.gap_tables import gap_summaries
from boletim.reports.views.parts.open_sizes import open_sizes


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_every_open_question_has_a_row_with_what_was_seen_what_there_is_and_what_is_needed(
    card: Card, language: str
) -> None:
    context = context_of(card, language)
    table = open_sizes(context)
    assert table is not None
    known = {m.id: m for m in context.evidence.measures}
    needs = [n for question in open_questions(card, known, context.facts.settings.margin) for n in question.needs]
    assert len(table.rows) == len(needs) >= 2
    for row, need in zip(table.rows, needs, strict=True):
        name, seen, now, needed = (cell.text for cell in row)
        assert need.measure is not None
        assert name == context.measure_name(need.measure.id)
        assert seen.startswith(context.numbers.number(100 * (need.measure.value or 0.0), 1))
        assert now == context.numbers.count(need.measure.n)
        if need.n_needed is not None:
            assert int(needed.replace(",", "").replace(".", "")) >= need.n_needed > need.measure.n


def test_the_number_stands_with_its_question_and_not_among_the_gaps(card: Card) -> None:
    gap = next(m for m in card.audit.measures if m.id == "accuracy_gap{attribute=gender}")
    told = {"id": "examples_to_decide{attribute=gender}", "metric": "examples_to_decide", "value": 7_777.0}
    needed = Measure(**told, n=gap.n, unit="count", scope=gap.scope)
    audit = card.audit.model_copy(update={"measures": (*card.audit.measures, needed)})
    context = context_of(card.model_copy(update={"audit": audit}), "en")
    (summary,) = gap_summaries(context, ["gender"])
    names = [row[0].text for row in summary.rows]
    assert context.gap_name("accuracy_gap") in names
    assert context.gap_name("examples_to_decide") not in names


def test_page_two_points_to_the_table(card: Card) -> None:
    html = render_html(card, "en")
    two = html[html.index('<section id="page_two"') : html.index('<section id="contents"')]
    assert 'href="#open-sizes"' in two
    assert html.count('id="open-sizes"') == 1


def test_without_an_open_question_there_is_no_table(card: Card) -> None:
    decided = tuple(f for f in card.audit.findings if f.verdict != "insufficient evidence")
    closed = card.model_copy(update={"audit": card.audit.model_copy(update={"findings": decided}), "probes": None})
    assert open_sizes(context_of(closed, "en")) is None
