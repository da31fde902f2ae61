"""The printed rules are those that the audit judges by, and a good fit says which limits it kept."""

from collections.abc import Callable

import pytest

from boletim.audit.training.learning_curve import diagnose
from boletim.contracts.results.audit import CurveDiagnosis
from boletim.contracts.results.card import Card
from boletim.contracts.results.search import CurvePoint, LearningCurve
from boletim.reports.page.context import context_of
from boletim.reports.views.parts.search.curve_rules import how_seen, rules, why_good


def judged(train: list[float], validation: list[float], scores: tuple[float, float] | None = None) -> CurveDiagnosis:
    points = tuple(
        CurvePoint(
            step=10 * i, epoch=i, train_loss=t, validation_loss=v,
            train_metrics={"f1_macro": scores[0]} if scores else {},
            validation_metrics={"f1_macro": scores[1]} if scores else {},
        )
        for i, (t, v) in enumerate(zip(train, validation, strict=True), 1)
    )  # fmt: skip
    curve = LearningCurve(metric="f1_macro", points=points, best_step=10 * len(points), stopped_early=True)
    return diagnose(curve)


FALLING = [1.5, 0.6, 0.3, 0.16]


def test_a_good_fit_names_the_limits_that_it_kept_and_no_other(card: Card) -> None:
    context = context_of(card, "en")
    curve = judged(FALLING, [1.5, 0.7, 0.4, 0.29], scores=(0.97, 0.95))
    assert curve.diagnosis == "good fit"
    text = why_good(context, curve)
    assert text.startswith("Validation loss is 1.81 times training loss")  # 0.290 against 0.160, of the kept one alone
    assert "the losses lie 0.130 apart, and the rule asks for 0.15" in text
    assert "validation loss is less than 2 times training loss" in text
    assert "Macro F1 is 2.0 points higher on training than on validation texts" in text
    wide = judged(FALLING, [1.5, 0.8, 0.5, 0.40], scores=(0.97, 0.95))  # 2.5 times, 0.24 apart: the score alone holds
    assert wide.diagnosis == "good fit"
    assert "times training loss" in why_good(context, wide)
    assert "apart" not in why_good(context, wide)
    assert "less than 2" not in why_good(context, wide)


def test_figures_of_medians_say_of_which_evaluations_and_are_medians_of_the_table(card: Card) -> None:
    """The third of six is kept: medians of the losses at steps 40 to 60, counted by hand."""
    train, validation = [1.5, 0.6, 0.3, 0.18, 0.14, 0.12], [1.5, 0.7, 0.4, 0.29, 0.26, 0.27]
    points = judged(train, validation, scores=(0.97, 0.95)).points
    curve = diagnose(LearningCurve(metric="f1_macro", points=points, best_step=50, stopped_early=True))
    context = context_of(card, "en")
    text = why_good(context, curve)
    assert "the 3 evaluations at steps 40 to 60, with training loss 0.140 and validation loss 0.270" in text
    assert "Validation loss is 1.93 times training loss" in text  # 0.27 / 0.14
    assert "Rules 3, 5 and 6 use the median" in text
    assert "the median of it and its neighbours (3 evaluations" in how_seen(context, curve)
    assert "through the 4 evaluations from step 30 on" in how_seen(context, curve)  # max(3, 6 // 2 + 1) of six
    few = judged(FALLING, [1.5, 0.7, 0.4, 0.29], scores=(0.97, 0.95))
    assert "median" not in why_good(context, few) + how_seen(context, few)


@pytest.mark.parametrize(("train", "validation", "scores", "name"), [
    (FALLING, [1.5, 0.8, 0.5, 0.40], None, "Overfitting: the objective"),
    (FALLING, [1.5, 0.7, 0.4, 0.29], (0.97, 0.95), "Good fit"),
    (FALLING, [1.5, 0.7, 0.4, 0.29], (0.70, 0.69), "Underfitting"),
    (FALLING[:3], [1.5, 0.7, 0.4], None, "Too few points"),
])  # fmt: skip
def test_one_rule_is_marked_as_met(
    card: Card, train: list[float], validation: list[float], scores: tuple[float, float] | None, name: str
) -> None:
    curve = judged(train, validation, scores)
    met = [rule.text for rule in rules(context_of(card, "en"), curve) if rule.is_met]
    assert len(met) == 1
    assert met[0].startswith(name)
    if curve.diagnosis != "good fit":
        assert why_good(context_of(card, "en"), curve) == ""


def test_the_rules_are_printed_with_the_numbers_of_the_audit(make_card: Callable[..., Card]) -> None:
    card = make_card()
    assert card.audit.curve is not None
    text = " ".join(rule.text for rule in rules(context_of(card, "en"), card.audit.curve))
    for number in ("fewer than 4", "1.25 times", "10%", "20% or more", "13%", "8%", "6%", "3%", "0.75", "25%", "0.45",
                   "0.10 or more", "0.15 or more", "at least 2 times", "less than 0.05"):  # fmt: skip
        assert number in text, number
