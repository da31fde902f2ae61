"""Packed files and lines of any length are read no further than a bound."""

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest

from boletim.contracts.errors import DataError
from boletim.tables import encoding, opened
from boletim.tables.opened import open_bytes
from boletim.tables.read import column_names, read_table, table_batches

TABLE = "text,label\n" + "".join(f"some words {i},a\n" for i in range(2_000))


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "_MOST_UNPACKED", 1 << 20)
    monkeypatch.setattr(opened, "LONGEST_LINE", 1 << 16)


def test_what_unpacks_to_far_more_than_its_size_is_refused(tmp_path: Path, small_bounds: None) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"text,label\n") + gzip.compress(b"a,b\n" * 2**18) * 20)
    with pytest.raises(DataError, match="100 times its size, this holds more"):
        read_table(str(path))


@pytest.mark.parametrize("n", [1, 7, 10**9])
def test_a_packed_table_is_read_as_it_is(tmp_path: Path, n: int, small_bounds: None) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(TABLE.encode()))
    with open_bytes(path) as stream:
        assert b"".join(iter(lambda: stream.read(n), b"")) == TABLE.encode()
    assert len(read_table(str(path))) == 2_000


def test_bytes_without_line_ends_are_not_gathered_to_find_an_encoding(tmp_path: Path, small_bounds: None) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"text,label\n" + b"\xe9" * 2**17)
    with pytest.raises(DataError, match="line 2: a line has at most"):
        encoding.find_encoding(path)
    with pytest.raises(DataError, match="line 2: a line has at most"):
        encoding.not_decodable(path, "cp1252")


def test_a_device_is_no_table(tmp_path: Path) -> None:
    for path in ("/dev/zero", "/dev/null"):
        with pytest.raises(DataError, match="a device or a pipe; save it first"):
            column_names(path)


def test_a_json_file_that_is_one_object_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boletim.tables.json_lines.LONGEST_LINE", 1 << 20)
    path = tmp_path / "x.json"
    path.write_text('{"data": [{"text": "a"}]}')
    assert column_names(str(path)) == ["text"]
    path.write_text('{"data": [{"text": "' + "a" * (1 << 23) + '"}]}')
    with pytest.raises(DataError, match="row 1: a row has at most 1,048,576 characters"):
        read_table(str(path))
    path.write_text('{"rows": [' + ", ".join(['{"text": "aaaaaaaaaa"}'] * (1 << 16)) + "]}")
    with pytest.raises(DataError, match='more than 1 MiB is read row by row from its list "data", and has none'):
        read_table(str(path))


@pytest.mark.parametrize("indent", [None, 1])
def test_questions_of_any_number_are_read_article_by_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indent: int | None
) -> None:
    monkeypatch.setattr("boletim.tables.json_lines.LONGEST_LINE", 1 << 20)
    articles = [
        {
            "title": f"t{n}",
            "paragraphs": [{"context": "c" * 10_000, "qas": [{"id": f"{n}-{k}", "answers": []} for k in range(3)]}],
        }
        for n in range(1_500)
    ]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"version": "v2.0", "data": articles, "more": {"a": [1]}}, indent=indent))
    tracemalloc.start()
    batch = next(table_batches(str(path), ["id", "context", "title"], 300))
    assert tracemalloc.get_traced_memory()[1] < 2**24, "the file is larger than that"
    tracemalloc.stop()
    assert list(batch["title"][:4]) == ["t0", "t0", "t0", "t1"]
    assert len(read_table(str(path))) == 4_500
    path.write_text(path.read_text() + "x")
    with pytest.raises(DataError, match=r"not JSON .a comma or the end of the object is due"):
        read_table(str(path))


def test_a_packed_parquet_file_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boletim.tables.parquet._MOST_PACKED", 1_000)
    path = tmp_path / "x.parquet.gz"
    path.write_bytes(gzip.compress(b"PAR1" + bytes(10**6)))
    with pytest.raises(DataError, match="a packed parquet file is read whole and has at most"):
        column_names(str(path))
