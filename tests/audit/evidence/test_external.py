import subprocess
import sys
import textwrap

import pytest

from boletim.audit.kind import kind_named
from boletim.audit.run import audit, check_metrics
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.errors import InputError
from boletim.contracts.method import BOOTSTRAP_OF_ROWS, replicates

SOURCE = """
import datasets
import evaluate

class {name}(evaluate.Metric):
    def _info(self):
        kind = datasets.Value("{kind}")
        return evaluate.MetricInfo(
            description="d", citation="c", inputs_description="i",
            features=datasets.Features({{"predictions": kind, "references": kind}}),
        )

    def _compute(self, predictions, references):
        {body}
"""


@pytest.fixture
def metric_file(tmp_path):
    pytest.importorskip("evaluate")

    def make(name, body, kind="int32"):
        folder = tmp_path / name
        folder.mkdir()
        text = SOURCE.format(name=name.title().replace("_", ""), kind=kind, body=textwrap.dedent(body))
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
        return f"evaluate:{folder}"

    return make


def test_a_metric_of_ones_own(metric_file, make_predictions):
    body = "hits = [p == r for p, r in zip(predictions, references)]; return {'share_right': sum(hits) / len(hits)}"
    name = metric_file("share_right", body)
    predictions = make_predictions([[0.9, 0.7], [0.6, 0.8]], [[60, 60], [60, 5]], labels=("no", "yes"))
    check_metrics([name], kind_named("one_label"))
    config = AuditConfig(metrics=("accuracy", name), bootstrap=100)
    result = audit(predictions, config, seed=1)
    ids = {m.id: m for m in result.measures}
    for scope in ("", "{gender=female}", "{gender=male}"):
        ours, theirs = ids[f"accuracy{scope}"], ids[f"share_right{scope}"]
        assert theirs.value == pytest.approx(ours.value)
        assert theirs.low == pytest.approx(ours.low, abs=0.05)
        assert theirs.high == pytest.approx(ours.high, abs=0.05)
        assert theirs.method == BOOTSTRAP_OF_ROWS + replicates(100)
    assert audit(predictions, config, seed=1) == result


def test_a_metric_over_text_and_a_name_that_is_taken(metric_file, make_predictions):
    name = metric_file("accuracy", "return {'accuracy': float(references.count('yes'))}", kind="string")
    predictions = make_predictions([[0.9, 0.7]], [[20, 31]], labels=("no", "yes"))
    result = audit(predictions, AuditConfig(metrics=(name,), bootstrap=100), seed=1)
    ids = {m.id: m for m in result.measures}
    assert ids["evaluate:accuracy"].value == 31
    assert ids["accuracy"].value < 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ValueError('needs two')", "cannot be computed: needs two"),
        ("return {'a': 1.0, 'b': 2.0}", "must give one figure or one called"),
    ],
)
def test_a_metric_that_fails(metric_file, make_predictions, body, message):
    name = metric_file(f"broken_{len(body)}", body)
    with pytest.raises(InputError, match=message) as caught:
        audit(make_predictions([[0.9, 0.7]], 20), AuditConfig(metrics=(name,)), seed=1)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("evaluate:./nowhere", "no such file or folder"),
        ("evaluate:", "is written evaluate:PATH_OR_ID"),
        ("evaluate:no-such-metric-anywhere", "check the id and the network"),
    ],
)
def test_a_metric_that_cannot_be_loaded(name, message, monkeypatch):
    evaluate = pytest.importorskip("evaluate")

    def unreachable(path, **kwargs):
        raise ConnectionError(f"Couldn't reach {path}\nmore")

    monkeypatch.setattr(evaluate, "load", unreachable)
    with pytest.raises(InputError, match=message) as caught:
        check_metrics([name], kind_named("one_label"))
    assert "\n" not in str(caught.value)


def test_an_audit_needs_no_torch():
    code = (
        "import sys, numpy as np\nfrom audit.run import audit\n"
        "from boletim.audit.reading.one_label import read_predictions\n"
        "heavy = {'torch', 'transformers', 'datasets', 'evaluate', 'sklearn', 'optuna', 'jinja2'} & set(sys.modules)\n"
        "print('HEAVY', sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "HEAVY []" in done.stdout
