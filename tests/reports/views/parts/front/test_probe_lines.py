from collections.abc import Callable

import pytest

from boletim.contracts.finding import Finding
from boletim.contracts.results.card import Card
from boletim.reports.card.findings import followed_up
from boletim.reports.page.context import context_of
from boletim.reports.views.parts.front.probe_lines import probe_lines, probe_of


def test_each_probe_says_its_first_answer_and_its_verdict(make_card: Callable[..., Card]) -> None:
    card = make_card()
    assert card.probes is not None
    first, second = card.probes.probes
    others = tuple(
        Finding(severity="info", kind="probe", verdict=verdict, measures=(), key="x")
        for verdict in ("shown absent", "shown absent", "insufficient evidence")
    )
    more = first.model_copy(update={"findings": (*first.findings, *others)})
    probes = card.probes.model_copy(update={"probes": (more, second)})
    lines = probe_lines(context_of(card.model_copy(update={"probes": probes}), "en"))
    assert lines[0].name == "Gender in sentences about work"
    assert lines[0].text.startswith(
        "Shown. Changing the gender of the worker changes the predicted class in 8.2% of 340"
    )
    assert lines[1].text.startswith("The probe could not be run: ")
    assert lines[0] == probe_lines(context_of(card, "en"))[0]


@pytest.mark.parametrize(("language", "told"), [("en", "Shown: see finding"), ("pt-BR", "Demonstrado: ver o achado")])
def test_what_a_probe_showed_stands_before_an_open_first_answer(
    make_card: Callable[..., Card], language: str, told: str
) -> None:
    card = make_card()
    assert card.probes is not None
    first, second = card.probes.probes
    shown = first.findings[0]
    still_open = shown.model_copy(update={"verdict": "insufficient evidence", "severity": "info"})
    score = shown.model_copy(update={"severity": "high", "values": {**shown.values, "n": 1}})
    turned = first.model_copy(update={"findings": (still_open, score)})
    probes = card.probes.model_copy(update={"probes": (turned, second), "findings": (still_open, score)})
    other = card.model_copy(update={"probes": probes})
    context = context_of(other, language)
    place = followed_up(other).index(score) + 1
    line = probe_lines(context)[0]
    assert line.text.startswith(f"{told} {place}. {context.badge(still_open.verdict).text}. ")
    assert probe_of(context, score) == line.name
    assert told not in probe_lines(context_of(card, language))[0].text
    twice = first.model_copy(update={"findings": (still_open, score, shown)})
    both = card.probes.model_copy(update={"probes": (twice, second), "findings": twice.findings})
    context = context_of(card.model_copy(update={"probes": both}), language)
    places = sorted(followed_up(context.card).index(one) + 1 for one in (score, shown))
    assert f"{places[0]}, {places[1]}. {context.badge(still_open.verdict).text}. " in probe_lines(context)[0].text


def test_without_probes_there_is_no_line(make_card: Callable[..., Card]) -> None:
    assert probe_lines(context_of(make_card(probes=None), "en")) == []
