"""A damaged data set of a probe is refused in one line that names the file and the place."""

from pathlib import Path

import pytest

from boletim.contracts.errors import DataError
from boletim.probes.data_file import need_columns, need_number, read_data


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", b"[" * 100_000, "cannot be read as .json"),
        ("a.jsonl", b"{" * 100_000, "cannot be read as .jsonl"),
        ("a.csv", "a,b\né,1".encode("latin-1"), "cannot be read as .csv"),
        ("a.csv", "a,b\n1,2".encode("utf-16"), "cannot be read as .csv"),
        ("a.csv", b"a,b\n" + b"x" * 200_000 + b",1", "cannot be read as .csv"),
        ("a.csv", b"c,b\n1,2", "there is no column 'a'"),
        ("a.csv", b"c,b\n1,2,3", "the columns are c, b"),
        ("a.csv", b"b,a\n1,2\n3\n", "row 2 has no text in the column 'a'"),
        ("a.json", b'[{"a": "x"}, {"a": [["y"]]}]', "row 2 has no text in the column 'a'"),
        ("a.json", b'[{"a": "x"}, 3]', "row 2 has no text in the column 'a'"),
        ("a.json", b'{"a": {}}', "there is no column 'a'"),
    ],
)
def test_a_damaged_file(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as refused:
        need_columns(read_data(str(tmp_path / name)), ["a"])
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 600


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(2**28 + 1)
    with pytest.raises(DataError, match="at most 256 MiB"):
        read_data(str(tmp_path / "a.csv"))


@pytest.mark.parametrize("cell", ["x", "", "nan", "1e999"])
def test_a_cell_that_is_no_number(tmp_path: Path, cell: str) -> None:
    (tmp_path / "a.csv").write_text(f'a,b\n"{cell}",1\n')
    data = read_data(str(tmp_path / "a.csv"))
    with pytest.raises(DataError, match=r"a\.csv: a is a number in each row"):
        need_number(data, need_columns(data, ["a"])[0], "a")
