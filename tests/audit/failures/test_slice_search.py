from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from boletim.audit.failures.find import find_failures
from boletim.audit.failures.slice_search import find_slices
from boletim.audit.failures.slices import Slice, candidate_slices
from boletim.audit.kind import sample_of
from boletim.audit.settings import Settings
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig

WORDS = np.array([f"w{chr(97 + i)}" for i in range(26)])


def settings(seed=0, **audit):
    return Settings(AuditConfig(**{"margin": 0.0, "min_group": 20} | audit), seed, ("a", "b"), ("group",))


def corpus(n, seed, error_rate=0.2, bad=lambda words, group: None, bad_rate=0.5):
    """Texts of random words; the rate of errors is one thing everywhere, or another where `bad` says so."""
    rng = np.random.default_rng(seed)
    words = [rng.choice(WORDS, rng.integers(3, 12), replace=False) for _ in range(n)]
    group = np.array(["x", "y", "z"], dtype=object)[rng.integers(0, 3, n)]
    chance = np.array([bad_rate if bad(w, g) else error_rate for w, g in zip(words, group, strict=True)])
    gold = rng.integers(0, 2, n)
    predicted = np.where(rng.random(n) < chance, 1 - gold, gold)
    confidence = rng.uniform(0.5, 1, n)
    scores = np.column_stack([confidence, 1 - confidence])
    scores[predicted == 1] = scores[predicted == 1][:, ::-1]
    ids = np.arange(n).astype(str).astype(object)
    return Predictions(ids, gold, predicted, ("a", "b"), scores, groups={"group": group}), [" ".join(w) for w in words]


def _failures(predictions, settings, texts):
    return find_failures(sample_of(predictions, settings.config, settings.seed), texts)


def shown(predictions, texts, settings, clusters=None):
    return [
        s for s in _failures(replace(predictions, clusters=clusters), settings, texts)[2].slices if s.verdict == "shown"
    ]


def test_no_slice_is_reported_more_often_than_promised_when_errors_are_everywhere_alike():
    n_runs = 200
    n_alarms = sum(bool(shown(*corpus(500, seed), settings(seed))) for seed in range(n_runs))
    assert n_alarms <= n_runs * 0.05 + 3 * np.sqrt(n_runs * 0.05 * 0.95)


def test_nor_when_texts_come_in_clusters_that_err_together():
    n_runs, n_alarms = 100, 0
    for seed in range(n_runs):
        one, texts = corpus(150, seed)
        copies = np.repeat(np.arange(150), 4)  # the same author's same error four times
        groups = {"group": one.groups["group"][copies]}
        many = Predictions(
            one.ids[copies], one.gold[copies], one.predicted[copies], one.labels, one.scores[copies], groups=groups
        )
        n_alarms += bool(shown(many, [texts[i] for i in copies], settings(seed), copies))
    assert n_alarms <= n_runs * 0.05 + 3 * np.sqrt(n_runs * 0.05 * 0.95)


@pytest.mark.parametrize(
    ("name", "kind", "bad"),
    [
        ('word "wc"', "word", lambda words, group: "wc" in words),
        ("group = y", "group", lambda words, group: group == "y"),
        ("3 to 4 words", "length", lambda words, group: len(words) < 5),
    ],
)
def test_a_planted_slice_is_found_and_its_interval_holds_the_truth(name, kind, bad):
    n_first = n_held = n_shown = 0
    for seed in range(10):
        predictions, texts = corpus(1_200, seed, 0.1, bad, 0.5)
        measures, findings, failures = _failures(predictions, settings(seed, margin=0.05), texts)
        by_id = {m.id: m for m in measures}
        top = failures.slices[0]
        n_first += (top.name, top.kind) == (name, kind)
        n_shown += f"slice_{kind}" in [f.key for f in findings]
        excess = by_id[top.excess]
        is_in = np.array([bad(text.split(), g) for text, g in zip(texts, predictions.groups["group"], strict=True)])
        is_error = predictions.gold != predictions.predicted
        assert by_id[top.error_rate].value == pytest.approx(is_error[is_in].mean(), abs=0.12)
        n_held += excess.low <= 0.4 <= excess.high
    assert n_first >= 9
    assert n_shown == 10
    assert n_held >= 9


def test_p_is_fishers_and_is_corrected_as_holm_says():
    predictions, texts = corpus(600, 3, 0.2, lambda words, group: "wa" in words, 0.4)
    candidates = list(candidate_slices(predictions, predictions.scores.max(axis=1), texts, 2))
    is_error = predictions.gold != predictions.predicted
    search = find_slices(candidates, is_error, None, settings(3))
    assert len(search.judged) == 10
    for judged in search.judged:
        table = [
            [judged.n_errors, judged.n - judged.n_errors],
            [judged.n_rest_errors, judged.n_rest - judged.n_rest_errors],
        ]
        assert judged.p == pytest.approx(stats.fisher_exact(table, alternative="greater").pvalue)
        assert judged.n + judged.n_rest == search.n_confirm
    holm = multipletests([judged.p for judged in search.judged], method="holm")[1]
    assert [judged.p_holm for judged in search.judged] == pytest.approx(holm)


def test_p_of_copies_is_not_that_of_so_many_examples():
    copies = np.repeat(np.arange(150), 4)
    one = Slice("group", "g", {}, np.flatnonzero(copies % 3 == 0))
    errs = np.arange(150) % 7 < np.where(np.arange(150) % 3 == 0, 3, 1)
    (judged,) = find_slices([one], errs[copies], copies, settings(0)).judged
    table = [[judged.n_errors, judged.n - judged.n_errors]]
    table.append([judged.n_rest_errors, judged.n_rest - judged.n_rest_errors])
    alone = stats.fisher_exact(table, alternative="greater").pvalue
    apart = stats.fisher_exact(np.array(table) // 4, alternative="greater").pvalue  # each author once
    assert alone < 1e-4
    assert alone * 100 < judged.p < 3 * apart


def test_the_second_half_plays_no_part_in_the_choice():
    """Whatever the errors of the second half, the same slices are chosen."""
    predictions, texts = corpus(600, 4)
    candidates = list(candidate_slices(predictions, predictions.scores.max(axis=1), texts, 2))
    is_error = predictions.gold != predictions.predicted
    everything = Slice("group", "all", {}, np.arange(600))
    first = find_slices([everything], is_error, None, settings(4))
    assert (first.n_search, first.n_confirm) == (300, 300)
    chosen = find_slices(candidates, is_error, None, settings(4))
    from boletim.audit.failures.slice_search import _first_half

    other = np.where(_first_half(600, None, settings(4)), is_error, ~is_error)
    again = find_slices(candidates, other, None, settings(4))
    assert {j.slice.name for j in again.judged} == {j.slice.name for j in chosen.judged}


def test_small_slices_and_no_slices():
    predictions, texts = corpus(60, 5)
    search = find_slices(
        list(candidate_slices(predictions, predictions.scores.max(axis=1), texts, 2)),
        np.ones(60, dtype=bool),
        None,
        settings(5),
    )
    assert all(j.n >= 20 and j.n_search >= 20 for j in search.judged)
    assert find_slices([], np.zeros(60, dtype=bool), None, settings(5)).judged == ()
