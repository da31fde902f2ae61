import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from boletim.contracts.configuration.card import ANSWERS, CardConfig
from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.meaning import Reason
from boletim.contracts.results.card import Card
from boletim.contracts.results.left_out import LeftOut
from boletim.reports.page.html import render_html

NUMBER = re.compile(r"\d[\d.,]*")
FAILED_ONE = GateConfig(measure="recall_gap{attribute=gender}", at_most=0.10)


def page_one(card: Card, language: str) -> str:
    html = render_html(card, language, "pdf")
    section = html[html.index('<section id="page_one"') : html.index('<section id="page_two"')]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section)).replace("\xa0", " ").replace("−", "-")


def numbers_in(value: Any) -> Iterator[float]:
    """Numbers of the JSON, also inside its texts, and the lengths of its lists."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers_in(inner)
    elif isinstance(value, list):
        yield len(value)
        for inner in value:
            yield from numbers_in(inner)
    elif isinstance(value, str):
        yield from (float(part) for part in re.findall(r"\d+(?:\.\d+)?", value))
    elif value is not None:
        yield float(value)


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_every_number_is_in_card_json(card: Card, language: str) -> None:
    content = json.loads(card.model_dump_json())
    known = set(numbers_in(content))
    statuses = [gate.status for gate in card.gates]
    known |= {float(statuses.count(status)) for status in ("pass", "fail", "insufficient evidence")}
    decimal, thousands = (".", ",") if language == "en" else (",", ".")
    date = {"en": "2026-03-05", "pt-BR": "05/03/2026"}[language]
    text = page_one(card, language)
    assert date in text
    printed = NUMBER.findall(text.replace(date, "").replace(card.provenance.boletim_version, ""))
    assert len(printed) > 25
    for number in printed:
        plain = number.rstrip(".,").replace(thousands, "").replace(decimal, ".")
        if plain.count(".") > 1:
            continue
        decimals = len(plain.partition(".")[2])
        candidates = {f"{abs(value) * factor:.{decimals}f}" for value in known for factor in (1, 100)}
        assert plain in candidates, number


def test_a_conditional_pass_says_so(make_card: Callable[..., Card]) -> None:
    text = page_one(make_card(gates=(GateConfig(measure="f1_macro", at_least=0.75),)), "en")
    assert "with conditions to accept" in text
    assert text.count("Condition: whoever signs accepts it.") == 2
    assert "Condition: whoever" not in page_one(make_card(gates=(FAILED_ONE,)), "en")


def test_what_is_missing_is_counted_and_visible(make_card: Callable[..., Card]) -> None:
    text = page_one(make_card(provided=CardConfig()), "en")
    assert f"{len(ANSWERS)} items not provided" in text
    assert "Not provided" in text  # the use
    html = render_html(make_card(provided=CardConfig()), "en")
    # the title has the run's name instead; who signs, actions and the decision have their own place in words
    assert html.count('class="blank"') == len(ANSWERS) - 4
    assert "Not provided: Actions and their owners; Decision and next review." in html


def test_synthetic_data_cannot_be_overlooked(make_card: Callable[..., Card]) -> None:
    assert "SYNTHETIC DATA" in page_one(make_card(), "en")
    assert "SYNTHETIC" not in page_one(make_card(synthetic=False), "en")
    assert "DADOS SINTÉTICOS" in page_one(make_card(), "pt-BR")


def test_many_gates_put_the_failed_first_and_all_of_them_in_the_appendix(make_card: Callable[..., Card]) -> None:
    passing = tuple(
        GateConfig(measure=f"f1{{class={c}}}", at_least=0.1) for c in ("chef", "nurse", "lawyer", "teacher")
    )
    card = make_card(gates=(*passing, *passing, FAILED_ONE))
    text = page_one(card, "en")
    assert text.index("Recall gap") < text.index("F1 (chef)")
    assert "Further gates, in the appendix: 3." in text
    assert "recall_gap{" not in text
    assert render_html(card, "en").count("f1{class=teacher}") == 2  # both gates, in the full table


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_no_machine_name_stands_before_the_appendix(card: Card, language: str) -> None:
    html = render_html(card, language, "pdf")
    front = html[html.index('<section id="page_one"') : html.index('<section id="contents"')]
    text = re.sub(r"<[^>]+>", " ", front)
    assert re.findall(r"\w+\{[^}]*\}|\b[a-z]+_[a-z_]+\b", text) == []


def test_the_verdict_is_said_as_people_say_it(make_card: Callable[..., Card]) -> None:
    gate = GateConfig(measure="recall_gap{class=nurse,attribute=gender}", at_most=0.01)
    names = {"en": {"male": "men", "female": "women"}}
    card = make_card(gates=(gate,), provided=CardConfig(names=names))
    gap = next(m for m in card.audit.measures if m.id == gate.measure)
    found = next(f for f in card.audit.findings if f.measures[:1] == (gate.measure,))
    worse = names["en"][str(found.values["low_group"])]
    better = names["en"][str(found.values["high_group"])]
    points = f"{100 * (gap.value or 0):.0f} points less often than {better} ({100 * (gap.low or 0):.0f} to"
    assert f"“nurse”: {worse} are recognised {points}" in page_one(card, "en")
    assert "the limit was 1." in page_one(card, "en")


def test_a_decision_is_ticked_and_an_action_has_its_owner(make_card: Callable[..., Card]) -> None:
    measure = "recall_gap{class=nurse,attribute=gender}"
    provided = CardConfig.model_validate(
        {
            "decision": {"outcome": "approve with conditions", "conditions": ["A person reads refusals"],
                         "by": "The board", "next_review": "2027-05-01"},
            "actions": [{"about": measure, "what": "Collect 200 texts", "owner": "Data team", "due": "2026-06-01"}],
        }
    )  # fmt: skip
    html = render_html(make_card(provided=provided), "en")
    assert re.search(r"☒</span> Approve with conditions", html)
    assert "2027-05-01" in html
    assert "A person reads refusals" in html
    row = next(row for row in html.split("<tr")[1:] if "Collect 200 texts" in row)
    assert "Data team" in row
    assert "until 2026-06-01" in row
    assert "Not provided: Actions and their owners" not in html


@pytest.mark.parametrize(("language", "worse", "left_out"), [
    ("en", "less often", "C not judged: only 28 examples"),
    ("pt-BR", "pontos a menos", "sem julgamento: C, com só 28 exemplos"),
])  # fmt: skip
def test_nobody_is_said_to_be_worse_off_where_the_gate_is_open(
    make_card: Callable[..., Card], language: str, worse: str, left_out: str
) -> None:
    measure = "recall_gap{class=nurse,attribute=gender}"
    failed = make_card(gates=(GateConfig(measure=measure, at_most=0.01),))
    (gate,) = failed.gates
    beyond = LeftOut(groups={"C": 28}, n_groups=1, n_classes=0, n_without_group=0, limit=None)
    still_open = gate.model_copy(
        update={"status": "insufficient evidence", "value": 0.0, "low": 0.0, "left_out": beyond}
    )
    opened = failed.model_copy(update={"verdict": "insufficient evidence", "gates": (still_open,)})
    assert worse in page_one(failed, language)
    assert worse not in page_one(opened, language)
    assert left_out not in page_one(failed, language)
    assert left_out in page_one(opened, language)


@pytest.mark.parametrize(("language", "words"), [
    ("en", "judge them: 1 of {n} classes"), ("pt-BR", "julgá-las: 1 de {n} classes"),
])  # fmt: skip
def test_the_worst_class_is_that_of_those_judged(make_card: Callable[..., Card], language: str, words: str) -> None:
    whole = make_card()
    recalls = [m for m in whole.audit.measures if m.metric == "recall" and set(m.scope) == {"class"}]
    worst = min((m for m in recalls if not m.undefined_because), key=lambda m: m.value or 0.0)
    small = worst.model_copy(update={"undefined_because": Reason.of("below_min_group", n=4, least=30)})
    measures = tuple(small if m.id == worst.id else m for m in whole.audit.measures)
    less = make_card(audit=whole.audit.model_copy(update={"measures": measures}))
    told = words.format(n=len(recalls))
    assert told not in page_one(whole, language)
    assert told in page_one(less, language)
    named = re.compile(rf"(Worst class by recall|Pior classe por revocação): [^.]*“{worst.scope['class']}”")
    assert named.search(page_one(whole, language))
    assert not named.search(page_one(less, language))


@pytest.mark.parametrize(("language", "counted"), [
    ("en", "right in .* of .* test texts"), ("pt-BR", "acerta .* de .* textos de teste"),
])  # fmt: skip
def test_a_weighted_share_is_not_said_to_be_one_of_the_texts_counted(
    make_card: Callable[..., Card], language: str, counted: str
) -> None:
    whole = make_card()
    settings = whole.audit.facts.settings.model_copy(update={"is_weighted": True})
    facts = whole.audit.facts.model_copy(update={"settings": settings})
    weighted = page_one(make_card(audit=whole.audit.model_copy(update={"facts": facts})), language)
    assert re.search(counted, page_one(whole, language))
    assert not re.search(counted, weighted)
    assert re.search("population|população", weighted)


def test_the_picture_says_how_many_of_the_gaps_it_draws(make_card: Callable[..., Card]) -> None:
    card = make_card()
    gaps = [m.id for m in card.audit.measures if m.metric == "recall_gap" and m.value is not None]
    more = [m.id for m in card.audit.measures if m.metric.endswith("_gap") and m.value is not None and m.id not in gaps]
    wanted = [*gaps, *more][:9]
    assert len(wanted) == 9, "or there is nothing to leave out"
    text = page_one(make_card(gates=tuple(GateConfig(measure=name, at_most=0.9) for name in wanted)), "en")
    assert re.search(r"Gaps between groups against their limits \(7 of \d+\)", text)
    assert "limits (" not in page_one(make_card(gates=(FAILED_ONE,)), "en")


@pytest.mark.parametrize(("language", "one", "several"), [
    ("en", "1 gate failed", "2 gates failed"), ("pt-BR", "1 critério reprovado", "2 critérios reprovados"),
])  # fmt: skip
def test_one_is_not_counted_as_several(make_card: Callable[..., Card], language: str, one: str, several: str) -> None:
    second = GateConfig(measure="recall_gap{class=nurse,attribute=gender}", at_most=0.01)
    assert one in page_one(make_card(gates=(FAILED_ONE,)), language)
    assert several in page_one(make_card(gates=(FAILED_ONE, second)), language)


@pytest.mark.parametrize(("language", "words"), [("en", "cannot be told: 8 of 9 classes"), ("pt-BR", "8 de 9 classes")])
def test_one_class_alone_is_not_called_the_worst(make_card: Callable[..., Card], language: str, words: str) -> None:
    whole = make_card()
    small = Reason.of("below_min_group", n=4, least=30)
    recalls = [m.id for m in whole.audit.measures if m.metric == "recall" and set(m.scope) == {"class"}]
    measures = tuple(
        m.model_copy(update={"undefined_because": small}) if m.id in recalls[1:] else m for m in whole.audit.measures
    )
    text = page_one(make_card(audit=whole.audit.model_copy(update={"measures": measures})), language)
    assert words in text
    assert not {"Worst class", "Pior classe"} & {text[i : i + 11] for i in range(len(text))}


def test_a_gate_without_a_value_says_why(make_card: Callable[..., Card]) -> None:
    whole = make_card()
    gap = next(m for m in whole.audit.measures if m.id == "accuracy_gap{attribute=gender}")
    empty = gap.model_copy(update={"value": None, "low": None, "high": None, "level": None, "p": None, "q": None,
                                   "undefined_because": Reason.of("few_groups", least=30)})  # fmt: skip
    measures = tuple(empty if m.id == gap.id else m for m in whole.audit.measures)
    gates = (GateConfig(measure=gap.id, at_most=0.1),)
    text = page_one(make_card(audit=whole.audit.model_copy(update={"measures": measures}), gates=gates), "en")
    assert "has no value, so its gate cannot be judged: " in text


@pytest.mark.parametrize(
    ("language", "key"), [("en", "◆: interval wholly beyond it"), ("pt-BR", "◆: intervalo todo além dele")]
)
def test_the_diamond_is_explained_where_one_is_drawn(make_card: Callable[..., Card], language: str, key: str) -> None:
    card = make_card()
    assert key in render_html(card, language)
    low = tuple(
        m.model_copy(update={"low": 0.0}) if m.metric.endswith("_gap") and m.low is not None else m
        for m in card.audit.measures
    )
    assert key not in render_html(make_card(audit=card.audit.model_copy(update={"measures": low})), language)


def test_who_may_sign_is_said_or_said_to_be_missing(make_card: Callable[..., Card]) -> None:
    assert "Who may sign: Head of evaluation." in page_one(make_card(), "en")
    decided = CardConfig.model_validate({"decision": {"by": "The board"}})
    assert "Who may sign: The board." in page_one(make_card(provided=decided), "en")
    owned = CardConfig(owner="Ada", contact="ada@example.org")
    for provided, whom in ((CardConfig(), "whoever gave you this card"), (owned, "Ada (ada@example.org)")):
        text = page_one(make_card(provided=provided), "en")
        assert f"Who may sign: the owner has not said; ask {whom}." in text


def test_the_command_that_checks_the_card_is_named_and_leads_to_what_it_shows(card: Card) -> None:
    text = page_one(card, "en")
    assert "boletim verify card.pdf, of the program Boletim 0.1.0." in text
    html = render_html(card, "en")
    assert 'href="#checking"' in html[html.index('<section id="page_one"') : html.index('<section id="page_two"')]


@pytest.mark.parametrize(("language", "words"), [
    ("en", "The model reads a text in English (column “{column}”) and puts it into one of {n} classes: "),
    ("pt-BR", "O modelo lê um texto em inglês (coluna “{column}”) e o classifica em uma de {n} classes: "),
])  # fmt: skip
def test_what_the_model_does_is_said_in_one_line(card: Card, language: str, words: str) -> None:
    text = page_one(card, language)
    labels = card.audit.facts.labels
    assert words.format(column=card.data["text"], n=len(labels)) + ", ".join(labels[:3]) + " …" in text
    renamed = card.model_copy(update={"provided": CardConfig(names={language: {labels[0]: "first class"}})})
    assert "first class, " in page_one(renamed, language)


def test_each_decision_says_which_copy_is_signed_and_an_approval_which_waivers_it_needs(
    make_card: Callable[..., Card],
) -> None:
    second = GateConfig(measure="recall_gap{class=nurse,attribute=gender}", at_most=0.01)
    one, two = (page_one(make_card(gates=gates), "en") for gates in ((FAILED_ONE,), (FAILED_ONE, second)))
    assert "To reject: tick the box and sign this copy." in one
    assert re.search("To approve: 1. write the waiver of the gate on “[^”]+” on the line “Waiver” below; 2.", one)
    assert "makes the card again; 3. sign the new copy." in one
    assert re.search("a waiver of each of the gates on “[^”]+”, “Recall gap [(]nurse, by gender[)]” on the line", two)
    passing = page_one(make_card(gates=(GateConfig(measure="f1_macro", at_least=0.1),)), "en")
    assert "waiver" not in passing
    assert "Tick one box and sign this copy below." in passing


def test_the_widest_gap_that_no_gate_covers_stands_on_page_one(make_card: Callable[..., Card]) -> None:
    gated = GateConfig(measure="recall_gap{class=nurse,attribute=gender}", at_most=0.01)
    found = [f for f in make_card().audit.findings if f.kind == "disparity" and f.verdict == "shown"]
    widest = max(found, key=lambda f: f.values["gap"])
    assert len(found) >= 2
    text = page_one(make_card(gates=(FAILED_ONE,)), "en")
    assert re.search("Widest gap without a gate: [^.]+ in “" + widest.values["class"], text)
    all_gated = tuple(GateConfig(measure=f.measures[0], at_most=0.01) for f in found)
    assert "Widest gap without a gate" not in page_one(make_card(gates=all_gated), "en")
    assert "Widest gap without a gate" not in page_one(make_card(gates=()), "en")
    assert gated.measure in {f.measures[0] for f in found}


def test_a_failed_card_points_to_what_the_owner_says_of_causes_and_makes_none_up(
    make_card: Callable[..., Card],
) -> None:
    told = CardConfig(limitations="Half the texts hold no clue.")
    text = page_one(make_card(provided=told, gates=(FAILED_ONE,)), "en")
    assert "The audit measures no causes. The owner's words may explain this gap: " in text.replace("&#39;", "'")
    assert "Known limitations" in text
    assert "Half the texts hold no clue." not in text
    silent = make_card(provided=CardConfig(), gates=(FAILED_ONE,))
    silent = silent.model_copy(update={"data": {k: v for k, v in silent.data.items() if k != "description"}})
    assert "measures no causes" not in page_one(silent, "en")
    passing = make_card(provided=told, gates=(GateConfig(measure="f1_macro", at_least=0.1),))
    assert "measures no causes" not in page_one(passing, "en")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "is an example and is not signed"), ("pt-BR", "é um exemplo e não se assina")]
)
def test_an_example_has_a_sentence_in_the_place_of_boxes_and_lines(
    make_card: Callable[..., Card], language: str, words: str
) -> None:
    provided = make_card().provided.model_copy(update={"example": True})
    text = page_one(make_card(provided=provided, gates=(FAILED_ONE,)), language)
    assert words in text
    assert "☐" not in text
    assert "1. " not in text[text.index(words) :]
    assert words not in page_one(make_card(gates=(FAILED_ONE,)), language)
    assert "☐" in page_one(make_card(gates=(FAILED_ONE,)), language)


def test_the_accuracy_is_two_columns_that_agree_where_rows_are_attached_and_count_alike(
    make_card: Callable[..., Card],
) -> None:
    card = make_card()
    attached = card.model_copy(
        update={"provenance": card.provenance.model_copy(update={"predictions_sha256": "e" * 64})}
    )
    accuracy = next(m for m in card.audit.measures if m.id == "accuracy")
    n = card.audit.facts.n
    measures = tuple(
        m.model_copy(update={"value": (n - 5) / n, "n": n}) if m.id == "accuracy" else m for m in card.audit.measures
    )
    whole = attached.model_copy(update={"audit": card.audit.model_copy(update={"measures": measures})})
    assert accuracy.value is not None
    told = f"agree in {n - 5:,} of {n:,} rows"
    assert told in page_one(whole, "en")
    assert told not in page_one(whole.model_copy(update={"provenance": card.provenance}), "en")
    settings = card.audit.facts.settings.model_copy(update={"is_weighted": True})
    facts = whole.audit.facts.model_copy(update={"settings": settings})
    assert told not in page_one(
        whole.model_copy(update={"audit": whole.audit.model_copy(update={"facts": facts})}), "en"
    )


def test_page_one_says_how_many_comparisons_have_a_gate(make_card: Callable[..., Card]) -> None:
    card = make_card(gates=(GateConfig(measure="recall_gap{class=nurse,attribute=gender}", at_most=0.01),))
    n_all = card.audit.facts.settings.family_size
    assert n_all > 1
    assert f"; comparisons between groups that have one: 1 of {n_all}" in page_one(card, "en")
