"""Open one model in every way that a probe may ask for, and read the data sets of probes."""

from functools import cache
from pathlib import Path

from boletim.contracts.configuration import DataConfig
from boletim.probes.data_file import DataFile, read_data
from boletim.probes.model_views import ModelDoors


def open_doors(model: str, revision: str | None = None) -> ModelDoors:
    """The model as a masked or causal language model or as an encoder; each is loaded once, when it is asked for.

    Args:
        model: Folder or hub id.
        revision: Commit of a hub id; None is the latest.
    """
    from boletim.models.load_language_model import load_causal, load_encoder, load_masked

    return ModelDoors(
        masked=cache(lambda: load_masked(model, revision=revision)),
        causal=cache(lambda: load_causal(model, revision=revision)),
        encoder=cache(lambda: load_encoder(model, revision=revision)),
    )


def read_probe_data(source: str) -> DataFile:
    """A probe's data set from a path, or the test or only split of one on the hub.

    Raises:
        DataError: There is none, or it cannot be read.
    """
    from boletim.tuning.corpus.hub import is_file_path, read_hub

    if is_file_path(source):
        return read_data(source)
    tables, revision = read_hub(DataConfig(source=source, text="-", label="-"))
    frame = tables.get("test", next(iter(tables.values())))
    rows = [{str(key): str(value) for key, value in row.items()} for row in frame.to_dict("records")]
    return DataFile(Path(source).name, rows, revision)
