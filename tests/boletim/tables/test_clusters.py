"""Columns of authors and templates: read whole, and recognised when nobody named them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from boletim.audit.reading.any_size import read_any_size
from boletim.contracts.configuration import DataConfig
from boletim.contracts.errors import DataError
from boletim.tables.clusters import suspect_cluster
from boletim.tuning.corpus.prepare import prepare_corpus, prepare_test_set

N = 400


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    owners = np.arange(N) // 4
    return pd.DataFrame(
        {
            "text": [f"text number {i} about thing {rng.integers(10**9)}" for i in range(N)],
            "label": np.where(np.arange(N) % 2, "x", "y"),
            "said": np.where(rng.random(N) < 0.5, "x", "y"),
            "gender": np.where(owners % 2, "f", "m"),
            "name": [f"anna{i}" for i in owners],
        }
    )


def saved(table: pd.DataFrame, folder: Path) -> str:
    path = folder / "data.csv"
    table.to_csv(path, index=False)
    return str(path)


@pytest.mark.parametrize(
    ("column", "values", "is_one"),
    [
        ("name", [f"anna{i // 4}" for i in range(N)], True),
        ("template", [i % 8 for i in range(N)], True),
        ("author_id", [i // 10 for i in range(N)], True),
        ("userId", [i // 10 for i in range(N)], True),
        ("age", [18 + i % 60 for i in range(N)], False),
        ("score", [round(i % 40 / 40, 3) for i in range(N)], False),
        ("day", [f"2024-03-{1 + i % 28:02}" for i in range(N)], False),
        ("region", [f"r{i % 9}" for i in range(N)], False),
        ("note", [f"note {i}" for i in range(N)], False),
        ("body", ["a long text that was posted several times by people " * 2 + str(i // 4) for i in range(N)], False),
    ],
)
def test_what_looks_like_authors(column: str, values: list[object], is_one: bool, tmp_path: Path) -> None:
    found = suspect_cluster(saved(pd.DataFrame({"label": ["x"] * N, column: values}), tmp_path), {"label"})

    assert (found is not None and found.column == column) is is_one


def test_a_column_that_is_used_is_no_suspect(table: pd.DataFrame, tmp_path: Path) -> None:
    assert suspect_cluster(saved(table, tmp_path), {"text", "label", "said", "gender", "name"}) is None


def test_predictions_made_anywhere_keep_their_authors(table: pd.DataFrame, tmp_path: Path) -> None:
    path = Path(saved(table, tmp_path))

    found = read_any_size(path, "label", "said", None, ["gender"], None, cluster="name")

    assert found.clusters.tolist() == table["name"].tolist()


def test_a_row_without_an_author_is_refused(table: pd.DataFrame, tmp_path: Path) -> None:
    table.loc[6, "name"] = None
    path = saved(table, tmp_path)

    with pytest.raises(DataError, match=r"1 lacks it \(the first is row 7\)"):
        read_any_size(Path(path), "label", "said", None, [], None, cluster="name")
    with pytest.raises(DataError, match=r"data.cluster 'name', 1 lacks it \(the first is row 7\)"):
        prepare_test_set(DataConfig(source=path, text="text", label="label", cluster="name"))


def test_a_model_made_elsewhere_gets_the_authors(table: pd.DataFrame, tmp_path: Path) -> None:
    frame = prepare_test_set(DataConfig(source=saved(table, tmp_path), text="text", label="label", cluster="name"))

    assert frame["cluster"].tolist() == table["name"].tolist()


def test_a_run_keeps_authors_without_splitting_by_them(table: pd.DataFrame, tmp_path: Path) -> None:
    corpus = prepare_corpus(DataConfig(source=saved(table, tmp_path), text="text", label="label", cluster="name"), 3)

    assert set(corpus.test["cluster"]) <= set(table["name"])
    assert set(corpus.test["cluster"]) & set(corpus.train["cluster"])


def test_split_by_implies_the_cluster(table: pd.DataFrame, tmp_path: Path) -> None:
    data = DataConfig.model_validate(
        {"source": saved(table, tmp_path), "text": "text", "label": "label", "split": {"by": "name"}}
    )
    corpus = prepare_corpus(data, 3)

    assert data.cluster_column == "name"
    assert not set(corpus.test["cluster"]) & set(corpus.train["cluster"])


def test_two_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="name one column"):
        DataConfig.model_validate({"source": "a.csv", "text": "t", "label": "l", "cluster": "a", "split": {"by": "b"}})
