"""A kind of answer is one file: here marks that somebody gave to texts, which share authors and have no classes."""

import numpy as np
import pytest
from scipy import stats

from boletim.audit.kind import kind_named, sample_of
from boletim.audit.run import audit
from boletim.contracts import registry
from boletim.contracts.answers.label_sets import LabelSets
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.errors import InputError
from boletim.contracts.examples import answers_class, load_answers
from boletim.contracts.results.audit import AuditResult

MARKS = """
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import stats

from boletim.audit.evidence.rows import Estimate, SubsetEvidence
from boletim.audit.kind import ByRow, Kind
from boletim.audit.metrics.metric import Metric
from boletim.audit.statistics.clustered_mean import mean_error
from boletim.audit.tally.subsets import Subsets
from boletim.contracts.examples import Answers
from boletim.contracts.method import NORMAL
from boletim.contracts.record import Record


class MarkFacts(Record):
    highest: float = 0.0


@dataclass(frozen=True)
class ANSWERS(Answers):
    kind: ClassVar[str] = "marks"
    facts: ClassVar[type[Record]] = MarkFacts

    @classmethod
    def read(cls, column, labels):
        return column.to_numpy(dtype=float)

    def written(self, held):
        return held


class Evidence(SubsetEvidence):
    def __init__(self, subset, settings, draws):
        self.subset, self.settings = subset, settings

    def estimate(self, metric):
        mean, error, degrees = mean_error(self.subset.predicted, None, self.subset.clusters)
        half = stats.t.isf(0.025, degrees) * error
        one = (np.array([x]) for x in (mean, mean - half, mean + half, self.subset.n))
        return Estimate(*one, self.settings.method(NORMAL))


KIND = Kind(
    name="marks",
    answers="marks",
    metrics=lambda: (Metric("mark", "overall", "mean", "no texts", unit="score"),),
    tally=Subsets,
    evidence=Evidence,
    is_exclusive=False,
    gaps=("mark",),
    has_f1=False,
    baseline=None,
    thresholds=lambda sample, chosen, validation: [],
    facts=lambda sample: MarkFacts(highest=float(sample.answers.predicted.max())),
    n_contradicted=lambda answers: 0,
    by_row=None,
    lacks={"failures": "rows", "differential_fairness": "one_label_each", "recall_differences": "one_label_each",
           "scoring_rates": "one_label_each"},
)
"""


@pytest.fixture
def marks(tmp_path, monkeypatch):
    folder = tmp_path / "own_kinds"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "marks.py").write_text(MARKS)
    monkeypatch.syspath_prepend(str(tmp_path))
    more = {sort: (*registry.FOLDERS[sort], "own_kinds") for sort in ("kind", "answers")}
    monkeypatch.setattr(registry, "FOLDERS", registry.FOLDERS | more)
    rng = np.random.default_rng(1)
    author = np.repeat(np.arange(40), 5)
    value = 3 + 0.5 * rng.normal(size=40)[author] + 0.2 * rng.normal(size=200) - (author % 2)
    return answers_class("marks")(
        np.arange(200).astype(str).astype(object), np.zeros(200), value, (),
        groups={"g": np.where(author % 2, "x", "y").astype(object)}, clusters=author.astype(str).astype(object),
    )  # fmt: skip


def test_a_new_kind_is_audited_stored_and_read_back(marks, tmp_path):
    result = audit(marks, AuditConfig(bootstrap=100), seed=1)
    found = {measure.id: measure for measure in result.measures}
    of_authors = marks.predicted.reshape(40, 5).mean(axis=1)  # a t interval of forty means, by scipy
    low, high = stats.t.interval(0.95, 39, of_authors.mean(), stats.sem(of_authors))
    assert (found["mark"].low, found["mark"].high) == pytest.approx((low, high))
    x, y = (found[f"mark{{g={g}}}"].value for g in "xy")
    assert found["mark_gap{attribute=g}"].value == pytest.approx(y - x)
    assert found["mark_gap{attribute=g}"].low > 0
    assert not [m for m in found.values() if "f1" in m.metric or "baseline" in m.metric]
    assert (result.facts.kind, result.facts.baseline, result.facts.own.highest) == (
        "marks", None, marks.predicted.max(),
    )  # fmt: skip
    assert AuditResult.model_validate_json(result.model_dump_json()) == result
    marks.save(tmp_path / "predictions.parquet")
    again = load_answers(tmp_path / "predictions.parquet", (), ("g",))
    assert again.kind == "marks"
    assert audit(again, AuditConfig(bootstrap=100), seed=1) == result


def test_a_kind_that_comes_with_predictions_alone_says_so(marks):
    for asked in (lambda: marks.decided(np.zeros((2, 2))), lambda: marks.of_corpus(None, ("a",))):
        with pytest.raises(InputError, match="of the kind marks come with predictions alone"):
            asked()


def test_the_kind_is_stored_and_not_guessed_from_a_cell(tmp_path):
    ids = np.array(["1", "2"], dtype=object)
    odd = Predictions(ids, np.array([0, 1]), np.array([1, 1]), ('["a"]', "a|b"))
    odd.save(tmp_path / "one.parquet")
    again = load_answers(tmp_path / "one.parquet", odd.labels, ())
    assert isinstance(again, Predictions)
    assert again.gold.tolist() == [0, 1]
    held = np.array([[True, False], [True, True]])
    LabelSets(ids, held, held, odd.labels).save(tmp_path / "sets.parquet")
    assert load_answers(tmp_path / "sets.parquet", odd.labels, ()).gold.tolist() == held.tolist()


def test_what_a_kind_lacks_is_said_before_and_after():
    sets = kind_named("label_sets")
    with pytest.raises(InputError, match=r"needs one label per text, got 'a>b'"):
        sets.check_asked(AuditConfig(costs={"a>b": 1.0}), is_weighted=False)
    with pytest.raises(InputError, match=r"sampling weights need one label per text, got data\.weights 'w'"):
        sets.check_weights("w")
    kind_named("one_label").check_weights("w")
    held = np.ones((4, 2), dtype=bool)
    sample = sample_of(LabelSets(np.arange(4).astype(object), held, held, ("a", "b")), AuditConfig(), 1)
    assert sample.lacks["costs"] == "one_label_each"
    with pytest.raises(InputError, match="kind must be one of label_sets, one_label, one_label_summed"):
        kind_named("stanzas")
