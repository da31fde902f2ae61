import csv
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boletim.contracts.errors import DataError
from boletim.tables.read import column_names, read_table, table_batches

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=8)


def test_quotes_line_breaks_and_a_byte_order_mark_are_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes('\ufefftext,label\r\n"two\nlines, ""quoted""",x\r\n\r\nplain \u2028 text,\r\n'.encode())
    assert read_table(str(path), ["text", "label"]).to_dict("records") == [
        {"text": 'two\nlines, "quoted"', "label": "x"},
        {"text": "plain \u2028 text", "label": None},
    ]


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5))
def test_any_text_comes_back_as_it_was_written(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("any") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([("text", "label"), *rows])
    rows = [row for row in rows if any(row)]  # a row without any cell is what Excel leaves behind
    if not rows:
        return
    frame = read_table(str(path))
    assert [tuple(cell or "" for cell in row) for row in frame.itertuples(index=False, name=None)] == rows


def test_the_four_formats_agree(tmp_path):
    rows = [{"text": "a b", "label": "x"}, {"text": "ção", "label": "NA"}, {"text": "c", "label": None}]
    pd.DataFrame(rows).to_csv(tmp_path / "a.csv", index=False)
    pd.DataFrame(rows).to_csv(tmp_path / "a.tsv", index=False, sep="\t")
    pd.DataFrame(rows).to_parquet(tmp_path / "a.parquet", index=False)
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", "utf-8")
    for name in ("a.csv", "a.tsv", "a.parquet", "a.jsonl"):
        frame = read_table(str(tmp_path / name))
        assert frame.astype(object).where(frame.notna(), None).to_dict("records") == rows, name


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet"])
@pytest.mark.parametrize("n_rows", [1, 3, 7, 100])
def test_batches_are_the_table_in_pieces(tmp_path, suffix, n_rows):
    frame = pd.DataFrame({"text": [f"t{i}\n," for i in range(7)], "n": range(7), "rest": ["x"] * 7})
    path = tmp_path / f"a.{suffix}"
    if suffix == "jsonl":
        frame.to_json(path, orient="records", lines=True)
    elif suffix == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False, sep="\t" if suffix == "tsv" else ",")
    batches = list(table_batches(str(path), ["n", "text"], n_rows))
    assert [len(batch) for batch in batches] == [len(frame[i : i + n_rows]) for i in range(0, 7, n_rows)]
    whole = read_table(str(path))[["n", "text"]]
    pd.testing.assert_frame_equal(pd.concat(batches, ignore_index=True), whole)
    assert column_names(str(path)) == ["text", "n", "rest"]


def test_batches_name_what_is_wrong_behind_the_first(tmp_path):
    (tmp_path / "a.csv").write_text("text,label\na,b\nc,d\ne\n")
    batches = table_batches(str(tmp_path / "a.csv"), ["label"], 2)
    assert next(batches)["label"].tolist() == ["b", "d"]
    with pytest.raises(DataError, match=r"line 4: every row has 2 cells like the header, this has 1"):
        next(batches)
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n{"text": "b", "label": 1}\n')
    assert [b["label"].isna().sum() for b in table_batches(str(tmp_path / "a.jsonl"), ["label"], 1)] == [1, 0]
    with pytest.raises(DataError, match=r"no column 'labl', the columns are text, label; did you mean 'label'\?"):
        list(table_batches(str(tmp_path / "a.jsonl"), ["labl"], 1))


def test_a_very_long_cell_and_half_a_character(tmp_path):
    (tmp_path / "a.csv").write_text(f"text,label\n{'x' * 200_000},y\n")
    assert len(read_table(str(tmp_path / "a.csv"))["text"][0]) == 200_000
    (tmp_path / "a.jsonl").write_text('{"text": "cut \\ud83d", "n": 1}\n{"text": "whole \\ud83d\\ude00"}\n')
    assert read_table(str(tmp_path / "a.jsonl"))["text"].tolist() == ["cut \ufffd", "whole 😀"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "the file is empty; give a file"),
        ("a.csv", b"text,label\n", "there are none; give a file with data"),
        ("a.jsonl", b"\n\n", "there are none; give a file with data"),
        ("a.csv", b"text,label\na,b\nc,d,e\n", r"line 3: every row has 2 cells like the header, this has 3; quote"),
        ("a.csv", b'text,label\n"a\nb",c\nd\n', r"line 4: every row has 2 cells like the header, this has 1"),
        ("a.csv", b'text,label\na,b\n"open,d,e\n\ne,f\n', r"line 3: not a table .*mend the quotes"),
        ("a.csv", b"text,text\na,b\n", "line 1: a column's name stands once, 'text' stands twice; rename one"),
        (
            "a.csv",
            "text,label\nação,b\n".encode() + "ção,d\n".encode("latin-1"),
            r"line 3: text is UTF-8, byte 0xe7 at offset 20 is not; save",
        ),
        ("a.csv", b"txt,label\na,b\n", r"no column 'text', the columns are txt, label; did you mean 'txt'\?"),
        ("a.jsonl", b'{"text": "a", "label": "b"}\n{"text": \n', r"line 2: not JSON .*one object per line"),
        ("a.jsonl", b"[1]\n", r"line 1: one JSON object per line, got a list; write lines such as"),
        ("a.jsonl", b'{"text": "a"}\n{"text": "\x81"}\n', r"line 2: text is UTF-8, byte 0x81 at offset 24 is not"),
        ("a.parquet", b"PAR1 no", "not a parquet file .*write it again"),
        ("a.xlsx", b"x", "a table ends in one of .csv, .tsv, .json, .jsonl, .parquet.*, got '.xlsx'; convert it"),
    ],
)
def test_bad_files_are_named_with_their_place(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read_table(str(tmp_path / name), ["text"])
    assert str(caught.value).startswith(str(tmp_path / name))
    assert "\n" not in str(caught.value)


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(DataError, match="no such file; check the spelling"):
        read_table(str(tmp_path / "absent.csv"))
    with pytest.raises(DataError, match=r"this is a folder without parquet files .*; give one of"):
        read_table(str(tmp_path))


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.csv").write_text("text\na\n")
    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(DataError, match=r"may not be read \(no permission\); change its permissions"):
        read_table(str(tmp_path / "a.csv"))
