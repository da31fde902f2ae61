"""The section on mitigations says what was compared, what was chosen, and at whose cost, in both languages."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from boletim.audit.mitigation.finding import mitigation_finding
from boletim.contracts.language import load_language
from boletim.contracts.meaning import Reason, message
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.results.card import Card
from boletim.contracts.results.mitigations import Leakage, MitigationRow, MitigationStudy, MitigationTest
from boletim.contracts.results.search import SearchResult
from boletim.reports.page.context import context_of
from boletim.reports.page.html import render_html
from boletim.reports.views.search.mitigation import mitigation_badge

SPLIT = "validation"


def figure(metric: str, value: float, name: str, **scope: str) -> Measure:
    scope = {**scope, "mitigation": name, "split": SPLIT}
    limits = {"low": value - 0.05, "high": value + 0.05, "level": 0.95}
    return Measure(id=measure_id(metric, scope), metric=metric, value=value, n=300, scope=scope, **limits)


def row(name: str, gap: float, f1: float, verdict: Any = None, because: Reason | None = None) -> MitigationRow:
    gender = {"attribute": "gender"}
    changes = (
        figure("f1_macro_change", f1 - 0.8, name),
        figure("largest_recall_gap_change", gap - 0.3, name, **gender),
    )
    return MitigationRow(
        mitigation=name,
        n_seeds=3,
        measures=(figure("f1_macro", f1, name), figure("largest_recall_gap", gap, name, **gender)),
        changes=changes if verdict else (),
        verdict=verdict,
        because=because,
    )


def study(chosen: str) -> MitigationStudy:
    ahead = measure_id("better_recall", {"class": "nurse", "attribute": "gender", "group": "female"})
    leak = {when: figure("group_leakage", value, when) for when, value in (("before", 0.93), ("after", 0.5))}
    return MitigationStudy(
        n=300,
        n_swapped=120,
        rows=(
            row("none", 0.3, 0.8),
            row("both", 0.1, 0.81, "improved", Reason.of("disparity_shrank", measure="flip_rate")),
            row("erase", 0.12, 0.7, "levelled down", Reason.of("ahead_fell", measure=ahead)),
            MitigationRow(mitigation="balanced", n_seeds=0, because=message("3 of 3 trainings failed")),
        ),
        chosen=chosen,
        n_small=4,
        leakage=(Leakage(attribute="gender", chance=0.5, **leak),),
    )


@pytest.fixture
def told(make_card: Callable[..., Card], search: SearchResult, audit: Any) -> Callable[..., str]:
    def tell(language: str, chosen: str = "both") -> str:
        test = MitigationTest(n=500, n_swapped=200, none=row("none", 0.3, 0.8), chosen=row("both", 0.2, 0.8, "worse"))
        card = make_card(
            search=search.model_copy(update={"mitigations": study(chosen)}),
            audit=audit.model_copy(update={"mitigation": test if chosen != "none" else None}),
        )
        text = re.sub(r"<[^>]+>", " ", render_html(card, language)).replace("\N{NO-BREAK SPACE}", " ")
        return " ".join(text.split())

    return tell


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "Copies and reweighing was chosen",
                "Copies and reweighing +0.010 [−0.040, 0.060] −0.200 [−0.250, −0.150]",
                "levelled down Recall of the group that was ahead (nurse, by gender, group: female) fell",
                "Balanced draws – – not trained 3 of 3 trainings failed",
                "Pairs of a class and a group with fewer than",
                "On the test texts, which had no part in the choice: worse.",
                "gender 0.930 [0.880, 0.980] 0.500 [0.450, 0.550] 0.500 300",
            ],
        ),
        (
            "pt-BR",
            [
                "Foi escolhida: Cópias e reponderação.",
                "Cópias e reponderação +0,010 [−0,040; 0,060] −0,200 [−0,250; −0,150]",
                "nivelado por baixo Revocação do grupo que estava à frente",
                "não treinada",
                "Nos textos de teste, que não participaram da escolha: piorou.",
            ],
        ),
    ],
)
def test_rows_verdicts_and_what_decided_are_on_the_card(
    told: Callable[..., str], language: str, expected: list[str]
) -> None:
    text = told(language)
    for part in expected:
        assert part in text, part


@pytest.mark.parametrize(("language", "whole", "part"), [
    ("en", "improved", "improved for gender; cannot be told: region, flips, Macro F1"),
    ("pt-BR", "melhorou", "melhorou para gender; não se pode dizer: region, inversões, F1 macro"),
])  # fmt: skip
def test_an_improvement_beside_what_cannot_be_told_says_so_in_the_verdict(
    card: Card, language: str, whole: str, part: str
) -> None:
    context = context_of(card, language)
    gaps = tuple(measure_id("largest_recall_gap", {"attribute": name}) for name in ("gender", "region"))
    alone = row("both", 0.1, 0.81, "improved").model_copy(update={"shrank": gaps[:1]})
    beside = alone.model_copy(update={"untold": (gaps[1], "flip_rate", "f1_macro")})
    assert mitigation_badge(context, alone).text == whole
    assert mitigation_badge(context, beside).text == part
    worse = beside.model_copy(update={"verdict": "worse"})
    assert part not in mitigation_badge(context, worse).text
    test = MitigationTest(n=500, n_swapped=200, none=row("none", 0.3, 0.8), chosen=beside)
    claim = context.claim(mitigation_finding(test))
    assert part.split("; ")[0] not in claim  # it is said of the test texts
    assert all(name in claim for name in ("gender", "region", "F1"))


def test_where_none_was_chosen_that_is_said_and_no_test_figures_follow(told: Callable[..., str]) -> None:
    text = told("en", "none")
    assert "No mitigation was shown to improve, so none was chosen" in text
    assert "no other mitigation has seen" not in text


@pytest.mark.parametrize(
    ("language", "of_test_texts"),
    [
        ("en", "The intervals are those of the test texts alone"),
        ("pt-BR", "Os intervalos são só os dos textos de teste"),
    ],
)
@pytest.mark.parametrize("is_there", [True, False])
def test_thresholds_of_groups_are_reported_as_unused(
    make_card: Callable[..., Card], search: SearchResult, audit: Any, is_there: bool, language: str, of_test_texts: str
) -> None:
    scope = {"class": "nurse", "gender": "female"}
    about = {"scope": scope, "n": 120}
    more = [
        Measure(id=measure_id(metric, scope), metric=metric, value=value, low=value - 0.05, high=value + 0.05, **about)
        for metric, value in (("recall_at_group_threshold", 0.81), ("false_positive_rate_at_group_threshold", 0.17))
    ]
    chosen = Measure(id=measure_id("group_threshold", scope), metric="group_threshold", value=0.37, **about)
    audit = audit.model_copy(update={"measures": (*audit.measures, *([chosen, *more] if is_there else ()))})
    card = make_card(search=search.model_copy(update={"mitigations": study("none")}), audit=audit)
    page = render_html(card, language)
    assert (re.search(rf"</table>\s*(</div>\s*)*<p>[^<]*{of_test_texts}[^<]*</p>", page) is not None) == is_there
    if language != "en":
        return
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert ("What one threshold for each group would do to nurse" in text) == is_there
    assert ("are reported and not used" in text) == is_there
    if is_there:
        row = re.search(r"gender: female 0\.37 .*?0\.810? ?\[.*?0\.170? ?\[", text)
        assert row is not None


def test_a_run_without_mitigations_has_no_such_section(card: Card) -> None:
    assert "Mitigations compared" not in render_html(card, "en")


@pytest.mark.parametrize("code", ["en", "pt-BR"])
def test_every_mitigation_verdict_and_reason_has_its_words(code: str) -> None:
    words = load_language(code).words
    assert set(words["mitigation"]["names"]) == {"none", "gender_swap", "reweighing", "both", "balanced", "erase"}
    assert set(words["mitigation"]["verdicts"]) == {
        *("improved", "no_change", "insufficient_evidence", "levelled_down", "worse"),
        "not_trained",
    }
    reasons = ("disparity_grew", "disparity_shrank", "ahead_fell", "quality_fell", "quality_open")
    assert {*reasons, "disparities_stayed", "disparities_open"} <= set(words["because"])
