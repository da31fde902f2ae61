from collections.abc import Callable

import pytest

from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.views.parts.front.training_line import training_line

KEPT = {"diagnosis": "overfitting", "kept_step": 1200, "kept_train_loss": 0.1, "kept_validation_loss": 0.45}


@pytest.mark.parametrize(("language", "words"), [
    ("en", "Overfitting, by fixed rules: weights of step 1,200, loss 0.100 in training"),
    ("pt-BR", "Sobreajuste (overfitting), por regras fixas: pesos do passo 1.200, perda 0,100"),
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
