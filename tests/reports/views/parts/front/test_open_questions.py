from boletim.contracts.measure import Measure, measure_id
from boletim.reports.views.parts.front.open_questions import _unit


def of(metric: str, **scope: str) -> str:
    return _unit(Measure(id=measure_id(metric, scope), metric=metric, value=0.1, n=10, scope=scope))


def test_pairs_are_not_called_examples() -> None:
    assert of("flip_rate", probe="gender_profession") == "of_pairs"
    assert of("score_gap", probe="gender_profession", profession="nurse") == "of_profession"
    assert of("left_alone_gap", probe="pronoun_swap") == "in_all"
    assert of("recall_gap", attribute="gender", **{"class": "nurse"}) == "of_class"
    assert of("accuracy_gap", attribute="gender") == "in_all"
