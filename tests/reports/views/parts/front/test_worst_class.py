"""Which class is worst, by what, and whether it can be told: sentences with figures that make them untrue."""

from collections.abc import Callable

import pytest

from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.results.card import Card
from boletim.reports.page.context import context_of
from boletim.reports.views.parts.front.worst_class import worst_class

# Wilson's intervals of 157, 159 and 190 of 196 (statsmodels 0.14, proportion_confint, method="wilson")
SURGEON, NURSE, CLERK = (0.8010, 0.7395, 0.8510), (0.8112, 0.7506, 0.8599), (0.9694, 0.9349, 0.9859)


def figure(metric: str, label: str, values: tuple[float, float, float]) -> Measure:
    scope = {"class": label}
    value, low, high = values
    return Measure(id=measure_id(metric, scope), metric=metric, value=value, low=low, high=high, level=0.95, n=196,
                   unit="share" if metric == "recall" else "score", scope=scope)  # fmt: skip


def said(make_card: Callable[..., Card], language: str = "en", **figures: dict[str, tuple[float, float, float]]) -> str:
    card = make_card()
    measures = tuple(figure(metric, label, v) for metric, of in figures.items() for label, v in of.items())
    audit = card.audit.model_copy(update={"measures": measures})
    return " ".join(worst_class(context_of(card.model_copy(update={"audit": audit}), language)))


def test_both_measures_are_named_where_they_name_two_classes(make_card: Callable[..., Card]) -> None:
    f1 = {"surgeon": (0.89, 0.85, 0.92), "nurse": (0.88, 0.84, 0.91)}
    text = said(make_card, recall={"surgeon": SURGEON, "nurse": NURSE}, f1=f1)
    assert "Worst class by recall: of 196 texts of “surgeon” it recognises 80" in text
    assert (
        "By F1, where wrong hits count too, “nurse”: 0.88 (0.84 to 0.91), against 0.89 (0.85 to 0.92); the intervals"
        in text
    )
    apart = said(make_card, recall={"surgeon": SURGEON, "nurse": NURSE}, f1=f1 | {"nurse": (0.70, 0.65, 0.75)})
    assert "overlap" not in apart
    same = said(make_card, recall={"surgeon": SURGEON, "nurse": NURSE}, f1=f1 | {"surgeon": (0.8, 0.75, 0.85)})
    assert "it is the worst as well: 0.80" in same


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Whether “nurse” is recognised less"), ("pt-BR", "Não se sabe se “nurse”")]
)
def test_classes_within_chance_of_each_other_are_not_ranked(
    make_card: Callable[..., Card], language: str, words: str
) -> None:
    near = said(make_card, language, recall={"surgeon": SURGEON, "nurse": NURSE, "clerk": CLERK})
    assert words in near
    assert "clerk" not in near  # 157 and 190 of 196: Newcombe's interval of the difference is 0.10 to 0.23
    assert words not in said(make_card, language, recall={"surgeon": SURGEON, "clerk": CLERK})


def test_of_many_that_may_be_the_worst_some_are_named_and_all_are_counted(make_card: Callable[..., Card]) -> None:
    recall = {"surgeon": SURGEON, **{f"class-{i}": NURSE for i in range(5)}}
    assert "“class-0”, “class-1”, “class-2” or one of 2 more" in said(make_card, recall=recall)
