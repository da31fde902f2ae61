import numpy as np

from boletim.audit.run import audit
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig


def example(n=400):
    rng = np.random.default_rng(0)
    texts = [f"secret {'alpha' if r % 3 else 'omega'} {' more' * (r % 7)}" for r in range(n)]
    gold = rng.integers(0, 2, n)
    is_wrong = rng.random(n) < np.where(np.arange(n) % 3 == 0, 0.6, 0.05)
    predicted = np.where(is_wrong, 1 - gold, gold)
    confidence = rng.uniform(0.6, 1, n)
    scores = np.full((n, 2), 0.0)
    scores[np.arange(n), predicted] = confidence
    scores[np.arange(n), 1 - predicted] = 1 - confidence
    return Predictions(np.arange(n).astype(str).astype(object), gold, predicted, ("a", "b"), scores), texts


def test_the_whole_record():
    predictions, texts = example()
    result = audit(predictions, AuditConfig(bootstrap=100), seed=1, texts=texts)
    ids = {m.id for m in result.measures}
    failures = result.failures
    assert failures.slices[0].name == 'word "omega"'
    assert {s.error_rate for s in failures.slices} | {s.excess for s in failures.slices} <= ids
    found = [f for f in result.findings if f.kind == "slice"]
    assert found[0].values["word"] == "omega"
    assert set(found[0].measures) <= ids
    assert failures.n_search + failures.n_confirm == predictions.n
    assert failures.has_texts
    assert failures.n_copies is None
    assert "suspected_labels" in ids
    assert audit(predictions, AuditConfig(bootstrap=100), seed=1, texts=texts) == result


def test_texts_are_withheld_unless_the_configuration_shows_them():
    predictions, texts = example()
    hidden = audit(predictions, AuditConfig(bootstrap=100), seed=1, texts=texts)
    assert "secret" not in "".join(error.model_dump_json() for error in hidden.failures.errors)
    assert len(hidden.failures.errors) == 10
    shown = audit(predictions, AuditConfig(bootstrap=100, show_texts=True), seed=1, texts=texts)
    assert all(error.text.startswith("secret") for error in shown.failures.errors)


def test_without_texts_and_scores_the_groups_are_still_searched():
    predictions, _ = example()
    groups = {"g": np.where(np.arange(400) % 3 == 0, "bad", "good").astype(object)}
    bare = Predictions(predictions.ids, predictions.gold, predictions.predicted, ("a", "b"), None, groups=groups)
    result = audit(bare, AuditConfig(bootstrap=100), seed=1, is_copy=np.zeros(400, dtype=bool))
    assert [s.name for s in result.failures.slices] == ["g = bad"]
    assert result.failures.errors == ()
    assert result.failures.n_copies == 0
    assert not result.failures.has_texts
    assert "suspected_labels" not in {m.metric for m in result.measures}
