"""Outcomes by hand, and against nervaluate where its definitions are the same."""

import random

from nervaluate import Evaluator

from boletim.audit.tally.matching import outcomes, spurious
from boletim.contracts.answers.spans import Span


def test_each_way_to_miss_by_hand():
    gold = [Span(0, 3, "PER"), Span(5, 9, "LOC"), Span(11, 14, "PER"), Span(20, 25, "ORG"), Span(30, 33, "LOC")]
    said = [Span(0, 3, "PER"), Span(5, 9, "ORG"), Span(12, 14, "PER"), Span(19, 24, "LOC"), Span(40, 41, "PER")]
    assert outcomes(gold, said) == ["hits", "wrong_type", "boundary", "wrong_both", "missed"]
    assert spurious(gold, said) == [False, False, False, False, True]


def test_what_is_right_explains_no_other_entity():
    assert outcomes([Span(0, 9, "ORG"), Span(3, 5, "LOC")], [Span(3, 5, "LOC")]) == ["missed", "hits"]


def test_stretches_that_only_adjoin_do_not_touch():
    assert outcomes([Span(0, 3, "PER")], [Span(3, 5, "PER")]) == ["missed"]


def test_agrees_with_nervaluate_on_two_hundred_random_files():
    """Its `strict` counts exact stretches and types; its `missed` and `spurious` are those that nothing touches."""
    rng = random.Random(2)
    for _ in range(200):
        gold, said = (_drawn(rng) for _ in range(2))
        them = Evaluator([_as_theirs(gold)], [_as_theirs(said)], tags=["PER", "LOC"], loader="default")
        strict = them.evaluate()["overall"]["strict"]
        ours, alone = outcomes(gold, said), spurious(gold, said)
        assert strict.correct == ours.count("hits")
        assert strict.missed == ours.count("missed")
        assert strict.spurious == sum(alone)


def _drawn(rng):
    """At most one entity in each stretch of ten places, so that no two predictions touch one entity."""
    found = []
    for place in range(5):
        if rng.random() < 0.7:
            start = 10 * place + rng.choice([0, 2])
            found.append(Span(start, start + rng.choice([3, 4]), rng.choice(["PER", "LOC"])))
    return found


def _as_theirs(spans):
    return [{"label": s.type, "start": s.start, "end": s.end - 1} for s in spans]
