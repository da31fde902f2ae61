"""A parquet file whose cells, spread out, would fill the memory is refused by what its dictionaries hold."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from boletim.contracts.errors import DataError
from boletim.tables import parquet_bounds
from boletim.tables.read import read_table, table_batches


def written(path: Path, column: pa.Array, **options: object) -> str:
    pq.write_table(pa.table({"label": column, "n": np.zeros(len(column), np.int8)}), path, **options)
    return str(path)


def test_one_text_in_a_million_rows_is_refused(tmp_path: Path) -> None:
    spread = pa.DictionaryArray.from_arrays(pa.array(np.zeros(10**6, np.int32)), pa.array(["x" * 2**20]))
    path = written(tmp_path / "x.parquet", spread)
    assert Path(path).stat().st_size < 10**6
    with pytest.raises(DataError, match="column 'label' has a cell of 1,048,576 bytes, 52,428,800,000 in 50,000 rows"):
        read_table(path)
    # what is not asked for is not looked at
    assert sum(len(frame) for frame in table_batches(path, ["n"], 50_000)) == 10**6


@pytest.mark.parametrize("use_dictionary", [True, False])
def test_one_cell_beyond_the_bound_is_refused(
    tmp_path: Path, use_dictionary: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_bounds, "LONGEST_LINE", 10_000)
    column = pa.array(["a", None, "x" * 10_001, "b"])
    with pytest.raises(DataError, match="a cell of 10,001 bytes"):
        read_table(written(tmp_path / "x.parquet", column, use_dictionary=use_dictionary))
    column = pa.array(["a", None, "x" * 10_000, "b"] * 10)
    assert len(read_table(written(tmp_path / "y.parquet", column, use_dictionary=use_dictionary))) == 40


def test_what_looks_doubtful_and_is_not_is_read_as_it_stands(tmp_path: Path) -> None:
    texts = [None if i % 7 == 0 else f"a text of some length, number {i % 5_000}" for i in range(60_000)]
    path = written(tmp_path / "x.parquet", pa.array(texts))
    found = read_table(path)["label"]
    assert [one if isinstance(one, str) else None for one in found] == texts


def test_a_page_that_unpacks_to_much_is_refused_by_its_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_bounds, "_LARGEST_PAGE", 1_000_000)
    monkeypatch.setattr(parquet_bounds, "_check_column", None)
    path = written(tmp_path / "x.parquet", pa.array(["a", "x" * 1_000_000]), compression="zstd")
    # what the footer says of the size is not believed
    chunk = pq.read_metadata(path).row_group(0).column(0)
    content = Path(path).read_bytes()
    said = _varint(chunk.total_uncompressed_size)
    less = b"\x82" + b"\x80" * (len(said) - 2) + b"\x00"
    assert content.count(said) == 1
    Path(path).write_bytes(content.replace(said, less))
    assert pq.read_metadata(path).row_group(0).column(0).total_uncompressed_size == 1
    with pytest.raises(DataError, match=r"column 'label' has a page of 1,000,0\d\d bytes, .* at most 1,000,000"):
        read_table(path)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view(), pa.list_(pa.large_string())])
def test_no_kind_of_text_is_spread_out_unseen(
    tmp_path: Path, kind: pa.DataType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_bounds, "_MOST_BYTES", 1 << 24)
    text = "x" * 2**14
    path = written(tmp_path / "x.parquet", pa.array([[text] if pa.types.is_list(kind) else text] * 1_100, kind))
    assert Path(path).stat().st_size < 10**5
    with pytest.raises(DataError, match=r"column 'label[a-z.]*' has a cell of 16,384 bytes, 18,022,400 in 1,100 rows"):
        read_table(path)


def test_texts_that_say_only_what_differs_are_seen_in_small_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"use_dictionary": False, "column_encoding": {"label": "DELTA_BYTE_ARRAY"}}
    column = pa.array([None, *("x" * 2**14 for _ in range(1_000))])
    path = written(tmp_path / "x.parquet", column, **options)
    assert Path(path).stat().st_size < 10**5
    assert len(read_table(path)) == 1_001
    monkeypatch.setattr(parquet_bounds, "_MOST_BYTES", 1 << 23)
    with pytest.raises(DataError, match="column 'label' has a cell of 16,384 bytes"):
        read_table(path)


def test_a_damaged_header_of_a_page_is_said_in_one_line(tmp_path: Path) -> None:
    path = Path(written(tmp_path / "x.parquet", pa.array(["a", "b"])))
    content = bytearray(path.read_bytes())
    content[4:8] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"not a parquet file \(a page's header is damaged"):
        read_table(str(path))


def _varint(value: int) -> bytes:
    """A 64-bit number as Thrift's compact protocol writes it."""
    value, parts = value << 1, bytearray()
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])
