"""Refusals beside classes: figures against scikit-learn's over the classes alone, groups, storage, comparison."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score, matthews_corrcoef, recall_score
from statsmodels.stats.inter_rater import fleiss_kappa

from boletim.audit.comparison.two_models import compare
from boletim.audit.evidence.repeats import disagreement_measures
from boletim.audit.metrics.refusals import disagreement
from boletim.audit.reading.any_kind import read_answers
from boletim.audit.run import audit
from boletim.audit.settings import Settings
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig, RunConfig
from boletim.contracts.errors import DataError, InputError
from boletim.contracts.examples import load_answers

LABELS = ("a", "b", "c")


def answers(n=600, refused=(0.3, 0.05), seed=1, **more):
    draw = np.random.default_rng(seed)
    gold, is_first = draw.integers(0, 3, n), draw.random(n) < 0.5
    said = np.where(draw.random(n) < 0.8, gold, draw.integers(0, 3, n))
    said = np.where(draw.random(n) < np.where(is_first, *refused), 3, said)
    groups = {"gender": np.where(is_first, "f", "m").astype(object)}
    return Predictions(np.arange(n).astype(str).astype(object), gold, said, LABELS, groups=groups, **more)


def figures(given, **config):
    result = audit(given, AuditConfig(bootstrap=200, **config), seed=1)
    return result, {m.id: m for m in result.measures}


def test_figures_are_those_of_the_classes_alone():
    given = answers()
    result, found = figures(given)
    gold, said = given.gold, given.predicted
    for name, expected in {
        "accuracy": accuracy_score(gold, said),
        "f1_macro": f1_score(gold, said, labels=[0, 1, 2], average="macro"),
        "cohen_kappa": cohen_kappa_score(gold, said),
        "mcc": matthews_corrcoef(gold, said),
        "balanced_accuracy": recall_score(gold, said, labels=[0, 1, 2], average="macro"),
        "recall{class=b}": recall_score(gold, said, labels=[1], average="macro"),
        "refusal_rate": float((said == 3).mean()),
    }.items():
        assert found[name].value == pytest.approx(expected), name
        assert found[name].low < expected < found[name].high, name
    assert f1_score(gold, said, average="macro", zero_division=0) < found["f1_macro"].value
    assert {m.scope["class"] for m in result.measures if "class" in m.scope} == set(LABELS)
    own = result.facts.own
    assert own.refused == tuple(int(((gold == c) & (said == 3)).sum()) for c in range(3))
    assert [sum(row) + n for row, n in zip(own.confusion, own.refused, strict=True)] == np.bincount(gold).tolist()


def test_whom_it_refuses_is_a_gap_with_a_verdict():
    result, found = figures(answers())
    gap = found["refusal_rate_gap{attribute=gender}"]
    assert gap.low <= 0.25 <= gap.high
    said = {f.key: f.verdict for f in result.findings}
    assert said["refusal_rate_gap_shown"] == "shown"
    alike, _ = figures(answers(refused=(0.1, 0.1)))
    assert not [f for f in alike.findings if f.key == "refusal_rate_gap_shown"]


def test_without_refusals_nothing_is_said_of_them():
    result, found = figures(answers(refused=(0, 0)))
    assert "refusal_rate" not in found
    assert result.facts.own.refused == ()


def test_clusters_widen_and_what_refusals_leave_out_is_refused():
    given = answers()
    clustered = replace(given, clusters=(np.arange(given.n) // 4).astype(str).astype(object))
    assert figures(clustered)[1]["refusal_rate"].value == figures(given)[1]["refusal_rate"].value
    with pytest.raises(InputError, match="which needs an answer to every text"):
        figures(given, costs={"a": 2.0})


def test_the_file_holds_nothing_where_nothing_was_answered(tmp_path):
    given = answers(clusters=(np.arange(600) // 2).astype(str).astype(object), repeats=True)
    given.save(tmp_path / "predictions.parquet")
    back = load_answers(tmp_path / "predictions.parquet", LABELS, ("gender",))
    assert (back.predicted == given.predicted).all()
    assert back.repeats
    assert back.is_refused.sum() == (given.predicted == 3).sum() > 0


def test_two_models_are_compared_and_a_refusal_is_a_miss():
    first, second = answers(refused=(0.2, 0.2)), answers(refused=(0, 0))
    second = replace(second, gold=first.gold, predicted=np.where(first.predicted == 3, first.gold, first.predicted))
    made = {m.id: m.value for m in compare(first, second, level=0.95, n_draws=200, seed=1)}
    assert made["accuracy_change"] == pytest.approx((first.predicted == 3).mean())
    expected = [f1_score(first.gold, one.predicted, labels=[0, 1, 2], average="macro") for one in (first, second)]
    assert made["f1_macro_change"] == pytest.approx(expected[1] - expected[0])


def test_disagreement_is_that_of_fleiss_and_has_its_coverage():
    draw, held, settings = np.random.default_rng(2), 0, Settings(AuditConfig(), 1, LABELS, (), True, False)
    for _ in range(200):
        chance = draw.beta(4, 1, 120)
        said = (draw.random((120, 3)) < chance[:, None]).astype(int)
        given = answers(360, clusters=np.repeat(np.arange(120), 3).astype(str).astype(object), repeats=True)
        found = disagreement_measures(replace(given, predicted=said.ravel(), groups={}), settings)[0]
        held += found.low <= 2 * (4 / 5 - (4 * 5) / (5 * 6)) <= found.high  # 2 E[p (1 - p)]
    assert held >= 184
    counts = np.stack([3 - said.sum(axis=1), said.sum(axis=1)], axis=1)
    agreed = fleiss_kappa(counts, method="randolph") / 2 + 1 / 2
    assert disagreement(np.repeat(np.arange(120), 3), said.ravel()).mean() == pytest.approx(1 - agreed)
    assert found.n == 120


def config(tmp_path, rows, columns="id,label,predicted", **made):
    path = tmp_path / "said.csv"
    path.write_text(columns + "\n" + "\n".join(rows) + "\n")
    content = {"name": "api", "predictions": str(path), "data": {"label": "label"}}
    return RunConfig.model_validate({**content, "produced_by": {"model": "m", **made}})


ROWS = ["1,x,x", "1,x,no", "2,y,y", "2,y,y", "3,y,x", "3,y,y"]


def test_a_file_is_read_with_its_refusals_and_repeats(tmp_path):
    found = read_answers(config(tmp_path, ROWS, refusals=["no"], repeats="id"))
    assert found.labels == ("x", "y")
    assert found.predicted.tolist() == [0, 2, 1, 1, 0, 1]
    assert found.clusters.tolist() == ["1", "1", "2", "2", "3", "3"]
    assert found.repeats


@pytest.mark.parametrize(("rows", "columns", "more", "said"), [
    (["1,no,x", *ROWS], "id,label,predicted", {}, r"a refusal is no true label, 'label' has 'no'"),
    ([f"{row},0.5,0.5" for row in ROWS], "id,label,predicted,score_x,score_y", {"scores": "score_"},
     "no place in score columns"),
])  # fmt: skip
def test_what_goes_ill_with_refusals(tmp_path, rows, columns, more, said):
    given = config(tmp_path, rows, columns, refusals=["no"])
    given = given.model_copy(update={"data": given.data.model_copy(update=more)})
    with pytest.raises(DataError, match=said):
        read_answers(given)
