"""Tables as programs export them: what is found out agrees with pandas, and no row is lost without a word."""

import gzip
import json

import pandas as pd
import pytest
from pydantic import ValidationError

from boletim.contracts.configuration.reading import ReadConfig
from boletim.contracts.errors import DataError
from boletim.tables.read import about_rows, column_names, how_read, read_table, table_batches

ROWS = [
    {"texto": "ação; boa, sim", "nota": "1,5", "rótulo": "pos"},
    {"texto": 'disse "não"', "nota": "-20,25", "rótulo": "neg"},
    {"texto": "linha\nquebrada", "nota": "3", "rótulo": "pos"},
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_delimiter_and_decimal_sign_are_found_out(tmp_path, encoding, delimiter):
    path = tmp_path / "a.csv"
    pd.DataFrame(ROWS).to_csv(path, index=False, sep=delimiter, encoding=encoding)
    frame = read_table(str(path), ["texto", "nota", "rótulo"])
    assert frame["texto"].tolist() == [row["texto"] for row in ROWS]
    assert frame["nota"].astype(float).tolist() == [1.5, -20.25, 3.0]
    said = how_read(str(path))
    assert "decimal comma" in said
    assert ("encoding" in said) == (not encoding.startswith("utf-8"))
    assert "3 rows on 4 lines" in said


def test_what_is_given_is_not_found_out(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a;b\n1,5;x\n", encoding="cp1252")
    assert column_names(str(path), ReadConfig(delimiter=",")) == ["a;b"]
    frame = read_table(str(path), read=ReadConfig(delimiter=";", decimal=".", encoding="cp1252"))
    assert frame.to_dict("records") == [{"a": "1,5", "b": "x"}]
    assert how_read(str(path), ReadConfig(delimiter=";", decimal=",")) == ""
    for wrong in ({"delimiter": ";;"}, {"encoding": "klingon"}, {"encoding": "base64"}, {"decimal": "'"}):
        with pytest.raises(ValidationError):
            ReadConfig(**wrong)


def test_thousands_are_no_decimals(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('n,l\n"1,234",a\n"12,000",b\n')
    assert read_table(str(path))["n"].tolist() == ["1,234", "12,000"]


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "json", "parquet"])
def test_packed_files_are_the_files(tmp_path, suffix):
    frame = pd.DataFrame({"text": ["a b", "c"], "label": ["x", "y"]})
    plain = tmp_path / f"a.{suffix}"
    {
        "csv": lambda: frame.to_csv(plain, index=False), "tsv": lambda: frame.to_csv(plain, index=False, sep="\t"),
        "jsonl": lambda: frame.to_json(plain, orient="records", lines=True),
        "json": lambda: frame.to_json(plain, orient="records"), "parquet": lambda: frame.to_parquet(plain),
    }[suffix]()  # fmt: skip
    packed = tmp_path / f"b.{suffix}.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    for path in (plain, packed):
        pd.testing.assert_frame_equal(read_table(str(path)), frame.astype(object))
        assert column_names(str(path)) == ["text", "label"]
        assert about_rows(str(path)) >= 1
        assert sum(len(batch) for batch in table_batches(str(path), ["label"], 1)) == 2
    damaged = tmp_path / f"c.{suffix}.gz"
    damaged.write_bytes(packed.read_bytes()[:-9])
    with pytest.raises(DataError, match="not a whole gzip file"):
        read_table(str(damaged))


@pytest.mark.parametrize("content", ['[{"a": 1}, {"a": 2}]', '{"data": [{"a": 1}, {"a": 2}]}', '{"a": 1}\n{"a": 2}\n'])
def test_json_is_a_list_of_records(tmp_path, content):
    (tmp_path / "a.json").write_text(content)
    assert read_table(str(tmp_path / "a.json"))["a"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": {"b": 1}}', "a json file is a list of objects"),
        ("[" * 5_000, "nested too deep"),
        ("[1, 2]", "row 1: one JSON object per line, got a int"),
        ("[{", "not JSON"),
    ],
)
def test_other_json_is_one_line(tmp_path, content, message):
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(DataError, match=message):
        read_table(str(tmp_path / "a.json"))


def test_a_folder_of_parquet_and_what_datasets_saved(tmp_path):
    datasets = pytest.importorskip("datasets")
    features = datasets.Features(
        {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["negative", "positive"])}
    )
    whole = datasets.Dataset.from_dict({"text": ["a", "b", "c"], "label": [1, 0, -1]}, features=features)
    parts = tmp_path / "parts"
    parts.mkdir()
    whole.select([0, 1]).to_parquet(parts / "0.parquet")
    whole.select([2]).to_parquet(parts / "1.parquet")
    whole.save_to_disk(tmp_path / "saved")
    datasets.DatasetDict({"train": whole.select([0]), "test": whole}).save_to_disk(tmp_path / "splits")
    for folder in ("parts", "saved", "splits"):
        frame = read_table(str(tmp_path / folder))
        assert frame["text"].tolist() == ["a", "b", "c"], folder
        assert [name if isinstance(name, str) else None for name in frame["label"]] == ["positive", "negative", None]
        assert column_names(str(tmp_path / folder)) == ["text", "label"]
        assert about_rows(str(tmp_path / folder)) == 3
        assert sum(len(batch) for batch in table_batches(str(tmp_path / folder), ["label"], 2)) == 3
    assert how_read(str(tmp_path / "splits")) == "splits: read with split test"


def test_splits_that_were_saved_are_kept_in_a_run(tmp_path):
    datasets = pytest.importorskip("datasets")
    from boletim.contracts.configuration import DataConfig
    from boletim.tuning.corpus.rows import read_rows

    one = datasets.Dataset.from_dict({"text": ["a", "b"], "label": ["x", "y"]})
    datasets.DatasetDict({"train": one, "test": one}).save_to_disk(tmp_path / "d")
    reading = read_rows(DataConfig(source=str(tmp_path / "d"), text="text", label="label"), seed=1)
    assert reading.rows.splits.tolist() == ["train", "train", "test", "test"]
    assert len(reading.source_sha256["d"]) == 64


def test_rows_without_cells_and_columns_without_names_are_left_out(tmp_path):
    (tmp_path / "a.csv").write_text(",text,label,\n0,a,x,\n,,,\n1,b,y,\n")
    assert read_table(str(tmp_path / "a.csv")).to_dict("records") == [
        {"text": "a", "label": "x"}, {"text": "b", "label": "y"},
    ]  # fmt: skip


def test_names_of_labels_come_from_the_configuration(tmp_path):
    from boletim.contracts.configuration import DataConfig
    from boletim.tuning.corpus.rows import read_rows

    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps({"t": f"text {i}", "l": i % 2}) for i in range(4)))
    data = DataConfig(source=str(tmp_path / "a.jsonl"), text="t", label="l", label_names={0: "negative", 1: "positive"})
    assert read_rows(data, seed=1).rows.frame["label"].tolist() == ["negative", "positive"] * 2
