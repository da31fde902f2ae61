"""The corpus on disk: one parquet file per split, cleaning.json, and nothing of the test split for tuning."""

from pathlib import Path

import pandas as pd

from boletim.contracts.answers.label_sets import label_names
from boletim.contracts.corpus import CLUSTER, ID, LABEL, TEXT, WEIGHT, CleaningReport, Corpus, TuningData
from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.atomic import write_json, write_with
from boletim.contracts.files.run_files import read_record

_REPORT = "cleaning.json"


def save_corpus(corpus: Corpus, folder: Path) -> None:
    """Write {train,validation,test}.parquet, all columns text, then cleaning.json; each whole or not at all.

    Raises:
        RunFolderError: The folder may not be written, or the disk is full.
    """
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

    Labels and groups come from the training split, which holds every class.

    Raises:
        RunFolderError: A file is missing or damaged.
    """
    train, validation = _load_split(folder / "train.parquet"), _load_split(folder / "validation.parquet")
    groups = tuple(column for column in train.columns if column not in (ID, TEXT, LABEL, CLUSTER, WEIGHT))
    return TuningData(train, validation, label_names(train[LABEL].unique()), groups)


def load_cleaning(folder: Path) -> CleaningReport:
    """What cleaning did.

    Raises:
        RunFolderError: The file is missing or damaged.
    """
    return read_record(folder / _REPORT, CleaningReport)


def _save_split(frame: pd.DataFrame, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({column: pa.array(list(frame[column]), type=pa.string()) for column in frame.columns})
    write_with(path, lambda temporary: pq.write_table(table, temporary))


def _load_split(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        columns = pq.ParquetFile(path).read().to_pydict()
    except (OSError, ValueError, pa.ArrowException) as error:
        raise _damaged(path, error) from error
    return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})


def _damaged(path: Path, error: Exception) -> RunFolderError:
    reason = str(error).strip().splitlines()[0]
    return RunFolderError("corpus_damaged", path=path, reason=reason)
