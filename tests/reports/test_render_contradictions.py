"""A card does not contradict itself: what stands twice is the same, and every claim is borne out by its figures."""

import re
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from boletim.contracts.results.card import Card
from boletim.reports.page.html import render_html

HERE = Path(__file__).parent
CHECKS = runpy.run_path(str(HERE / "sample_checks.py"))
OTHERS = runpy.run_path(str(HERE / "sample_other_cards.py"))


def test_the_quick_starts_kind_of_card_does_not_contradict_itself(card: Card) -> None:
    assert CHECKS["contradictions"](card) == []
    seen = CHECKS["figures_seen"](render_html(card, "en"))
    assert sum(len(figures) > 1 for figures in seen.values()) >= 2


@pytest.mark.parametrize("name", OTHERS["MADE_UP"])
def test_a_made_up_card_of_another_kind_does_not_contradict_itself(name: str) -> None:
    made = OTHERS["MADE_UP"][name]()
    assert CHECKS["contradictions"](made) == []
    assert [finding for finding in made.audit.findings if finding.verdict == "shown"]


@pytest.mark.parametrize("name", OTHERS["REAL"])
def test_a_card_of_real_texts_does_not_contradict_itself(name: str) -> None:
    make, data = OTHERS["REAL"][name]
    if not data.exists():
        pytest.skip(f"needs {data.name}, which is not in the repository")
    assert CHECKS["contradictions"](make()) == []


@pytest.fixture(scope="module")
def weighted() -> Card:
    made: Card = OTHERS["weighted"]()
    return made


@pytest.mark.parametrize("name", ["weighted", "several labels"])
def test_columns_groups_and_classes_have_their_owners_names_everywhere(name: str) -> None:
    made = OTHERS["MADE_UP"][name]()
    facts = made.audit.facts
    raw = [*facts.labels, *facts.groups, *(group for counts in facts.groups.values() for group in counts)]
    names = {one: f"Zz{place:02}" for place, one in enumerate(raw)}
    provided = made.provided.model_copy(update={"names": {"en": names}})
    html = render_html(made.model_copy(update={"provided": provided}), "en")
    body = html.split('id="main"')[1].split('id="provenance"')[0]
    body = re.sub(
        r'<section id="(identity|data|limits)".*?</section>', "", body, flags=re.S
    )  # columns as the file has them
    text = CHECKS["plain"](re.sub(r'<span class="note code">.*?</span>', "", body))
    assert "Zz00" in text
    assert {one: re.findall(rf".{{40}}\b{re.escape(one)}\b.{{20}}", text)[:2] for one in raw
            if re.search(rf"\b{re.escape(one)}\b", text)} == {}  # fmt: skip


def first_shown(card: Card, **changes: object) -> Card:
    """The card with one shown gap's finding told otherwise."""
    place = next(i for i, f in enumerate(card.audit.findings) if f.kind == "disparity" and f.verdict == "shown")
    found = list(card.audit.findings)
    values = {**found[place].values, **changes.pop("values", {})}  # type: ignore[dict-item]
    found[place] = found[place].model_copy(update={"values": values, **changes})
    return card.model_copy(update={"audit": card.audit.model_copy(update={"findings": tuple(found)})})


WRONG_CARDS = {
    "another gap": {"values": {"gap": 0.5}},
    "another count": {"values": {"low_n": 7}},
    "another verdict": {"verdict": "shown absent", "severity": "info"},
    "no such measure": {"measures": ("recall_gap{class=nobody,attribute=gender}",)},
}


@pytest.mark.parametrize("name", WRONG_CARDS)
def test_a_planted_wrong_claim_is_found(weighted: Card, name: str) -> None:
    assert CHECKS["wrong_claims"](weighted) == []
    assert CHECKS["wrong_claims"](first_shown(weighted, **WRONG_CARDS[name]))


PLANTED: dict[str, tuple[str, Callable[[str], str]]] = {
    "a row without its name": ("broken_places", lambda html: re.sub(r' id="m-[0-9a-f]+"', "", html, count=1)),
    "another figure": ("different_figures", lambda html: html.replace("Recall</th>", "Precision</th>")),
    "another count of gates": ("wrong_counts", lambda html: html.replace('<span class="n">1<', '<span class="n">9<')),
    "another status": (
        "page_one_against_appendix",
        lambda html: html.replace("badge fail", "x").replace(">Fail<", ">Pass<", 1),
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_contradiction_of_the_page_is_found(weighted: Card, name: str) -> None:
    check, plant = PLANTED[name]
    html = render_html(weighted, "en")
    about = (weighted,) if check == "wrong_counts" else ()
    assert not CHECKS[check](*about, html)
    assert CHECKS[check](*about, plant(html))
