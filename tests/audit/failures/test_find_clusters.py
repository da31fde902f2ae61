"""Slices, disputed labels and copies of training texts where authors wrote several texts each."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from boletim.audit.failures.find import find_failures
from boletim.audit.kind import sample_of
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.method import T_CLUSTERS, WILSON_EFFECTIVE

CONFIG = AuditConfig(bootstrap=100, min_group=10, margin=0.0)
N_AUTHORS, N_TEXTS = 60, 10


def made(rng, shares, share_of_copies=0.3, *, is_same=False):
    """Answers, and which texts are copies: authors of ten texts, half of them of the group `bad`.

    Args:
        rng: Source of randomness.
        shares: Error rates of `bad` and of the others.
        share_of_copies: How many authors copied a training text.
        is_same: All texts of an author are the same.
    """
    author = np.repeat(np.arange(N_AUTHORS), 1 if is_same else N_TEXTS)
    is_bad = author % 2 == 0
    size = (1 - 0.3) / 0.3
    rate = np.where(np.arange(N_AUTHORS) % 2 == 0, *(rng.beta(s * size, (1 - s) * size, N_AUTHORS) for s in shares))
    gold = rng.integers(0, 2, len(author))
    is_wrong = rng.random(len(author)) < rate[author]
    said = np.where(is_wrong, 1 - gold, gold)
    scores = np.zeros((len(author), 2))
    scores[np.arange(len(author)), said] = 0.9
    scores[np.arange(len(author)), 1 - said] = 0.1
    is_copy = rng.random(N_AUTHORS)[author] < share_of_copies
    if is_same:
        again = np.repeat(np.arange(N_AUTHORS), N_TEXTS)
        author, is_bad, gold, said, scores, is_copy = (x[again] for x in (author, is_bad, gold, said, scores, is_copy))
    group = np.where(is_bad, "bad", "good").astype(object)
    ids = np.arange(len(author)).astype(str).astype(object)
    return Predictions(ids, gold, said, ("a", "b"), scores, groups={"g": group}, clusters=author), is_copy


def found(answers, is_copy, seed=0):
    measures = find_failures(sample_of(answers, CONFIG, seed), None, is_copy)[0]
    return {m.metric: m for m in measures}


def wilson_of_copies(share, m):
    """By hand: m clusters of equal texts are worth m - 1 examples, which t with m - 1 degrees makes fewer."""
    n = (m - 1) * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, m - 1)) ** 2
    return proportion_confint(share * n, n, method="wilson")


def test_texts_that_an_author_repeats_count_once():
    answers, is_copy = made(np.random.default_rng(1), (0.5, 0.1), is_same=True)
    by_metric = found(answers, is_copy)
    bad = by_metric["slice_error_rate"]
    n_of = {"suspected_labels": 60, "train_overlap": 60, "accuracy_without_overlap": int((~is_copy).sum()) // 10}
    n_of |= {"slice_error_rate": bad.n // 10}
    for name, n in n_of.items():
        assert (by_metric[name].low, by_metric[name].high) == pytest.approx(
            wilson_of_copies(by_metric[name].value, n)
        ), name
        assert by_metric[name].method == WILSON_EFFECTIVE, name
        assert 0 < by_metric[name].value < 1, name
    alone = found(replace(answers, clusters=None), is_copy)
    for name in ("f1_macro_without_overlap", "overlap_effect", "accuracy_without_overlap"):
        wide, narrow = (one[name].high - one[name].low for one in (by_metric, alone))
        assert wide > 2 * narrow, name
    assert by_metric["overlap_effect"].method == T_CLUSTERS
    assert T_CLUSTERS.parts[0] in by_metric["slice_error_excess"].method.parts


def test_intervals_hold_where_authors_differ():
    """Intra-class correlation 0.3: intervals of independent texts cover 0.40 (copies) to 0.86 (excess)."""
    n_runs, shares, covered = 200, (0.4, 0.15), {}
    for seed in range(n_runs):
        by_metric = found(*made(np.random.default_rng(seed), shares), seed)
        held = {
            "slice_error_rate": 0.4,
            "slice_error_excess": 0.25,
            "suspected_labels": 0.275,
            "accuracy_without_overlap": 0.725,
            "train_overlap": 0.3,
            "overlap_effect": 0.0,
        }
        for name, truth in held.items():
            if name in by_metric:
                covered.setdefault(name, []).append(by_metric[name].low <= truth <= by_metric[name].high)
    assert min(len(one) for one in covered.values()) > 0.9 * n_runs
    least = 0.94 - 3 * np.sqrt(0.95 * 0.05 / n_runs)
    assert {name: np.mean(one) for name, one in covered.items() if np.mean(one) < least} == {}


def test_a_slice_of_few_authors_is_shown_no_more_often_than_promised():
    n_runs, n_alarms = 150, 0
    for seed in range(n_runs):
        answers, is_copy = made(np.random.default_rng(seed), (0.25, 0.25))
        group = np.array([f"g{i}" for i in range(6)], dtype=object)[answers.clusters % 6]
        answers = replace(answers, groups={"g": group})
        findings = find_failures(sample_of(answers, CONFIG, seed), None, is_copy)[1]
        n_alarms += any(f.kind == "slice" and f.verdict == "shown" for f in findings)
    assert n_alarms <= n_runs * 0.05 + 3 * np.sqrt(n_runs * 0.05 * 0.95)
