import pytest

from boletim.contracts.finding import Finding
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.results.card import Card
from boletim.contracts.results.left_out import LeftOut
from boletim.reports.card.gate_needs import examples_to_decide
from boletim.reports.card.open_questions import OpenQuestion, open_questions


def test_classes_of_one_comparison_are_one_question(card: Card) -> None:
    known = {m.id: m for m in card.audit.measures}
    found = open_questions(card, known, 0.05)
    gaps = [q for q in found if q.findings[0].measures and "class=" in q.findings[0].measures[0]]
    n_open = sum(f.verdict == "insufficient evidence" for f in card.audit.findings if f.kind == "disparity")
    assert len(gaps) == 1
    assert len(gaps[0].findings) == n_open > 1


@pytest.mark.parametrize(("value", "told"), [(7_777.0, 7_777), (None, None)])
def test_the_number_is_the_one_that_the_audit_has_simulated(card: Card, value: float | None, told: int | None) -> None:
    known = {m.id: m for m in card.audit.measures}
    gap = next(n.measure for q in open_questions(card, known, 0.05) for n in q.told if n.measure and q.needs[1:])
    simulated = Measure(
        id=gap.id.replace(gap.metric, "examples_to_decide"), metric="examples_to_decide", value=value, n=gap.n,
        scope=gap.scope, undefined_because=None if value else Reason.of("undecidable"),
    )  # fmt: skip
    needs = [n for q in open_questions(card, known | {simulated.id: simulated}, 0.05) for n in q.needs]
    assert [n.n_needed for n in needs if n.measure and n.measure.id == gap.id] == [told]


def test_where_none_was_simulated_it_is_that_of_the_gate_rule_with_the_margin_as_bar(card: Card) -> None:
    known = {m.id: m for m in card.audit.measures}
    (question,) = [q for q in open_questions(card, known, 0.05) if len(q.findings) > 1]
    measures = [known[f.measures[0]] for f in question.findings]
    needed = [examples_to_decide(m, 0.05, is_floor=False) for m in measures if not m.undefined_because and m.level]
    assert [need.n_needed for need in question.told] == sorted(needed)
    assert sorted(m.n for m in question.measures) == sorted(m.n for m in measures)


def test_without_a_measure_no_number_is_told(card: Card) -> None:
    questions = open_questions(card, {}, 0.05)
    assert all(not q.told and len(q.untold) == len(q.findings) for q in questions)
    assert {need.why_untold for q in questions for need in q.needs} == {"not_judged"}


def gap(name: str, value: float, low: float, high: float, n: int = 20) -> Measure:
    scope = {"probe": "gender_profession", "profession": name}
    return Measure(
        id=measure_id("score_gap", scope, []),
        metric="score_gap",
        value=value,
        low=low,
        high=high,
        level=0.95,
        n=n,
        unit="difference",
        scope=scope,
    )


def question_of(card: Card, *gaps: Measure) -> OpenQuestion:
    finding = Finding(severity="info", kind="probe", verdict="insufficient evidence", key="x",
                      measures=tuple(g.id for g in gaps))  # fmt: skip
    asked = card.model_copy(update={"audit": card.audit.model_copy(update={"findings": (finding,)}), "probes": None})
    (question,) = open_questions(asked, {g.id: g for g in gaps}, 0.05)
    return question


def test_of_many_gaps_the_open_one_that_needs_most_decides_and_its_sign_does_not(card: Card) -> None:
    decided, near, far = gap("a", 0.0, -0.01, 0.01), gap("b", -0.03, -0.06, 0.0), gap("c", 0.01, -0.05, 0.07)
    needed = {m.id: examples_to_decide(m, 0.05, is_floor=False) for m in (near, far)}
    mirrored = gap("b", 0.03, 0.0, 0.06)
    expected = max(needed[far.id], examples_to_decide(mirrored, 0.05, is_floor=False))
    question = question_of(card, decided, near, far)
    assert [need.n_needed for need in question.needs] == [expected]
    assert expected > 20


def test_no_number_is_told_that_is_there_already(card: Card) -> None:
    (need,) = question_of(card, gap("a", 0.0, -0.01, 0.01)).needs
    assert need.n_needed is None


def test_why_no_number_is_told_follows_from_the_figure(card: Card) -> None:
    far = gap("a", 0.02, -0.05, 0.09)
    beyond = LeftOut(groups={"C": 28}, n_groups=1, n_classes=0, n_without_group=0, limit=None)
    cases = {
        "left_out": far.model_copy(update={"left_out": beyond}),
        "chance": far.model_copy(update={"metric": "recall_gap_rms"}),
        "on_margin": far.model_copy(update={"value": 0.05}),
        "too_many": far.model_copy(update={"value": 0.0499999}),
    }
    for why, measure in cases.items():
        (need,) = question_of(card, measure).needs
        assert (need.n_needed, need.why_untold) == (None, why)
    (told,) = question_of(card, far).needs
    assert told.n_needed is not None
    assert told.why_untold is None


def test_the_furthest_of_many_is_that_of_all_that_are_open_and_signs_stay(card: Card) -> None:
    """Of the professions the one that needs most examples is not the one that may be furthest from 0."""
    needs_most, furthest = gap("a", -0.046, -0.113, 0.02), gap("b", 0.065, 0.002, 0.128)
    (need,) = question_of(card, needs_most, furthest).needs
    assert need.measure == needs_most
    assert need.widest == furthest
