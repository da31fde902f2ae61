from collections.abc import Callable

import pytest

from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.results.card import Card
from boletim.reports.card.open_questions import Need, OpenQuestion
from boletim.reports.page.context import Context, context_of
from boletim.reports.views.parts.front.open_questions import _known, _question, _unit, n_open, open_table


def of(metric: str, **scope: str) -> str:
    return _unit(Measure(id=measure_id(metric, scope), metric=metric, value=0.1, n=10, scope=scope))


def test_pairs_are_not_called_examples() -> None:
    assert of("flip_rate", probe="gender_profession") == "of_pairs"
    assert of("score_gap", probe="gender_profession", profession="nurse") == "of_profession"
    assert of("left_alone_gap", probe="pronoun_swap") == "in_all"
    assert of("recall_gap", attribute="gender", **{"class": "nurse"}) == "of_class"
    assert of("accuracy_gap", attribute="gender") == "in_all"


@pytest.mark.parametrize(("probe", "language", "asked"), [
    ("gender_profession", "en", "Whether changing the gender of the worker changes the predicted class in more than"),
    ("pronoun_swap", "en", "Whether swapping the gendered words changes the predicted class in more than 5.0%"),
    ("pronoun_swap", "pt-BR", "Se trocar as palavras que marcam gênero muda a classe prevista em mais de 5,0%"),
])  # fmt: skip
def test_an_open_question_of_a_probe_is_asked_and_answered_with_what_was_seen(
    make_card: Callable[..., Card], probe: str, language: str, asked: str
) -> None:
    values = {"value": 0.041, "low": 0.021, "high": 0.077, "n": 1060, "margin": 0.05}
    found = Finding(
        kind="probe", key=f"{probe}_flips_open", verdict="insufficient evidence", measures=(), values=values
    )
    text = _question(context_of(make_card(), language), OpenQuestion((Need(found, None, None, None, None),)), 0.05)
    assert text.startswith(asked)
    assert " is open" not in text
    assert ("4.1% of 1,060 (2.1% to 7.7%)" if language == "en" else "4,1% de 1.060 (2,1% a 7,7%)") in text


def gap(label: str, n: int, high: float) -> tuple[Finding, Measure]:
    scope = {"class": label, "attribute": "gender"}
    of = Measure(id=measure_id("recall_gap", scope), metric="recall_gap", value=0.0, low=0.0, high=high, n=n,
                 level=0.95, unit="difference", scope=scope)  # fmt: skip
    found = Finding(kind="disparity", key="recall_gap_open", verdict="insufficient evidence", measures=(of.id,))
    return found, of


def test_how_many_there_are_is_said_of_those_whose_number_is_told(make_card: Callable[..., Card]) -> None:
    """Of the cook's 392 and not of the maid's 146, of whom nothing can be told; 8.1 points at most are no 8."""
    (cook, of_cook), (maid, of_maid) = gap("cook", 392, 0.081), gap("maid", 146, 0.5)
    question = OpenQuestion(
        (Need(cook, of_cook, of_cook, 31_000, None), Need(maid, of_maid, of_maid, None, "not_judged"))
    )
    told = _known(context_of(make_card(), "en"), question)
    assert "About 31,000 (“cook”) examples of the class" in told
    assert "there are 392." in told
    alone = OpenQuestion((Need(cook, of_cook, of_cook, 31_000, None),))
    assert "At most 9 points" in _known(context_of(make_card(), "en"), alone)


def test_what_a_shown_finding_and_slices_leave_open_is_counted_and_has_its_row(make_card: Callable[..., Card]) -> None:
    """Two professions beside those shown, and the sample's open slices: a row and one of the count for each."""
    card = make_card()
    before = context_of(card, "en")
    values = {"n": 20, "n_shown": 1, "n_open": 2, "margin": 0.05, "names": "smith"}
    left = Finding(rule="far_beyond", kind="probe", verdict="shown", key="a_list_shown", measures=(), values=values)
    none_left = left.model_copy(update={"values": {**values, "n_open": 0}})

    def with_finding(finding: Finding) -> Context:
        audit = card.audit.model_copy(update={"findings": (*card.audit.findings, finding)})
        return context_of(card.model_copy(update={"audit": audit}), "en")

    def asked(context: Context) -> list[str]:
        table = open_table(context)
        assert table is not None
        return [f"{row[0].text}: {row[1].text}" for row in table.rows]

    assert n_open(with_finding(none_left)) == n_open(before)
    assert n_open(with_finding(left)) == n_open(before) + 1
    (new,) = set(asked(with_finding(left))) - set(asked(before))
    assert new.startswith("Which others lie beyond the margin of finding 3: Undecided: 2 of 20.")
    assert card.audit.failures is not None
    n_slices = sum(found.verdict == "insufficient evidence" for found in card.audit.failures.slices)
    assert n_slices
    assert f"more errors: Undecided: {n_slices}." in asked(before)[-1]


def test_what_stands_nowhere_else_is_printed_however_many_questions_there_are(make_card: Callable[..., Card]) -> None:
    card = make_card()
    found = Finding(kind="probe", key="a_list_open", verdict="insufficient evidence", measures=())
    more = tuple(found.model_copy(update={"measures": (f"m{number}",)}) for number in range(12))
    audit = card.audit.model_copy(update={"findings": (*card.audit.findings, *more)})
    table = open_table(context_of(card.model_copy(update={"audit": audit}), "en"))
    assert table is not None
    printed = [row[0].text for row in table.rows[: table.n_first]]
    assert len(table.rows) > len(printed)
    assert "Which other kinds of text have more errors" in printed
