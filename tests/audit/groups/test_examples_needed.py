import numpy as np
import pytest

from boletim.audit.findings import gap_verdict
from boletim.audit.groups import examples_needed
from boletim.audit.groups.examples_needed import needed_to_confirm, needed_to_exclude, needed_to_show
from boletim.audit.groups.gaps import GroupFigures, largest_difference
from boletim.audit.run import audit
from boletim.audit.statistics.homogeneity import same_proportion
from boletim.audit.statistics.proportions import wilson
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure


def figures(hits, n):
    hits, n = np.asarray(hits, float), np.asarray(n, float)
    low, high = wilson(hits, n, 0.95)
    return GroupFigures(tuple(f"g{i}" for i in range(len(n))), hits / n, low, high, n, 0.95, True)


def verdicts(rates, n, margin, n_tests, n_runs=300):
    """The audit's own interval, test and rule, on fresh data."""
    rng, found = np.random.default_rng(99), []
    for _ in range(n_runs):
        drawn = figures(rng.binomial(n, rates), n)
        gap, p = largest_difference([drawn], 0.95), same_proportion(drawn.values * drawn.n, drawn.n, rng)
        made = Measure(
            id="g", metric="g", value=gap.value, low=gap.low, high=gap.high, level=0.95, n=1, p=p, q=min(p * n_tests, 1)
        )
        found.append(gap_verdict(made, margin, 0.95))
    return found


@pytest.mark.parametrize(
    ("rates", "n", "margin", "n_tests"), [([0.7, 0.85], [40, 60], 0.05, 3), ([0.8, 0.8, 0.95], [30, 30, 40], 0.02, 1)]
)
def test_at_that_number_the_gap_seen_is_shown_four_times_in_five(rates, n, margin, n_tests):
    seen = figures(np.array(rates) * n, n)
    needed = needed_to_show(seen, margin, n_tests, np.random.default_rng(1))
    assert needed > sum(n)
    sizes = np.rint(np.array(n) / sum(n) * needed).astype(int)
    found = verdicts(rates, sizes, margin, n_tests)
    assert found.count("shown") / len(found) == pytest.approx(0.8, abs=0.07)


@pytest.mark.parametrize(("rate", "n", "margin"), [(0.9, [50, 80], 0.05), (0.8, [60, 60, 60], 0.1)])
def test_at_that_number_no_gap_is_shown_absent_four_times_in_five(rate, n, margin):
    seen = figures(rate * np.array(n), n)
    needed = needed_to_exclude(seen, margin, np.random.default_rng(2))
    sizes = np.rint(np.array(n) / sum(n) * needed).astype(int)
    found = verdicts([rate] * len(n), sizes, margin, 1)
    assert found.count("shown absent") / len(found) == pytest.approx(0.8, abs=0.07)


@pytest.mark.parametrize(
    ("rates", "n", "margin"), [([0.9, 0.88], [60, 80], 0.05), ([0.97, 0.95, 0.98, 0.96], [60, 40, 50, 60], 0.05)]
)
def test_at_that_number_a_small_gap_seen_is_shown_absent_four_times_in_five(rates, n, margin):
    seen = figures(np.array(rates) * n, n)
    needed = needed_to_confirm(seen, margin, np.random.default_rng(2))
    assert needed > sum(n)
    sizes = np.rint(np.array(n) / sum(n) * needed).astype(int)
    found = verdicts(rates, sizes, margin, 1)
    assert found.count("shown absent") / len(found) == pytest.approx(0.8, abs=0.07)


def test_groups_keep_their_shares_of_the_examples():
    """0.6 against 0.5, nine examples of one group to one of the other: (z / 0.1)^2 (0.24 / 9 + 0.25) of the small
    group, by the formula with unpooled variance, and ten times as many in all."""
    needed = needed_to_show(figures([540, 50], [900, 100]), 0.0, 1, np.random.default_rng(5))
    by_hand = 10 * ((1.95996 + 0.84162) / 0.1) ** 2 * (0.24 / 9 + 0.25)
    assert needed == pytest.approx(by_hand, rel=0.1)


def test_never_fewer_than_there_are():
    assert needed_to_show(figures([950, 500], [1000, 1000]), 0.05, 1, np.random.default_rng(6)) == 2000
    assert needed_to_exclude(figures([9000, 9000], [10000, 10000]), 0.1, np.random.default_rng(6)) == 20000


def audited(n, recalls, clusters=None):
    gold = np.tile([0, 1], n)
    said = np.where(np.random.default_rng(8).random(2 * n) < np.repeat(recalls, n), gold, 1 - gold)
    group = np.repeat(np.array(["A", "B"], dtype=object), n)
    ids = np.arange(2 * n).astype(object)
    found = Predictions(
        ids=ids, gold=gold, predicted=said, labels=("no", "yes"), groups={"g": group}, clusters=clusters
    )
    measures = audit(found, AuditConfig(bootstrap=100), seed=1).measures
    return {m.id: m for m in measures if m.metric.startswith("examples_to_")}


def test_an_audit_gives_the_numbers_of_what_is_open_and_of_nothing_else():
    of_accuracy = "examples_to_exclude{attribute=g}"
    assert audited(60, [0.9, 0.85])[of_accuracy].value > 120
    assert of_accuracy not in audited(2000, [0.9, 0.5])
    of_authors = audited(60, [0.9, 0.85], np.arange(120) // 5)[of_accuracy]
    assert of_authors.value is None
    assert of_authors.undefined_because is not None
    assert "independent" in str(of_authors.undefined_because)


def test_what_decides_is_what_shows_a_gap_beyond_the_margin_and_confirms_one_within():
    made = audited(60, [0.9, 0.8])
    beyond = [made[f"examples_to_{verb}{{attribute=g}}"].value for verb in ("show", "decide")]
    assert beyond[0] == beyond[1] > 120
    within = audited(200, [0.9, 0.89])
    assert within["examples_to_show{attribute=g}"].value is None
    assert within["examples_to_decide{attribute=g}"].value > within["examples_to_exclude{attribute=g}"].value


@pytest.mark.parametrize(("shares", "is_told"), [([0.25, 0.25, 0.25, 0.25], True), ([0.3, 0.3, 0.38, 0.02], False)])
def test_crossed_columns_have_numbers_where_every_group_was_judged(shares, is_told):
    n, rng = 800, np.random.default_rng(4)
    cell = rng.choice(4, n, p=shares)
    groups = {"g": np.array(["A", "B"], dtype=object)[cell // 2], "h": np.array(["x", "y"], dtype=object)[cell % 2]}
    gold = rng.integers(0, 2, n)
    said = np.where(rng.random(n) < 0.9, gold, 1 - gold)
    found = Predictions(np.arange(n).astype(object), gold, said, ("no", "yes"), groups=groups)
    ids = {m.id for m in audit(found, AuditConfig(bootstrap=100), seed=1).measures}
    assert "accuracy_gap{attribute=g+h}" in ids
    assert ("examples_to_decide{attribute=g+h}" in ids) is is_told


def test_so_does_each_open_gap_of_recall():
    """Half of the examples are of each class; the numbers are those of the class's own table."""
    made = audited(120, [0.9, 0.8])
    for label in ("no", "yes"):
        assert made[f"examples_to_exclude{{class={label},attribute=g}}"].n == 120
        assert made[f"examples_to_exclude{{class={label},attribute=g}}"].value > 120
    assert "examples_to_show{class=yes,attribute=g}" not in audited(4000, [0.9, 0.5])


def test_of_very_many_the_widest_gaps_are_looked_at(monkeypatch):
    monkeypatch.setattr(examples_needed, "_MOST_PAIRS", 2)
    made = {key: m for key, m in audited(60, [0.9, 0.85]).items() if m.metric == "examples_to_exclude"}
    assert made.pop("examples_to_exclude{attribute=g}").value > 120  # accuracy first, then the wider gap of recall
    assert [m.value is None for m in made.values()].count(True) == 1
    assert {m.undefined_because for m in made.values()} == {None, Reason.of("many_comparisons")}


def test_two_equal_groups_by_the_textbook():
    """0.6 against 0.5, alpha .05 two-sided, power .80: Fleiss gives 387 per group, 407 with his correction."""
    needed = needed_to_show(figures([60, 50], [100, 100]), 0.0, 1, np.random.default_rng(3))
    assert needed / 2 == pytest.approx(397, rel=0.06)


def test_among_twenty_tests_the_textbook_s_level_is_a_twentieth():
    """(3.0233 + 0.8416)^2 (0.24 + 0.25) / 0.01 gives 732 per group, 752 with the correction of Fleiss."""
    needed = needed_to_show(figures([60, 50], [100, 100]), 0.0, 20, np.random.default_rng(3))
    assert needed / 2 == pytest.approx(742, rel=0.06)


def test_what_examples_cannot_decide_has_no_number():
    rng = np.random.default_rng(4)
    assert needed_to_show(figures([80, 82], [100, 100]), 0.05, 1, rng) is None
    assert needed_to_exclude(figures([80, 82], [100, 100]), 0.0, rng) is None
    assert needed_to_show(figures([5001, 5000], [10000, 10000]), 0.0, 1, rng) is None
