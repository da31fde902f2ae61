from boletim.contracts.results.card import Card
from boletim.reports.card.gate_needs import examples_to_decide
from boletim.reports.card.open_questions import open_questions


def test_classes_of_one_comparison_are_one_question(card: Card) -> None:
    known = {m.id: m for m in card.audit.measures}
    found = open_questions(card, known, 0.05)
    gaps = [q for q in found if q.findings[0].measures and "class=" in q.findings[0].measures[0]]
    n_open = sum(f.verdict == "insufficient evidence" for f in card.audit.findings if f.kind == "disparity")
    assert len(gaps) == 1
    assert len(gaps[0].findings) == n_open > 1


def test_the_number_is_that_of_the_gate_rule_with_the_margin_as_bar(card: Card) -> None:
    known = {m.id: m for m in card.audit.measures}
    (question,) = [q for q in open_questions(card, known, 0.05) if len(q.findings) > 1]
    measures = [known[f.measures[0]] for f in question.findings]
    needed = [examples_to_decide(m, 0.05, is_floor=False) for m in measures if not m.undefined_because and m.level]
    assert question.n_needed == (min(needed), max(needed))
    assert question.n_now == (min(m.n for m in measures), max(m.n for m in measures))


def test_without_a_measure_no_number_is_told(card: Card) -> None:
    assert all(q.n_needed is None and q.n_untold == len(q.findings) for q in open_questions(card, {}, 0.05))
