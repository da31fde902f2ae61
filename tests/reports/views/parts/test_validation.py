"""The card says what known numbers the probes' code was tried on, and what fine-tuning changed."""

import re

import pytest

from boletim.contracts.meaning import message
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import T
from boletim.contracts.results.audit import ProbeResult
from boletim.contracts.results.selftest import make_row
from boletim.reports.page.html import render_html

ROWS = (
    make_row("weat", 1.54, 0.005, 1.5393, "caliskan", ("weat",), "ab" * 32, test="1"),
    make_row("flip_rate", 0.4, 1e-9, 0.5, "planted", ("pronoun_swap",), probe="pronoun_swap"),
    make_row("labour_correlation", 0.67, 0.005, None, "rudinger", ("winogender",)),
)


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                "Reproduced: 1; not reproduced: 1; not run for want of data: 1",
                "WEAT 1, effect size 1.54 1.5393 reproduced Caliskan et al. 2017",
                "supplement (word2vec) sha256 abababababab",
                "0.4000 0.5000 NOT REPRODUCED a model made with known answers",
                "not run, the data are absent Rudinger et al. 2018, figure 3",
            ],
        ),
        ("pt-BR", ["Como estas sondas foram validadas", "1,54 1,5393 reproduzido", "NÃO REPRODUZIDO"]),
    ],
)
def test_known_numbers_and_their_outcomes(make_card, probes, language, expected):
    card = make_card(probes=probes.model_copy(update={"validation": ROWS}))
    text = text_of(render_html(card, language))
    for part in expected:
        assert part in text, part


def test_probes_that_no_known_number_reaches_are_named(make_card, probes):
    bare = ProbeResult(probe="bec_pro", measures=(), unusable_because=message("x"), can_tell="bec_pro.can_tell")
    card = make_card(probes=probes.model_copy(update={"validation": ROWS, "probes": (*probes.probes, bare)}))
    assert "No known number goes through the code of:" in text_of(render_html(card, "en"))


def leakage(suffix, value, low, high, q=None):
    metric, scope = f"leakage_accuracy{suffix}", {"probe": "representation_leakage"}
    return Measure(
        id=measure_id(metric, scope), metric=metric, value=value, low=low, high=high, level=0.95, n=2120,
        scope=scope, method=T, p=q, q=q,
    )  # fmt: skip


def test_what_fine_tuning_changed_stands_beside_the_learning_curve(make_card, probes):
    measures = (
        leakage("", 0.79, 0.75, 0.83),
        leakage("_base", 0.9, 0.84, 0.97),
        leakage("_change", -0.11, -0.18, -0.04, 0.003),
    )
    result = ProbeResult(probe="representation_leakage", measures=measures, can_tell="representation_leakage.can_tell")
    card = make_card(
        probes=probes.model_copy(update={"probes": (*probes.probes, result), "measures": (*probes.measures, *measures)})
    )
    text = text_of(render_html(card, "en"))
    found = re.search(r"What fine-tuning changed.*?0\.900 \[0\.840, 0\.970\] 0\.790 \[0\.750, 0\.830\] (\S+)", text)
    assert found
    assert found.group(1) == "\N{MINUS SIGN}0.110"
    assert text.index("What fine-tuning changed") > text.index("Evaluations during training")
    assert "What fine-tuning changed" not in text_of(render_html(make_card(), "en"))
