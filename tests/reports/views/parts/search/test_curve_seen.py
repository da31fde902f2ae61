"""What each rule saw is told in words: rises as rises, medians as medians, and no share that cannot be."""

from typing import Any

import pytest

from boletim.audit.training.learning_curve import diagnose
from boletim.contracts.results.card import Card
from boletim.contracts.results.search import CurvePoint, LearningCurve
from boletim.reports.page.context import context_of
from boletim.reports.views.parts.search.curve_rules import number_of
from boletim.reports.views.parts.search.curve_seen import seen
from boletim.reports.views.search.curve import build

TOLD = {
    "train": [0.599, 0.575, 0.445, 0.296, 0.272, 0.225],
    "validation": [0.605, 0.600, 0.561, 0.553, 0.648, 0.624],
    "scores": [(0.412, 0.412), (0.412, 0.412), (0.803, 0.659), (0.857, 0.687), (0.865, 0.594), (0.892, 0.631)],
}


def judged(train: list[float], validation: list[float], scores: Any = None, kept: int = -1) -> Any:
    points = tuple(
        CurvePoint(
            step=9 * i, epoch=i, train_loss=t, validation_loss=v,
            train_metrics={"f1_macro": scores[i - 1][0]} if scores else {},
            validation_metrics={"f1_macro": scores[i - 1][1]} if scores else {},
        )
        for i, (t, v) in enumerate(zip(train, validation, strict=True), 1)
    )  # fmt: skip
    return diagnose(LearningCurve(metric="f1_macro", points=points, best_step=points[kept].step))


@pytest.mark.parametrize(("rule", "words"), [
    ("unstable", "training loss ended at 0.38 times its start; swings of"),
    ("after_turn", "Medians seen here: validation loss as low as its lowest before."),
    ("still_falling", "Seen here: validation loss rose by 14% of its level; training loss fell by 66% of its level."),
    ("underfitting", "Medians seen here: macro F1 0.857 on training texts."),
    ("gap", "macro F1 0.857 on training and 0.659 on validation texts, a difference of 0.198; training loss 0.296 and "
            "validation loss 0.561, 0.265 above it and 1.90 times it."),
])  # fmt: skip
def test_each_rule_tells_what_it_saw(card: Card, rule: str, words: str) -> None:
    assert words in seen(context_of(card, "en"), rule, judged(**TOLD, kept=3))


def test_a_loss_lower_than_before_is_below_and_not_a_negative_share_above(card: Card) -> None:
    curve = judged([1.5, 0.6, 0.3, 0.16], [1.5, 0.7, 0.5, 0.47], [(0.97, 0.95)] * 4)
    assert seen(context_of(card, "en"), "after_turn", curve) == (
        "Seen here: validation loss 6% below its lowest before."
    )
    assert "\N{MINUS SIGN}" not in "".join(
        seen(context_of(card, "pt-BR"), rule, curve) for rule in ("after_turn", "gap")
    )


def test_a_start_below_what_counts_says_what_it_counts_as(card: Card) -> None:
    """0.188 to 0.013 is 0.07 times; the rule divides by 0.25."""
    text = seen(context_of(card, "en"), "unstable", judged([0.188, 0.1, 0.05, 0.013], [0.2, 0.15, 0.13, 0.12]))
    assert "training loss ended at 0.05 times its start, which counts as 0.25 nats" in text


def test_a_fitted_decay_below_zero_is_told_as_zero_and_no_fall_as_none(card: Card) -> None:
    curve = judged(**TOLD, kept=3)
    more = {"fall": 0.2, "train_fall": 0.6, "to_come": -0.03, "train_to_come": 1.23}
    curve = curve.model_copy(update={"observed": curve.observed | more})
    text = seen(context_of(card, "en"), "still_falling", curve)
    assert "promises validation loss no lower; training loss down to zero." in text
    assert "123" not in text
    small = judged([0.5, 0.12, 0.08, 0.04], [0.5, 0.14, 0.12, 0.1], [(0.97, 0.95)] * 4)
    assert "of 0.25 nats" in seen(context_of(card, "en"), "still_falling", small)


def test_the_name_says_by_which_rule_and_the_table_of_how_many_texts(card: Card) -> None:
    assert card.search is not None
    curve = judged(**TOLD, kept=3)
    search = card.search.model_copy(update={"train_sample_n": 100, "validation_n": 60})
    audit = card.audit.model_copy(update={"curve": curve})
    view = build(context_of(card.model_copy(update={"audit": audit, "search": search}), "en"))
    assert view is not None
    assert number_of(curve) == 6
    assert view["diagnosis"] == "overfitting, by rule 6 of those below"
    assert "0.857 on training and 0.687 on validation texts" in view["because"]
    assert view["kept"].endswith("at step 36: macro F1 0.857 in training and 0.687 in validation.")
    assert "training texts (n = 100), validation figures of all validation texts (n = 60)" in view["table"].caption
    unknown = build(context_of(card.model_copy(update={"audit": audit}), "en"))
    assert unknown is not None
    assert "n = " not in unknown["table"].caption
