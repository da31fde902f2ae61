import numpy as np
import pytest
from sklearn.metrics import f1_score

from boletim.audit.failures.overlap import overlap_finding, overlap_measures
from boletim.audit.kind import sample_of
from boletim.audit.settings import Settings
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig

SETTINGS = Settings(AuditConfig(bootstrap=200), 1, ("a", "b"), ())


def draw(n, share, rate_copies, rate_others, seed=0):
    rng = np.random.default_rng(seed)
    is_copy = rng.random(n) < share
    gold = rng.integers(0, 2, n)
    is_hit = rng.random(n) < np.where(is_copy, rate_copies, rate_others)
    return Predictions(np.arange(n), gold, np.where(is_hit, gold, 1 - gold), ("a", "b")), is_copy


def sample(predictions):
    return sample_of(predictions, SETTINGS.config, SETTINGS.seed)


def test_the_score_with_and_without():
    predictions, is_copy = draw(1_000, 0.3, 1.0, 0.7)
    made = {m.metric: m for m in overlap_measures(sample(predictions), is_copy)}
    is_hit = predictions.gold == predictions.predicted
    assert made["train_overlap"].value == is_copy.mean()
    assert made["accuracy_without_overlap"].value == pytest.approx(is_hit[~is_copy].mean())
    assert made["overlap_effect"].value == pytest.approx(is_hit.mean() - is_hit[~is_copy].mean())
    rest = f1_score(predictions.gold[~is_copy], predictions.predicted[~is_copy], average="macro")
    assert made["f1_macro_without_overlap"].value == pytest.approx(rest)
    finding = overlap_finding(list(made.values()), SETTINGS)
    assert (finding.verdict, finding.severity, finding.key) == ("shown", "high", "overlap_lifts")
    assert finding.values["n_copies"] == is_copy.sum()


def test_the_interval_of_the_effect_covers():
    n_covered, n_runs = 0, 500
    for seed in range(n_runs):
        predictions, is_copy = draw(300, 0.3, 0.95, 0.75, seed)
        effect = {m.metric: m for m in overlap_measures(sample(predictions), is_copy)}["overlap_effect"]
        n_covered += effect.low <= is_copy.mean() * 0.2 <= effect.high
    assert n_covered / n_runs >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / n_runs)


def test_copies_that_change_nothing():
    predictions, is_copy = draw(5_000, 0.2, 0.8, 0.8)
    finding = overlap_finding(overlap_measures(sample(predictions), is_copy), SETTINGS)
    assert (finding.verdict, finding.severity) == ("shown absent", "info")


@pytest.mark.parametrize("is_copy", [False, True])
def test_no_copies_and_nothing_else(is_copy):
    predictions, _ = draw(50, 0.5, 0.8, 0.8)
    made = overlap_measures(sample(predictions), np.full(50, is_copy))
    assert [(m.metric, m.value) for m in made] == [("train_overlap", float(is_copy))]
    assert overlap_finding(made, SETTINGS) is None
