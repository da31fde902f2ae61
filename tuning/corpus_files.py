"""The corpus on disk: one parquet file per split, cleaning.json, and nothing of the test split for tuning."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from boletim.contracts.atomic import write_json, write_with
from boletim.contracts.corpus import CLUSTER, ID, LABEL, TEXT, CleaningReport, Corpus, TuningData
from boletim.contracts.errors import RunFolderError

_REPORT = "cleaning.json"


def save_corpus(corpus: Corpus, folder: Path) -> None:
    """Write {train,validation,test}.parquet, then cleaning.json."""
    for name in ("train", "validation", "test"):
        _save_split(getattr(corpus, name), folder / f"{name}.parquet")
    write_json(folder / _REPORT, corpus.report.model_dump(mode="json"))


def load_corpus(folder: Path) -> Corpus:
    """Read what `save_corpus` wrote.

    Raises:
        RunFolderError: A file is missing or damaged.
    """
    tuning = load_tuning_data(folder)
    test = _load_split(folder / "test.parquet")
    return Corpus(tuning.train, tuning.validation, test, tuning.labels, tuning.groups, load_cleaning(folder))


def load_tuning_data(folder: Path) -> TuningData:
    """The two splits that tuning may see; test.parquet is never opened.

    Raises:
        RunFolderError: A file is missing or damaged.
    """
    train, validation = _load_split(folder / "train.parquet"), _load_split(folder / "validation.parquet")
    groups = tuple(column for column in train.columns if column not in (ID, TEXT, LABEL, CLUSTER))
    return TuningData(train, validation, tuple(sorted(train[LABEL].unique())), groups)


def load_cleaning(folder: Path) -> CleaningReport:
    """What cleaning did.

    Raises:
        RunFolderError: The file is missing or damaged.
    """
    try:
        return CleaningReport.model_validate(json.loads((folder / _REPORT).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise _damaged(folder / _REPORT, error) from error


def _save_split(frame: pd.DataFrame, path: Path) -> None:
    write_with(path, lambda temporary: frame.to_parquet(temporary, index=False))


def _load_split(path: Path) -> pd.DataFrame:
    import pyarrow as pa

    try:
        frame: pd.DataFrame = pd.read_parquet(path)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise _damaged(path, error) from error
    return frame.astype(object).where(frame.notna(), None)


def _damaged(path: Path, error: Any) -> RunFolderError:
    return RunFolderError(f"{path} is missing or damaged ({error}); run `boletim run` again in another --run-dir")
