"""A JSON list is read value by value: what is wrong is named with its row, and a bomb is refused at its first."""

import gzip
import json
import random
import time
import tracemalloc
from pathlib import Path

import pytest

from boletim.contracts.errors import DataError
from boletim.tables import json_lines
from boletim.tables.read import read_table, table_batches


def rows(n: int) -> list[dict[str, object]]:
    draw = random.Random(1)
    return [{"text": "\u00e9\u2028" * draw.randrange(9), "n": draw.choice([1, -2.5, None, True])} for _ in range(n)]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_rows_are_those_of_the_json_library_wherever_the_text_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indent: int | None, chunk: int
) -> None:
    monkeypatch.setattr(json_lines, "_CHUNK", chunk)
    path = tmp_path / "x.json"
    path.write_text("\n " + json.dumps(rows(40), indent=indent, ensure_ascii=False) + "\n", "utf-8")
    found = read_table(str(path)).to_dict("records")
    assert found == json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"a": 1}', "row 1: not JSON .nothing follows"),
        ('[{"a": 1} {"a": 2}]', "row 1: not JSON .{ follows"),
        ('[{"a": 1},]', "row 2: not JSON"),
        ('[{"a": 1}] x', "row 1: not JSON .something follows the end"),
        ('[{"a": 1}, {"a" 2}]', "row 2: not JSON"),
        ('[{"a": 1}, {"a": ' + "9" * 5_000 + "}]", "row 2: not JSON"),
        ('[{"a": 1}, {"a": ' + "[" * 5_000, "row 2: brackets are nested too deep"),
        ("[]", "there must be rows"),
    ],
)
def test_what_is_wrong_is_named_with_its_row(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(DataError, match=message):
        read_table(str(path))


def test_a_value_that_does_not_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "LONGEST_LINE", 10_000)
    path = tmp_path / "x.json"
    path.write_text('[{"a": "' + "x" * 3_000_000)
    with pytest.raises(DataError, match="row 1: a row has at most 10,000 characters"):
        read_table(str(path))


def test_a_small_packed_list_of_many_lists_is_refused_at_the_first(tmp_path: Path) -> None:
    path = tmp_path / "x.json.gz"
    path.write_bytes(gzip.compress(b"[" + b"[],\n" * 2**23 + b"[]]"))
    began = time.process_time()
    tracemalloc.start()
    with pytest.raises(DataError, match="row 1: one JSON object per line, got a list"):
        next(table_batches(str(path), ["label"], 50_000))
    assert tracemalloc.get_traced_memory()[1] < 2**26
    tracemalloc.stop()
    assert time.process_time() - began < 10
