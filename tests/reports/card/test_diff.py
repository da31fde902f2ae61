"""Differences of two runs: limits against statsmodels, coverage by simulation, verdicts from planted changes."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from boletim.contracts.meaning import message
from boletim.contracts.measure import Measure
from boletim.reports.card.diff import compare_cards, difference_limits


def share(hits: int, n: int, name: str = "accuracy", **scope: str) -> Measure:
    found = stats.binomtest(hits, n).proportion_ci(method="wilson")
    inside = ",".join(f"{key}={value}" for key, value in scope.items())
    return Measure(
        id=f"{name}{{{inside}}}" if scope else name,
        metric=name,
        value=hits / n,
        low=float(found.low),
        high=float(found.high),
        level=0.95,
        n=n,
        unit="share",
        higher_is_better="gap" not in name,
        scope=scope,
    )


@pytest.mark.parametrize(
    ("one", "n", "other", "m"), [(56, 70, 48, 80), (0, 10, 9, 10), (5, 5, 5, 5), (30, 100, 31, 100)]
)
def test_without_correlation_it_is_newcombes_interval(one: int, n: int, other: int, m: int) -> None:
    limits = difference_limits(share(other, m), share(one, n), 0.0)
    assert limits == pytest.approx(confint_proportions_2indep(one, n, other, m, method="newcomb", compare="diff"))


def test_paired_limits_cover() -> None:
    """Two models on the same 120 texts, right on 0.85 and 0.80 of them, together more often than by chance."""
    from boletim.audit.comparison.paired import paired_correlation

    rng = np.random.default_rng(5)
    n_covered, n_runs, widths = 0, 1500, []
    for _ in range(n_runs):
        old = rng.random(120) < 0.80
        new = np.where(old, rng.random(120) < 0.95, rng.random(120) < 0.45)  # 0.80 * 0.95 + 0.20 * 0.45 = 0.85
        a, b = share(int(old.sum()), 120), share(int(new.sum()), 120)
        limits = difference_limits(a, b, paired_correlation(old, new))
        n_covered += limits[0] <= 0.05 <= limits[1]
        independent = difference_limits(a, b, 0.0)
        widths.append((limits[1] - limits[0]) / (independent[1] - independent[0]))
    assert 0.935 <= n_covered / n_runs <= 0.985
    assert np.mean(widths) < 0.9  # pairing pays


def compare(card, make_card, audit, before, after, **options):
    def of(measures):
        return make_card(audit=audit.model_copy(update={"measures": tuple(measures)}), gates=())

    settings = {"is_same_texts": False, "margin": 0.05, "correlation": lambda measure: None} | options
    return compare_cards(of(before), of(after), **settings)


def test_planted_changes(card, make_card, audit) -> None:
    before = [share(900, 1000), share(450, 500, "recall", **{"class": "a"}), share(5, 100, "recall_gap", attribute="g")]
    after = [share(905, 1000), share(350, 500, "recall", **{"class": "a"}), share(4, 100, "recall_gap", attribute="g")]
    found = compare(card, make_card, audit, before, after)
    statuses = {change.id: change.status for change in found.changes}
    assert statuses == {
        "accuracy": "no worse",
        "recall{class=a}": "worse",
        "recall_gap{attribute=g}": "cannot be told",
    }
    assert found.outcome == "regression"
    assert found.changes[0].id == "recall{class=a}"
    back = compare(card, make_card, audit, after, before)
    assert next(c for c in back.changes if c.id == "recall{class=a}").status == "better"
    assert back.outcome == "no regression"


def test_a_larger_gap_is_worse(card, make_card, audit) -> None:
    found = compare(
        card,
        make_card,
        audit,
        [share(20, 1000, "recall_gap", attribute="g")],
        [share(200, 1000, "recall_gap", attribute="g")],
    )
    assert found.changes[0].status == "worse"


def test_few_texts_cannot_be_told_and_missing_ones_are_listed(card, make_card, audit) -> None:
    doubtful = share(5, 10, "recall", **{"class": "a"}).model_copy(update={"undefined_because": message("n < 30")})
    found = compare(
        card,
        make_card,
        audit,
        [share(16, 20), doubtful, share(1, 2, "f1", **{"class": "b"})],
        [share(15, 20), doubtful],
    )
    assert found.outcome == "cannot be told"
    assert {change.id: change.status for change in found.changes} == {
        "accuracy": "cannot be told",
        "recall{class=a}": "not judged",
    }
    assert found.only_old == ("f1{class=b}",)


def test_the_same_figures_on_the_same_texts_are_no_regression(card, make_card, audit) -> None:
    figures = [share(160, 200), share(400, 500, "recall", **{"class": "a"})]
    found = compare(card, make_card, audit, figures, figures, is_same_texts=True, correlation=lambda measure: 1.0)
    assert {change.status for change in found.changes} == {"no worse"}
    assert all(change.difference == 0 and change.high < 0.02 for change in found.changes)
    assert found.outcome == "no regression"
    gates = compare_cards(card, card, is_same_texts=True, margin=0.05, correlation=lambda measure: 1.0).gates
    assert gates
    assert all(gate.old == gate.new for gate in gates)
