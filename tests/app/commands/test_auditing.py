"""`boletim audit` of what was made elsewhere."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from boletim.app.cli import app


def test_an_audit_of_predictions_takes_settings_from_the_command_line(tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    pd.DataFrame({"label": ["a", "b"] * 30, "predicted": ["a", "a"] * 30}).to_csv(table, index=False)
    command = ["audit", "--predictions", str(table), "--quiet", "--run-dir", str(tmp_path / "run")]
    assert (
        CliRunner().invoke(app, [*command, "--set", "audit.margin=0.2", "--set", "audit.bootstrap=100"]).exit_code == 0
    )
    settings = json.loads((tmp_path / "run" / "audit.json").read_text("utf-8"))["facts"]["settings"]
    assert (settings["margin"], settings["bootstrap"]) == (0.2, 100)
    refused = CliRunner().invoke(app, [*command[:-1], str(tmp_path / "no"), "--set", "audit.margin=2"])
    assert "audit.margin: must be less than 1, got 2" in str(refused.exception)
    halved = CliRunner().invoke(app, [*command[:-1], str(tmp_path / "no"), "--set", "audit.precision=bf16"])
    assert "audit.precision is for models that are scored here" in str(halved.exception)
    assert not (tmp_path / "no").exists()


def test_sampling_weights_make_the_figures_the_population_s_and_the_card_says_so(tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    gold, guess = ["a", "b", "a", "b"] * 25, ["a", "b", "b", "b"] * 25
    rows = {"label": gold, "predicted": guess, "g": ["x", "x", "y", "y"] * 25, "w": [1, 1, 3, 1] * 25}
    pd.DataFrame(rows).to_csv(table, index=False)
    command = ["audit", "--predictions", str(table), "--group", "g", "--quiet", "--set", "audit.bootstrap=100"]
    run = tmp_path / "run"
    done = CliRunner().invoke(app, [*command, "--set", "data.weights=w", "--run-dir", str(run)])
    assert done.exit_code == 0, done.output
    found = {measure["id"]: measure for measure in json.loads((run / "audit.json").read_text("utf-8"))["measures"]}
    assert found["accuracy"]["value"] == pytest.approx(0.5)  # three sixths of the weight are right
    assert found["accuracy{g=y}"]["value"] == pytest.approx(0.25)
    assert (found["accuracy"]["n"], found["support{class=a}"]["value"]) == (100, 50)
    html = " ".join((run / "card.html").read_text("utf-8").split())
    assert "the 100 examples differ in weight by up to 3.0 times and are worth 75 that count the same" in html
    verified = CliRunner().invoke(app, ["verify", str(run / "card.pdf")])
    assert verified.exit_code == 0, verified.output
    for wrong in ("0", "many", ""):
        pd.DataFrame(rows | {"w": [*rows["w"][:-1], wrong]}).to_csv(table, index=False)
        refused = CliRunner().invoke(app, [*command, "--set", "data.weights=w", "--run-dir", str(tmp_path / "no")])
        assert "row 100: a sampling weight is a number above 0, 'w' is" in str(refused.exception)


def _audited(folder: Path, table: Path, *more: str) -> tuple[Path, str]:
    options = ["--predictions", str(table), "--group", "g", "--set", "audit.bootstrap=100"]
    done = CliRunner().invoke(app, ["audit", *options, "--run-dir", str(folder), *more])
    assert done.exit_code == 0, done.output
    return folder, done.output


def test_authors_are_counted_verified_and_pointed_out(tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    # 50 authors of 8 rows, each always right or always wrong: 400 rows tell as much as 50
    rows = [(f"w{i // 8}", "ab"[i % 2], "xy"[i // 8 % 2], i // 8 % 5 > 0) for i in range(400)]
    said = [label if is_right else "ab"["ab".index(label) - 1] for _, label, _, is_right in rows]
    named = {"who": [r[0] for r in rows], "label": [r[1] for r in rows], "predicted": said, "g": [r[2] for r in rows]}
    pd.DataFrame(named).to_csv(table, index=False)

    plain, log = _audited(tmp_path / "plain", table)
    clustered, _ = _audited(tmp_path / "clustered", table, "--cluster", "who", "--quiet")

    assert "the column 'who' looks like authors or templates (50 values in 400 rows)" in log
    audits = [json.loads((run / "audit.json").read_text("utf-8")) for run in (plain, clustered)]
    said_of = [[f["key"] for f in audit["findings"]] for audit in audits]
    assert ["cluster_suspected" in keys for keys in said_of] == [True, False]
    widths = [m["high"] - m["low"] for audit in audits for m in audit["measures"] if m["id"] == "accuracy"]
    assert 2.4 < widths[1] / widths[0] < 3.4  # the square root of 8 is 2.8
    evidence = pd.read_parquet(clustered / "predictions.parquet")
    assert evidence["cluster"].tolist() == named["who"]
    for run, more in ((plain, []), (clustered, ["--predictions", str(clustered / "predictions.parquet")])):
        verified = CliRunner().invoke(app, ["verify", str(run / "card.pdf"), *more])
        assert verified.exit_code == 0, verified.output
    refused = CliRunner().invoke(app, ["audit", "--predictions", str(table), "--cluster", "author"])
    assert "there is no column 'author'" in str(refused.exception)


def test_the_first_page_names_the_group_that_was_left_out(tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    rows = [
        (g, "ab"[i % 2], "ab"[i % 2] if g != "C" else "ba"[i % 2])
        for g, n in (("A", 300), ("B", 300), ("C", 28))
        for i in range(n)
    ]
    pd.DataFrame(rows, columns=["g", "label", "predicted"]).to_csv(table, index=False)
    gate = 'gates=[{measure: "accuracy_gap{attribute=g}", at_most: 0.05}]'

    run, output = _audited(tmp_path / "run", table, "--set", gate, "--set", "card.languages=[en, pt-BR]")

    assert "verdict: insufficient evidence" in output
    assert "C not judged: only 28 examples" in output
    for name, words in (
        ("card.html", "C not judged: only 28 examples"),
        ("card.pt-BR.html", "sem julgamento: C, com só 28 exemplos"),
    ):
        html = " ".join((run / name).read_text("utf-8").split())
        first_page = html[: html.index("</section>")]
        assert words in first_page
        assert "the same for every" not in html
    assert "C not judged: only 28 examples" in (run / "README.md").read_text("utf-8")


def test_the_first_page_speaks_of_whole_sets_where_a_text_has_several_labels(tmp_path: Path) -> None:
    table = tmp_path / "p.jsonl"
    held = [["a"], ["a", "b"], [], ["b"]] * 30
    said = [["a"], ["a"], [], ["b"]] * 30
    rows = [{"g": "xy"[i % 2], "label": held[i], "predicted": said[i]} for i in range(len(held))]
    table.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    run, _ = _audited(tmp_path / "run", table, "--set", "card.languages=[en, pt-BR]")
    for name, words, without in (
        ("card.html", "of 120 test texts exactly the right labels", "is right in"),
        ("card.pt-BR.html", "de 120 textos de teste exatamente os rótulos certos", "O modelo acerta"),
    ):
        html = " ".join((run / name).read_text("utf-8").split())
        first_page = html[: html.index("</section>")]
        assert words in first_page
        assert without not in first_page
        assert ("Worst label by recall: of 60 texts" in first_page) == (name == "card.html")
