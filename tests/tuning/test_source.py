import json

import pandas as pd
import pytest

from boletim.contracts.errors import DataError
from tuning.source import read_table


def test_quotes_line_breaks_and_a_byte_order_mark_are_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes('\ufefftext,label\n"two\nlines, ""quoted""",x\nplain,\n'.encode())
    frame = read_table(str(path), ["text", "label"])
    assert frame.to_dict("records") == [
        {"text": 'two\nlines, "quoted"', "label": "x"},
        {"text": "plain", "label": None},
    ]


def test_the_four_formats_agree(tmp_path):
    rows = [{"text": "a b", "label": "x"}, {"text": "ção", "label": "y"}]
    pd.DataFrame(rows).to_csv(tmp_path / "a.csv", index=False)
    pd.DataFrame(rows).to_csv(tmp_path / "a.tsv", index=False, sep="\t")
    pd.DataFrame(rows).to_parquet(tmp_path / "a.parquet", index=False)
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", "utf-8")
    for name in ("a.csv", "a.tsv", "a.parquet", "a.jsonl"):
        assert read_table(str(tmp_path / name)).to_dict("records") == rows, name


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"text,label\n", "there are none; give a file with data"),
        ("a.csv", b"text,label\na,b\nc,d,e\n", r"line 3: every row has 2 cells like the header, this has 3"),
        ("a.csv", b'text,label\na,b\n"open,d\n', r"line 3: not a table"),
        ("a.csv", b"text,text\na,b\n", "a name of its own"),
        ("a.csv", "text,label\na,b\nção,d\n".encode("latin-1"), r"line 3: text is UTF-8, byte 0xe7 is not"),
        ("a.csv", b"txt,label\na,b\n", r"no column 'text', the columns are txt, label; did you mean 'txt'"),
        ("a.jsonl", b'{"text": "a", "label": "b"}\n{"text": \n', r"line 2: not JSON"),
        ("a.jsonl", b"[1]\n", r"line 1: one JSON object per line, got a list"),
        ("a.parquet", b"PAR1 no", "not a parquet file"),
        ("a.xlsx", b"x", "a table ends in one of .csv, .tsv, .jsonl, .parquet, got '.xlsx'"),
    ],
)
def test_bad_files_are_named_with_their_place(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read_table(str(tmp_path / name), ["text"])
    assert "\n" not in str(caught.value)


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        read_table(str(tmp_path / "absent.csv"))
    with pytest.raises(DataError, match="this is a folder"):
        read_table(str(tmp_path))
