"""How the winner was settled is on the card."""

import re

import pytest

from boletim.contracts.measure import Measure
from boletim.contracts.method import BOOTSTRAP
from boletim.contracts.results.search import Confirmation, ConstraintValue
from boletim.reports.page.html import render_html


def measure(metric, value, low, high, n):
    scope = {"metric": "f1_macro"}
    return Measure(
        id=f"{metric}{{metric=f1_macro}}", metric=metric, value=value, low=low, high=high, level=0.95, n=n,
        unit="score", scope=scope, method=BOOTSTRAP,
    )  # fmt: skip


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "Validation score of the chosen trial 0.912 [0.880, 0.940]",
                "Validation score, corrected for the choice 0.897 [0.850, 0.935]",
                "Spread over seeds 0.011 [0.005, 0.350] 2",
                "110,000,000 0.910 0.930 0.920 best mean",
                "22,000,000 0.905 0.919 0.912 chosen, smaller than the best and within chance of it",
                "behind the best",
            ],
        ),
        (
            "pt-BR",
            ["Resultado na validação, corrigido pela escolha 0,897 [0,850; 0,935]", "escolhida, menor que a melhor"],
        ),
    ],
)
def test_scores_and_trainings_with_other_seeds(make_card, audit, search, language, expected):
    scores = (
        measure("validation_score", 0.912, 0.88, 0.94, 300),
        measure("validation_score_corrected", 0.897, 0.85, 0.935, 300),
        measure("seed_spread", 0.011, 0.005, 0.35, 2),
    )
    own = search.best_trial
    again = (
        Confirmation(trial=7, candidate="big", n_parameters=110_000_000, values=(0.91, 0.93), mean=0.92, is_tied=True),
        Confirmation(
            trial=own, candidate="s", n_parameters=22_000_000, values=(0.905, 0.919), mean=0.912, is_tied=True
        ),
        Confirmation(trial=9, candidate="s", n_parameters=22_000_000, values=(0.7, 0.71), mean=0.705, is_tied=False),
    )
    card = make_card(
        audit=audit.model_copy(update={"measures": (*audit.measures, *scores)}),
        search=search.model_copy(update={"confirmations": again}),
    )
    text = text_of(render_html(card, language))
    for part in expected:
        assert part in text, part


def test_one_seed_is_said(make_card, audit, search):
    scores = (measure("validation_score", 0.912, 0.88, 0.94, 300),)
    card = make_card(audit=audit.model_copy(update={"measures": (*audit.measures, *scores)}), search=search)
    assert "not measured; the chosen trial was trained with one seed" in text_of(render_html(card, "en"))


def test_settings_that_violate_more_are_said_to(make_card, audit, search):
    again = (
        Confirmation(trial=search.best_trial, candidate="s", n_parameters=1, values=(0.8, 0.8), mean=0.8, is_tied=True),
        Confirmation(trial=9, candidate="s", n_parameters=1, values=(0.9, 0.9), mean=0.9, is_tied=False, violation=0.2),
    )
    card = make_card(audit=audit, search=search.model_copy(update={"confirmations": again}))
    text = text_of(render_html(card, "en"))
    assert "0.900 violates the constraints more than others" in text


@pytest.mark.parametrize(
    ("language", "row"),
    [("en", "at most 0.100 0.140 [0.080, 0.210] 120 not kept 0 of 1"), ("pt-BR", "0,140 [0,080; 0,210] 120")],
)
def test_constraints_have_an_interval_and_their_n(make_card, audit, search, language, row):
    kept = ConstraintValue(
        measure="recall_gap{attribute=gender}", at_most=0.1, value=0.14, low=0.08, high=0.21, n=120, violation=0.04
    )
    trials = tuple(
        trial.model_copy(update={"constraints": (kept,)}) if trial.number == search.best_trial else trial
        for trial in search.trials
    )
    card = make_card(audit=audit, search=search.model_copy(update={"trials": trials}))
    assert row in text_of(render_html(card, language))
