"""Files as people really have them: each is read where it lies, and comes out as pandas and scikit-learn say."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from boletim.audit.reading.any_size import read_any_size
from boletim.audit.reading.label_sets import holds_label_sets, read_label_sets
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import DataConfig
from boletim.contracts.errors import DataError
from boletim.tables.read import how_read, read_table

CASES = Path(__file__).resolve().parents[3].parent / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases lie outside the repository")

TWO_NAMES = {"1": "positive", "0": "negative"}


def audited(name: str, scores: str | None = None, groups: tuple = (), names: dict | None = None):
    """What the audit of predictions reads of a case, and the share of rows (or of whole sets) that are right."""
    path, label = CASES / name, "rótulo" if name == "cp1252.csv" else "label"
    if holds_label_sets(path, label, "predicted"):
        found = read_label_sets(path, label, "predicted", scores, groups, label_names=names)
        return found, float((found.gold == found.predicted).all(axis=1).mean())
    said: list[str] = []
    found = read_any_size(path, label, "predicted", scores, groups, None, label_names=names, say=said.append)
    assert isinstance(found, Predictions)
    return found, float((found.gold == found.predicted).mean())


@pytest.mark.parametrize(
    ("name", "scores", "names", "n", "accuracy", "labels"),
    [
        ("float_pred.csv", None, None, 120, 0.8667, ("0", "1")),
        ("nfd.csv", None, None, 120, 0.8667, ("não ofensivo", "ofensivo")),
        ("decimal.parquet", None, None, 120, 0.8667, ("0", "1")),
        ("binary.parquet", None, None, 120, 0.8667, ("neg", "pos")),
        ("int_vs_name.csv", None, TWO_NAMES, 120, 0.8667, ("negative", "positive")),
        ("label_prefix.csv", None, TWO_NAMES, 120, 0.8667, ("negative", "positive")),
        ("case.csv", None, TWO_NAMES, 120, 0.8667, ("negative", "positive")),
        ("bool_gold.jsonl", None, TWO_NAMES, 120, 0.8667, ("negative", "positive")),
        ("bool_str.jsonl", None, TWO_NAMES, 120, 0.8667, ("negative", "positive")),
        ("smiley.csv", None, None, 150, 0.8333, ("I am annoyed :|", "happy", "sad")),
        ("pipe2.csv", None, None, 150, 0.8333, ("Ação|Aventura", "Comédia", "Drama")),
        ("brackets.csv", None, None, 120, 0.8667, ("[INFO]", "[WARN]")),
        ("multihot.jsonl", None, {"0": "a", "1": "b", "2": "c"}, 200, 0.645, ("a", "b", "c")),
        ("quotes.tsv", None, None, 60, 0.9333, ("neg", "pos")),
        ("quotes_last.tsv", None, None, 60, 0.9333, ("neg", "pos")),
        ("excel_br.csv", "score_", None, 60, 0.9333, ("neg", "pos")),
        ("decimalcomma.csv", "score_", None, 60, 0.9333, ("neg", "pos")),
        ("cp1252.csv", "score_", None, 60, 0.9333, ("neg", "pos")),
        ("sepline.csv", "score_", None, 60, 0.9333, ("neg", "pos")),
        ("excel_trailing.csv", None, None, 60, 0.9333, ("neg", "pos")),
        ("round2.csv", "score_", None, 150, 0.8333, ("a", "b", "c")),
        ("bf16.csv", "score_", None, 150, 0.8, ("a", "b", "c", "d", "e", "f")),
        ("worse_than_majority.csv", None, None, 600, 0.715, ("fraude", "ok")),
        ("ord10.csv", "score_", None, 500, 0.878, tuple(map(str, range(1, 11)))),
    ],
)
def test_what_is_read_is_right(name, scores, names, n, accuracy, labels):
    found, share = audited(name, scores, names=names)
    assert found.n == n
    assert share == pytest.approx(accuracy, abs=5e-5)
    assert found.labels == labels
    if scores:
        np.testing.assert_allclose(found.scores.sum(axis=1), 1.0, atol=2e-6)


@pytest.mark.parametrize(
    ("name", "options", "parts"),
    [
        ("int_vs_name.csv", {}, ("0, 1", "negative, positive", "--label-name 0=negative --label-name 1=positive")),
        ("label_prefix.csv", {}, ("0, 1", "LABEL_0, LABEL_1", "--label-name 0=LABEL_0")),
        ("case.csv", {}, ("NEGATIVE, POSITIVE", "--label-name negative=NEGATIVE")),
        ("bool_gold.jsonl", {}, ("False, True", "0, 1", "--label-name False=0")),
        ("bool_str.jsonl", {}, ("False, True", "false, true", "--label-name False=false")),
        ("pipeline.jsonl", {}, ("row 1", "'predicted'", "write its label alone")),
        ("swapped.csv", {"scores": "score_"}, ("200 of 200 rows", "100.0%", "swapped")),
        ("multihot.jsonl", {}, ("one place for each label", "--label-name 0=NAME")),
        ("dupcols.parquet", {}, ("'predicted' stands twice", "rename one")),
        ("group_list.jsonl", {"groups": ("identity",)}, ("row 1", "'identity'", "holds a list")),
        ("group_dict.jsonl", {"groups": ("author",)}, ("row 1", "'author'", "holds a dict")),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_remedy(name, options, parts):
    with pytest.raises(DataError) as refused:
        audited(name, **options)
    message = str(refused.value)
    assert message.startswith(str(CASES / name))
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_the_mapping_that_a_refusal_prints_can_be_typed():
    for name in ("int_vs_name.csv", "label_prefix.csv", "case.csv", "bool_gold.jsonl", "bool_str.jsonl"):
        with pytest.raises(DataError) as refused:
            audited(name)
        typed = [word for word in str(refused.value).split() if "=" in word]
        names = dict(word.split("=") for word in typed)
        assert audited(name, names=names)[1] == pytest.approx(0.8667, abs=5e-5)


def test_the_same_column_twice_is_refused():
    with pytest.raises(DataError, match="two columns, 'label' was given for both"):
        read_any_size(CASES / "float_pred.csv", "label", "label", None, [], None)


def test_groups_have_the_same_names_from_csv_and_parquet():
    groups = ("score3", "senior", "age")
    one, other = (audited(f"groups.{kind}", "score_", groups)[0].groups for kind in ("csv", "parquet"))
    for column in groups:
        assert one[column].tolist() == other[column].tolist()
        assert None in one[column].tolist() or column == "senior"
    assert set(one["score3"].tolist()) == {"1", "2", "3", None}
    assert set(one["senior"].tolist()) == {"True", "False"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("excel_br.csv", "excel_br.csv: read with cells separated by ';'; decimal comma"),
        ("decimalcomma.csv", "decimalcomma.csv: read with decimal comma"),
        ("cp1252.csv", "cp1252.csv: read with encoding cp1252"),
        ("excel_trailing.csv", "excel_trailing.csv: read with 3 columns without a name left out"),
        ("quotes.tsv", "quotes.tsv: read with quotes taken as they stand, one row a line"),
        ("float_pred.csv", ""),
    ],
)
def test_what_was_found_out_is_said(name, said):
    assert how_read(str(CASES / name)) == said


def test_a_run_reads_every_line_of_a_file_with_stray_quotes():
    from boletim.tuning.corpus.prepare import prepare_corpus
    from boletim.tuning.corpus.rows import read_rows

    data = DataConfig(source=str(CASES / "train_quotes.tsv"), text="text", label="label")
    assert read_rows(data, seed=1).n_read == 300
    corpus = prepare_corpus(data, seed=1)
    assert corpus.report.n_rows_read == 300
    assert corpus.labels == ("neg", "pos")
    assert sum(corpus.report.removed.values()) + corpus.report.n_rows_kept == 300


def test_a_run_refuses_a_table_with_a_column_twice():
    with pytest.raises(DataError, match="'text' stands twice; rename one"):
        read_table(str(CASES / "train_dup.parquet"))


def boletim(monkeypatch, *arguments: str) -> int:
    """Exit code of the command."""
    from boletim.app.cli import main

    monkeypatch.setattr(sys, "argv", ["boletim", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize("name", ["swapped.csv", "int_vs_name.csv"])
def test_a_refused_file_leaves_no_run_folder(name, tmp_path, monkeypatch, capsys):
    run = tmp_path / "run"
    more = ["--scores", "score_"] if name == "swapped.csv" else []
    assert boletim(monkeypatch, "audit", "--predictions", str(CASES / name), *more, "--run-dir", str(run)) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not run.exists()


def test_worse_and_better_are_named_with_their_measure(tmp_path, monkeypatch):
    run = tmp_path / "run"
    code = boletim(
        monkeypatch, "audit", "--predictions", str(CASES / "worse_than_majority.csv"), "--run-dir", str(run), "--quiet",
        "--set", "card.languages=[en, pt-BR]", "--set", "audit.bootstrap=100",
    )  # fmt: skip
    assert code == 0
    finding = next(f for f in json.loads((run / "audit.json").read_text())["findings"] if f["kind"] == "baseline")
    assert finding["key"] == "baseline_mixed_test"
    assert "worse in accuracy, better in macro F1" in (run / "README.md").read_text()
    assert (run / "card.html").read_text().count("worse in accuracy, better in macro F1") >= 2
    assert "pior em acurácia e melhor em F1 macro" in (run / "card.pt-BR.html").read_text()
