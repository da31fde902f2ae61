from collections.abc import Callable

import pytest

from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.views.parts.front.training_line import training_line

KEPT = {"diagnosis": "overfitting", "kept_step": 1200, "kept_train_loss": 0.1, "kept_validation_loss": 0.45}


@pytest.mark.parametrize(("language", "words"), [
    ("en", "Overfitting, by fixed rules: weights of step 1,200, loss 0.100 in training"),
    ("pt-BR", "Sobreajuste (overfitting), por regras fixas: pesos do passo 1.200, perda de 0,100"),
])  # fmt: skip
def test_the_diagnosis_stands_with_both_losses_of_the_kept_evaluation(
    make_card: Callable[..., Card], language: str, words: str
) -> None:
    card = make_card()
    curve = card.audit.curve
    assert curve is not None

    def line(**changes: object) -> str:
        audit = card.audit.model_copy(update={"curve": curve.model_copy(update=changes)})
        return training_line(context_of(card.model_copy(update={"audit": audit}), language))

    assert line(**KEPT).startswith(words)
    without = line(**KEPT | {"kept_train_loss": None})
    assert without == words.partition(":")[0] + "."


def test_a_training_that_nobody_saw_has_no_line(make_card: Callable[..., Card]) -> None:
    card = make_card()
    unseen = card.model_copy(update={"audit": card.audit.model_copy(update={"curve": None})})
    assert training_line(context_of(unseen, "en")) == ""


@pytest.mark.parametrize(("language", "words"), [
    ("en", "Overfitting, by fixed rules: weights of step 600, macro F1 0.755 in training and 0.808 in validation."),
    ("pt-BR", "Sobreajuste (overfitting), por regras fixas: pesos do passo 600, F1 macro de 0,755 no treino e de"),
])  # fmt: skip
def test_where_the_objective_decided_it_is_named_and_the_losses_only_where_they_did_too(
    make_card: Callable[..., Card], language: str, words: str
) -> None:
    losses = {"kept_step": 600, "kept_train_loss": 0.47, "kept_validation_loss": 0.59}
    told = losses | {"diagnosis": "overfitting", "key": "metric_gap", "values": {"metric": "f1_macro"}}
    card = make_card()
    assert card.audit.curve is not None

    def line(apart: float, ratio: float) -> str:
        changes = told | {"observed": {"apart": apart, "ratio": ratio}}
        audit = card.audit.model_copy(update={"curve": card.audit.curve.model_copy(update=changes)})  # type: ignore[union-attr]
        return training_line(context_of(card.model_copy(update={"audit": audit}), language))

    assert line(0.26, 1.9).startswith(words)
    number = "0.590" if language == "en" else "0,590"
    assert number not in line(0.26, 1.9)
    assert number in line(0.26, 2.1)


def test_what_the_whole_curve_decided_is_told_in_its_own_words(make_card: Callable[..., Card]) -> None:
    card = make_card()
    assert card.audit.curve is not None
    changes = KEPT | {"diagnosis": "unstable", "key": "swings", "values": {"swing": 0.4, "threshold": 0.1}}
    audit = card.audit.model_copy(update={"curve": card.audit.curve.model_copy(update=changes)})
    line = training_line(context_of(card.model_copy(update={"audit": audit}), "en"))
    assert line.startswith("Unstable, by fixed rules. Validation loss swings by 40% of its level")
    assert "0.450" not in line
