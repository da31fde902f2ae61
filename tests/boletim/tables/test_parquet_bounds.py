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
