"""Read a data set from the Hugging Face hub."""

import pandas as pd

from boletim.contracts.config import DataConfig
from boletim.contracts.errors import DataError


def read_hub(data: DataConfig) -> tuple[dict[str, pd.DataFrame], str]:
    """The hub data set's splits as tables; class numbers become names.

    Returns:
        Split name to table, and the data set's fingerprint.

    Raises:
        DataError: No such data set, or no network; with the offline way out.
    """
    import datasets

    source = data.source or ""
    try:
        loaded = datasets.load_dataset(
            source, data.subset, revision=data.revision, download_config=datasets.DownloadConfig(max_retries=0)
        )
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise DataError(
            f"{source}: no such file, and the hub did not give this data set ({reason[:200]}); give a local csv, jsonl "
            "or parquet file, or download the data set on a machine with network"
        ) from error
    tables = {}
    for name, split in loaded.items():
        frame = split.to_pandas().astype(object)
        for column, feature in split.features.items():
            if isinstance(feature, datasets.ClassLabel):
                names = feature.names
                frame[column] = [names[int(v)] if pd.notna(v) and int(v) >= 0 else None for v in frame[column]]
        tables[name] = frame
    fingerprint = "+".join(f"{name}:{split._fingerprint}" for name, split in loaded.items())
    return tables, data.revision or fingerprint
