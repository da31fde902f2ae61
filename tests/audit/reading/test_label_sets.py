import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from boletim.audit.reading.label_sets import holds_label_sets, read_label_sets
from boletim.contracts.answers.label_sets import LabelSets, read_labels, write_labels
from boletim.contracts.errors import DataError
from boletim.contracts.examples import load_answers

GOLD = [["b", "a"], [], ["c"]]
SAID = [["a"], ["b"], ["c", "c"]]


def write(tmp_path: Path, kind: str) -> Path:
    frame = pd.DataFrame({"y": GOLD, "said": SAID, "sex": ["f", "m", "f"], "p_a": 0.6, "p_b": 0.2, "p_c": 0.9})
    path = tmp_path / f"x.{'csv' if kind in ('bar', 'written') else kind}"
    if kind == "jsonl":
        path.write_text("\n".join(json.dumps(row) for row in frame.to_dict("records")))
    elif kind == "parquet":
        frame.to_parquet(path)
    else:
        form = str if kind == "written" else "|".join
        frame.assign(y=frame["y"].map(form), said=frame["said"].map(form)).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "bar", "written"])
def test_every_form_gives_the_same_sets(tmp_path, kind):
    path = write(tmp_path, kind)
    assert holds_label_sets(path, "y", "said") == (kind in ("jsonl", "parquet"))  # the look of a text tells nothing
    found = read_label_sets(path, "y", "said", "p_", ["sex"])
    assert found.labels == ("a", "b", "c")
    assert found.gold.tolist() == [[True, True, False], [False, False, False], [False, False, True]]
    assert found.predicted.tolist() == [[True, False, False], [False, True, False], [False, False, True]]
    assert found.scores.tolist() == [[0.6, 0.2, 0.9]] * 3
    assert found.groups["sex"].tolist() == ["f", "m", "f"]


def test_one_label_per_row_is_no_set(tmp_path):
    (tmp_path / "x.csv").write_text("y,said\na,b\nb,a\n")
    assert not holds_label_sets(tmp_path / "x.csv", "y", "said")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"y": ["a"], "said": ["a"]}, {"y": None, "said": []}], "row 2: every row needs its list of labels"),
        ([{"y": [], "said": ["a"]}, {"y": [], "said": []}], "every row of 'y' is empty"),
        ([{"y": [["a"]], "said": []}] * 2, "row 1: a label is a text or a number"),
        ([{"y": ["a"], "said": [], "p_a": 1.5}] * 3, "row 1: scores lie between 0 and 1, p_a is 1.5"),
        ([{"y": ["a", "b"], "said": [], "p_a": 0.5}] * 4, "every class needs its score column, there is no 'p_b'"),
    ],
)
def test_bad_input_is_one_clear_line(tmp_path, rows, message):
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    with pytest.raises(DataError, match=message) as raised:
        read_label_sets(path, "y", "said", "p_" if "p_a" in rows[0] else None, [])
    assert "\n" not in str(raised.value)


def test_saved_sets_are_read_back(tmp_path):
    rng = np.random.default_rng(0)
    found = LabelSets(
        ids=np.array(["1", "2", "3"], dtype=object),
        gold=rng.random((3, 2)) < 0.5,
        predicted=np.zeros((3, 2), dtype=bool),
        labels=("a|b", 'c"'),
        scores=rng.random((3, 2)),
        groups={"sex": np.array(["f", None, "m"], dtype=object)},
        clusters=np.array(["x", "x", "y"], dtype=object),
    )
    found.save(tmp_path / "p.parquet")
    again = load_answers(tmp_path / "p.parquet", found.labels, ("sex",))
    for name in ("ids", "gold", "predicted", "scores", "clusters"):
        np.testing.assert_array_equal(getattr(again, name), getattr(found, name))
    assert again.groups["sex"].tolist() == ["f", None, "m"]


def test_equal_sets_are_equal_texts():
    assert write_labels(["b", "a", "b"]) == write_labels(["a", "b"]) != write_labels(["a,b"])
    assert read_labels(write_labels(['x"y', "ção"])) == ('x"y', "ção")
