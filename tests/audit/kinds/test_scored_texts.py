"""Scores that somebody gave to texts: figures by hand and by scipy, gaps planted, files read back, mistakes refused."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from typer.testing import CliRunner

import boletim
from boletim.app.cli import app
from boletim.audit.run import audit
from boletim.contracts.answers.scored_texts import ScoredTexts
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.errors import BoletimError
from boletim.contracts.examples import load_answers


def scored(n=400, apart=0.0, seed=1, **more):
    rng = np.random.default_rng(seed)
    is_first = np.arange(n) % 2 == 0
    values = rng.beta(5, 3, size=n) * (1 - is_first) + rng.beta(5, 3, size=n) * is_first * (1 - apart)
    return ScoredTexts(
        ids=np.arange(n).astype(str).astype(object), gold=np.zeros(n), predicted=values, labels=(),
        groups={"g": np.where(is_first, "x", "y").astype(object)}, column="rouge_l", **more,
    )  # fmt: skip


def test_without_a_range_the_figures_are_means_with_t(tmp_path):
    answers = scored()
    result = audit(answers, AuditConfig(), seed=1)
    found = {measure.id: measure for measure in result.measures}
    for scope, values in {"": answers.predicted, "{g=x}": answers.predicted[::2]}.items():
        measure = found[f"rouge_l{scope}"]
        low, high = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
        assert (measure.value, measure.n, measure.unit) == (pytest.approx(values.mean()), len(values), "points")
        assert measure.low <= low + 1e-12
        assert measure.high >= high - 1e-12
        assert measure.high - measure.low < 1.1 * (high - low)
    gap = found["rouge_l_gap{attribute=g}"]
    assert gap.value == pytest.approx(abs(answers.predicted[::2].mean() - answers.predicted[1::2].mean()))
    assert gap.p == pytest.approx(stats.ttest_ind(answers.predicted[::2], answers.predicted[1::2]).pvalue, abs=0.03)
    answers.save(tmp_path / "predictions.parquet")
    again = load_answers(tmp_path / "predictions.parquet", (), ("g",))
    assert audit(again, AuditConfig(), seed=1) == result
    assert "label" not in pd.read_parquet(tmp_path / "predictions.parquet")


def test_a_range_makes_the_margin_a_share_of_it_and_changes_nothing_else():
    small = audit(scored(apart=0.4, range=(0.0, 1.0)), AuditConfig(), seed=1)
    answers = scored(apart=0.4)
    hundred = ScoredTexts(
        answers.ids, answers.gold, 100 * answers.predicted, (), groups=answers.groups, column="rouge_l",
        range=(0.0, 100.0),
    )  # fmt: skip
    large = audit(hundred, AuditConfig(), seed=1)
    assert (small.facts.settings.margin, large.facts.settings.margin) == (0.05, pytest.approx(5.0))
    for one, other in zip(small.measures, large.measures, strict=True):
        assert (100 * one.value, 100 * one.low) == pytest.approx((other.value, other.low))
        assert (one.p, one.unit) == (pytest.approx(other.p), "points")
    assert [f.verdict for f in small.findings] == [f.verdict for f in large.findings] == ["shown"]
    assert small.findings[0].key == "score_gap_shown"


def test_gaps_cover_and_raise_few_false_alarms():
    n_runs, covered, alarms, config = 200, 0, 0, AuditConfig(bootstrap=100)
    for seed in range(n_runs):
        planted = scored(n=120, apart=0.2, seed=seed, range=(0.0, 1.0))
        gap = {m.id: m for m in audit(planted, config, seed=1).measures}["rouge_l_gap{attribute=g}"]
        covered += gap.low <= 0.2 * 5 / 8 <= gap.high
        null = audit(scored(n=120, seed=seed, range=(0.0, 1.0)), config, seed=1)
        alarms += {m.id: m for m in null.measures}["rouge_l_gap{attribute=g}"].q <= 0.05
    assert covered / n_runs >= 0.93
    assert alarms / n_runs <= 0.08


def written(folder, **more):
    rng = np.random.default_rng(3)
    n = 300
    frame = pd.DataFrame({
        "who": np.where(np.arange(n) % 2, "a", "b"), "edits": rng.poisson(np.where(np.arange(n) % 2, 4, 9)),
        "text_id": np.arange(n) // 3, **more,
    })  # fmt: skip
    frame.to_csv(folder / "scores.csv", index=False)
    return folder / "scores.csv"


def test_lower_is_better_from_the_command_line(tmp_path):
    arguments = ["audit", "--predictions", str(written(tmp_path)), "--score-column", "edits", "--lower-is-better"]
    arguments += ["--group", "who", "--cluster", "text_id", "--run-dir", str(tmp_path / "run"), "--quiet"]
    arguments += ["--set", "gates=[{measure: edits, at_most: 20}, {measure: 'edits_gap{attribute=who}', at_most: 1}]"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    card = json.loads((tmp_path / "run" / "card.json").read_text())
    assert [gate["status"] for gate in card["gates"]] == ["pass", "fail"]
    assert card["audit"]["facts"]["settings"]["is_clustered"] is True
    page = (tmp_path / "run" / "card.html").read_text()
    assert "lower is better" in page
    assert "Highest group by who: b" in page


def test_from_python_with_weights_and_a_comparison():
    frame = pd.DataFrame({"mark": [1.0, 2, 3, 4] * 50, "w": [1.0, 1, 1, 5] * 50})
    score = {"column": "mark", "range": [1, 5]}
    report = boletim.evaluate(frame, score_column=score, weights="w")
    measures = report.measures.set_index("id")
    assert measures.loc["mark", "value"] == pytest.approx((1 + 2 + 3 + 20) / 8)
    better = boletim.evaluate(frame.assign(mark=frame.mark + 1), score_column=score)
    change = next(c for c in boletim.evaluate(frame, score_column=score).diff(better).changes if c.id == "mark")
    assert (change.status, change.difference) == ("better", pytest.approx(1.0))
    assert change.high - change.low < 0.1  # every row rose by one: the rows are paired


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--score-column", "editz"], "no column 'editz'"),
        (["--score-column", "who"], "a score is a number, who is 'b'"),
        (["--score-column", "edits", "--score-range", "0,10"], "a score lies between 0 and 10, as stated"),
        (["--score-column", "edits", "--score-range", "0-10"], "--score-range is the least score and the most"),
        (["--score-column", "edits", "--score-range", "10,0"], "a range is the least score and the most"),
        (["--score-range", "0,1"], "--score-range says something of --score-column"),
        (["--score-column", "holes"], "every row needs a number in 'holes', 1 has none (the first is row 3)"),
        (["--score-column", "recall"], "'recall' is a metric of another meaning already"),
        (["--task", "scored_texts"], "task scored_texts and data.score go together, got no data.score"),
        (["--score-column", "edits", "--task", "question_answering"], "go together, got task question_answering"),
        (["--score-column", "edits", "--group", "edits"], "'edits' is data.score already"),
    ],
)
def test_mistakes_are_refused_in_one_line(tmp_path, arguments, message):
    holes = np.arange(300.0)
    holes[2] = np.nan
    file = written(tmp_path, holes=holes, recall=0.5)
    done = CliRunner().invoke(
        app, ["audit", "--predictions", str(file), "--run-dir", str(tmp_path / "run"), "--quiet", *arguments]
    )
    assert isinstance(done.exception, BoletimError)
    assert message in str(done.exception)
    assert not (tmp_path / "run" / "card.json").exists()
