"""Read a data set from the Hugging Face hub."""

import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from boletim.contracts.configuration import DataConfig
from boletim.contracts.errors import DataError
from boletim.tables.read import SUFFIXES

_PATIENCE_S = 3.0


def is_file_path(source: str) -> bool:
    """Whether a source means a local file and not a hub id."""
    path = Path(source).expanduser()
    return path.exists() or path.suffix.lower() in (*SUFFIXES, ".json", ".txt") or source.startswith((".", "/", "~"))


def read_hub(data: DataConfig) -> tuple[dict[str, pd.DataFrame], str]:
    """The hub data set's splits as tables; class numbers become names, a class of -1 is missing.

    Returns:
        Split name to table, and the commit asked for, or the loaded splits' fingerprints.

    Raises:
        DataError: No such data set, or no network; with the offline way out.
    """
    import datasets

    source = data.source or ""
    try:
        with _offline_when_out_of_reach(datasets.config):
            loaded = datasets.load_dataset(source, data.subset, revision=data.revision)
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DataError("hub_data", reason=reason[:300], at=source) from error
    tables = {}
    for name, split in loaded.items():
        frame = split.to_pandas().astype(object)
        for column, feature in split.features.items():
            if isinstance(feature, datasets.ClassLabel):
                names = feature.names
                frame[column] = [names[int(v)] if pd.notna(v) and int(v) >= 0 else None for v in frame[column]]
        tables[str(name)] = frame
    fingerprint = "+".join(f"{name}:{split._fingerprint}" for name, split in loaded.items())
    return tables, data.revision or fingerprint


@contextmanager
def _offline_when_out_of_reach(settings: Any) -> Iterator[None]:
    """Ask the hub once; without an answer only the cache is searched.

    `datasets` itself tries six times over 23 seconds before it says that there is no network.
    """
    before = settings.HF_HUB_OFFLINE
    settings.HF_HUB_OFFLINE = before or not _is_hub_in_reach()
    try:
        yield
    finally:
        settings.HF_HUB_OFFLINE = before


def _is_hub_in_reach() -> bool:
    from huggingface_hub import constants

    try:
        with urllib.request.urlopen(urllib.request.Request(constants.ENDPOINT, method="HEAD"), timeout=_PATIENCE_S):
            return True
    except urllib.error.HTTPError:
        return True  # it answered
    except urllib.error.URLError as error:
        return isinstance(error.reason, ssl.SSLError)
    except OSError:
        return False
