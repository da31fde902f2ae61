import json

import numpy as np
import pandas as pd
import pytest

from boletim.audit.reading.one_label import read_predictions
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import GroupColumn
from boletim.contracts.errors import DataError


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    n = 60
    scores = rng.dirichlet(np.ones(3), n)
    names = np.array(["no", "NA", "yes"])
    return pd.DataFrame(
        {
            "truth": names[rng.integers(0, 2, n)],
            "said": names[scores.argmax(axis=1)],
            **{f"p_{name}": scores[:, i] for i, name in enumerate(names)},
            "sex": np.where(rng.random(n) < 0.1, None, "f"),
            "age": rng.integers(0, 80, n),
            "note": [f"text {i}, quoted" for i in range(n)],
        }
    )


def write(frame, path):
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    elif path.suffix == ".tsv":
        frame.to_csv(path, index=False, sep="\t")
    elif path.suffix == ".jsonl":
        frame.to_json(path, orient="records", lines=True)
    else:
        frame.to_parquet(path)
    return path


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet"])
def test_every_format_gives_the_same(frame, tmp_path, suffix):
    groups = [GroupColumn(column="sex"), GroupColumn(column="age", bands=(18, 30, 60))]
    got = read_predictions(write(frame, tmp_path / f"p.{suffix}"), "truth", "said", "p_", groups)
    assert got.labels == ("NA", "no", "yes")
    assert [got.labels[i] for i in got.gold] == list(frame["truth"])
    assert [got.labels[i] for i in got.predicted] == list(frame["said"])
    np.testing.assert_allclose(got.scores, frame[["p_NA", "p_no", "p_yes"]].to_numpy(), atol=1e-9)
    assert list(got.groups["sex"]) == [None if pd.isna(v) else v for v in frame["sex"]]
    bands = ["<18" if a < 18 else "18-29" if a < 30 else "30-59" if a < 60 else "60+" for a in frame["age"]]
    assert list(got.groups["age"]) == bands
    assert list(got.ids[:2]) == ["1", "2"]


def test_reads_what_a_run_wrote(frame, tmp_path):
    first = read_predictions(write(frame, tmp_path / "p.csv"), "truth", "said", "p_", ["sex"])
    first.save(tmp_path / "run.parquet")
    again = read_predictions(tmp_path / "run.parquet", "label", "predicted", "score_", ["sex"])
    assert isinstance(again, Predictions)
    for name in ("gold", "predicted", "scores", "ids"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    np.testing.assert_array_equal(first.groups["sex"], again.groups["sex"])


def test_numbers_as_labels_and_no_scores(tmp_path):
    table = pd.DataFrame({"y": [0.0, 1.0, 1.0, 0.0], "z": [0, 1, 0, 0]})
    for suffix in ("parquet", "jsonl"):
        got = read_predictions(write(table, tmp_path / f"p.{suffix}"), "y", "z", None, [])
        assert (got.labels, got.scores) == (("0", "1"), None)


def test_more_score_columns_than_classes_may_be_are_refused_by_the_header(tmp_path):
    names = ",".join(f"c{i}" for i in range(1_001))
    (tmp_path / "p.csv").write_text(f"label,predicted,{names}\na,b{',1' * 1_001}\n")
    with pytest.raises(DataError, match="at most 1,000 classes, 1,001 columns begin with 'c'; give a prefix"):
        read_predictions(tmp_path / "p.csv", "label", "predicted", "c", [])


def change(frame, column, row, value):
    changed = frame.astype({column: object})
    changed.loc[row, column] = value
    return changed


@pytest.mark.parametrize(
    ("column", "row", "value", "message"),
    [
        ("p_yes", 4, 1.5, r"row 5: scores lie between 0 and 1, p_yes is 1\.5"),
        ("p_yes", 4, None, r"row 5: scores lie between 0 and 1, p_yes is nan"),
        ("p_yes", 4, "high", r"row 5: a score is a number, p_yes is 'high'"),
        ("truth", 6, None, r"1 lacks the label and 0 the prediction \(the first is row 7\)"),
        ("said", 6, "", r"0 lack the label and 1 the prediction"),
        ("age", 2, "old", r"row 3: a banded column holds numbers, age has 'old'"),
        ("said", 1, "maybe", r"no 'p_maybe'"),
    ],
)
def test_bad_cells(frame, tmp_path, column, row, value, message):
    path = write(change(frame, column, row, value), tmp_path / "p.csv")
    with pytest.raises(DataError, match=message):
        read_predictions(path, "truth", "said", "p_", [GroupColumn(column="age", bands=(30,))])


def test_bad_tables(frame, tmp_path):
    path = write(frame, tmp_path / "p.csv")
    with pytest.raises(DataError, match=r"no column 'trut', the columns are truth, said, .*did you mean 'truth'"):
        read_predictions(path, "trut", "said", None, [])
    with pytest.raises(DataError, match="no column 'gender'"):
        read_predictions(path, "truth", "said", None, ["gender"])
    with pytest.raises(DataError, match="no column begins with 'score_'"):
        read_predictions(path, "truth", "said", "score_", [])
    sums = frame.assign(p_yes=frame["p_yes"] * 0.5)
    with pytest.raises(DataError, match=r"row 1: the scores of a row sum to 1"):
        read_predictions(write(sums, tmp_path / "sums.csv"), "truth", "said", "p_", [])
    with pytest.raises(DataError, match="two classes or more, every 'truth' is 'no'"):
        read_predictions(write(frame.assign(truth="no"), tmp_path / "one.csv"), "truth", "said", None, [])
    texts = pd.concat([frame] * 2).assign(note=[f"t{i}" for i in range(120)])
    with pytest.raises(DataError, match="'note' has 120 in 120 rows; choose another"):
        read_predictions(write(texts, tmp_path / "text.csv"), "truth", "said", None, ["note"])
    with pytest.raises(DataError, match="labels are a few classes"):
        read_predictions(path, "note", "said", None, [])
    with pytest.raises(DataError, match="may not be called 'label'"):
        read_predictions(path, "truth", "said", None, ["label"])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p.csv", b"", "the file is empty"),
        ("p.csv", b"truth,said\n", "there are none"),
        ("p.csv", b"truth,said\na,b\nb,a,c\n", r"line 3: every row has 2 cells"),
        ("p.csv", b"truth,said\na,b,c\nb,a,c\n", r"line 2: every row has 2 cells like the header, this has 3"),
        ("p.csv", b'truth,said\n"a,b,c\nb,a\n', r"line 2: not a table"),
        ("p.csv", b"truth,said\na,b\n\x81,a\n", r"line 3: text is UTF-8"),
        ("p.jsonl", b'{"truth": "a", "said": "b"}\n{"truth"\n', r"line 2: not JSON"),
        ("p.jsonl", b"[1]\n", r"line 1: one JSON object per line"),
        ("p.parquet", b"no parquet", "not a parquet file"),
        ("p.xlsx", b"x", r"ends in one of \.csv"),
    ],
)
def test_broken_files(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read_predictions(path, "truth", "said", None, [])
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_missing_file(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_predictions(tmp_path / "none.csv", "a", "b", None, [])


def test_quoted_newlines_and_byte_order_mark(tmp_path):
    path = tmp_path / "p.csv"
    path.write_bytes(b'\xef\xbb\xbf"truth",said,note\n"a",b,"two\nlines"\nb,a,x\na,a,y\nb,b,z\n')
    got = read_predictions(path, "truth", "said", None, ["note"])
    assert got.labels == ("a", "b")
    assert got.groups["note"][0] == "two lines"
    assert json.dumps(got.gold.tolist()) == "[0, 1, 0, 1]"
