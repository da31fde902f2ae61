"""Every measure that an audit makes has a name and a definition in every language, and every finding a sentence."""

import numpy as np
import pytest

from boletim.audit.run import audit
from boletim.contracts.answers.label_sets import LabelSets
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.answers.spans import Span, Spans, as_column
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.language import known_languages, load_language


@pytest.fixture(scope="module", params=[2, 4])
def result(request):
    k, n = request.param, 600
    rng = np.random.default_rng(0)
    gold = rng.integers(0, k, n)
    scores = rng.dirichlet(np.ones(k), n) + 0.5 * np.eye(k)[gold]
    scores /= scores.sum(axis=1, keepdims=True)
    groups = {
        "g": np.array(["a", "b", None], dtype=object)[rng.integers(0, 3, n)],
        "h": np.array(["x", "y"], dtype=object)[rng.integers(0, 2, n)],
    }
    labels = tuple(f"c{i}" for i in range(k))
    predictions = Predictions(np.arange(n).astype(object), gold, scores.argmax(axis=1), labels, scores, groups=groups)
    return audit(predictions, AuditConfig(bootstrap=100), seed=1)


@pytest.mark.parametrize("code", known_languages())
def test_measures_and_findings_have_words(result, code):
    words = load_language(code).words
    for metric in {measure.metric for measure in result.measures}:
        assert words["metrics"][metric]["name"], metric
        assert words["metrics"][metric]["definition"], metric
    for finding in result.findings:
        words["findings"][finding.key].format(**finding.values)


@pytest.mark.parametrize("code", known_languages())
def test_label_sets_have_words_of_their_own(code):
    rng = np.random.default_rng(0)
    gold, scores = rng.random((600, 3)) < 0.4, rng.random((600, 3))
    groups = {"g": rng.choice(["a", "b"], 600).astype(object), "h": rng.choice(["x", "y"], 600).astype(object)}
    found = LabelSets(np.arange(600).astype(object), gold, scores > 0.5, ("c0", "c1", "c2"), scores, groups=groups)
    words = load_language(code).words
    audited = audit(found, AuditConfig(bootstrap=100), seed=1)
    for metric in {measure.metric for measure in audited.measures}:
        assert metric in words["metrics"], "gates on predictions are checked by these names"
        assert {**words["metrics"][metric], **words["label_sets"]["metrics"].get(metric, {})}["definition"]
    for finding in audited.findings:
        own = words["label_sets"]["findings"].get(finding.key) or words["findings"][finding.key]
        own.format(**finding.values)


@pytest.mark.parametrize("code", known_languages())
def test_entities_have_words_of_their_own(code):
    rng = np.random.default_rng(0)
    cells = [
        tuple(Span(9 * i, 9 * i + 3, rng.choice(["A", "B"]), bool(rng.random() < 0.1)) for i in range(3))
        for _ in range(400)
    ]
    said = [tuple(span for span in spans if rng.random() < 0.8) for spans in cells]
    groups = {"g": rng.choice(["a", "b"], 400).astype(object), "s": as_column([("f", "m", "f")] * 400)}
    found = Spans(np.arange(400).astype(object), as_column(cells), as_column(said), ("A", "B"), groups=groups)
    words = load_language(code).words
    audited = audit(found, AuditConfig(bootstrap=100), seed=1)
    assert len({measure.metric for measure in audited.measures}) > 20
    for metric in {measure.metric for measure in audited.measures}:
        assert metric in words["metrics"]
        assert {**words["metrics"][metric], **words["spans"]["metrics"].get(metric, {})}["definition"]
    for finding in audited.findings:
        words["findings"][finding.key].format(**finding.values)
