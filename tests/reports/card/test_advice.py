"""A proposal is made where the card's own evidence speaks for it, and not where it refutes it."""

from typing import Any

import pytest

from boletim.contracts.finding import Finding
from boletim.contracts.language import known_languages
from boletim.contracts.results.card import Card
from boletim.contracts.results.mitigations import MitigationRow, MitigationStudy
from boletim.contracts.results.search import SearchResult
from boletim.reports.card.advice import advice_key, unrefuted
from boletim.reports.page.words import Words


def finding(kind: str, key: str) -> Finding:
    return Finding(severity="high", kind=kind, verdict="shown", measures=(), key=key)


def with_sizes(card: Card, key: str | None) -> Card:
    """The card with what trainings on parts of the data came to, or without them."""
    found = [finding("data", key)] if key else []
    return card.model_copy(update={"audit": card.audit.model_copy(update={"findings": tuple(found)})})


@pytest.mark.parametrize(
    ("key", "end"),
    [
        ("more_data_shown", "more"),
        ("more_data_absent", "no_more"),
        ("more_data_open", "untold"),
        ("more_data_unknown", "untold"),
        (None, "untold"),
    ],
)
def test_more_texts_are_proposed_only_where_more_are_shown_to_help(card: Card, key: str | None, end: str) -> None:
    told = with_sizes(card, key)
    for kind in ("disparity", "slice"):
        assert advice_key(told, finding(kind, "x")) == f"{kind}_{end}"
    refuted = key == "more_data_absent"
    assert unrefuted(told, ("earlier_stop", "more_data")) == ["earlier_stop", *([] if refuted else ["more_data"])]
    assert unrefuted(told, ("too_little_data",)) == ([] if refuted else ["too_little_data"])


@pytest.mark.parametrize(
    ("verdicts", "key"),
    [
        ({"gender_swap": "improved"}, "probe_swaps"),
        ({"gender_swap": "worse", "both": "improved"}, "probe_swaps"),
        ({"gender_swap": "insufficient evidence"}, "probe_no_swaps"),
        ({"reweighing": "improved"}, "probe_untried"),
        ({"gender_swap": None}, "probe_untried"),
        (None, "probe_untried"),
    ],
)
def test_swapped_copies_are_proposed_only_where_they_improved(
    card: Card, search: SearchResult, verdicts: dict[str, Any] | None, key: str
) -> None:
    study = None
    if verdicts is not None:
        rows = tuple(MitigationRow(mitigation=name, n_seeds=3, verdict=one) for name, one in verdicts.items())
        study = MitigationStudy(n=100, n_swapped=50, rows=rows, chosen="none")
    told = card.model_copy(update={"search": search.model_copy(update={"mitigations": study})})
    assert advice_key(told, finding("probe", "pronoun_swap_flips_shown")) == key
    assert advice_key(told, finding("probe", "crows_pairs_shown")) == "probe"


@pytest.mark.parametrize("code", known_languages())
def test_each_proposal_has_its_own_words(code: str) -> None:
    ends = ("more", "no_more", "untold")
    keys = [f"{kind}_{end}" for kind in ("disparity", "slice") for end in ends]
    keys += ["probe", "probe_swaps", "probe_no_swaps", "probe_untried"]
    words = Words.of(code)
    said = [words.find(f"page_two.advice.{key}") for key in keys]
    assert all(said)
    assert len(set(said)) == len(keys)
