"""Word vectors and word lists that the package wefe brings, read without running anything in them."""

import importlib.util
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np

from boletim.contracts.errors import DataError


class _State:
    """Stands in for the pickled classes: keeps their attributes, does nothing."""

    def __init__(self, *values: Any, **attributes: Any) -> None:
        self.__dict__.update(attributes)


class _OnlyArrays(pickle.Unpickler):
    """Builds numpy arrays and inert attributes; any other name in the file is refused."""

    def find_class(self, module: str, name: str) -> Any:
        """The inert class, or one of numpy's four that arrays and numbers are made of."""
        if module == "numpy.core.multiarray" and name in {"_reconstruct", "scalar"}:
            return getattr(np._core.multiarray, name)  # type: ignore[attr-defined]
        if (module, name) in {("numpy", "ndarray"), ("numpy", "dtype")}:
            return getattr(np, name)
        if module.startswith("gensim.models.keyedvectors") and name in {"Word2VecKeyedVectors", "Vocab"}:
            return _State
        raise DataError("vectors_unsafe", module=module, name=name)


def find_wefe_data() -> Path | None:
    """The folder with wefe's test vectors and word lists; None where it is not installed (nothing is imported)."""
    spec = importlib.util.find_spec("wefe")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "datasets" / "data"
    return folder if (folder / "test_model.kv").is_file() else None


def read_word_vectors(path: Path) -> dict[str, np.ndarray]:
    """Vectors of a pickled gensim file, word to (n_dimensions,) float32.

    Raises:
        DataError: The file asks for anything but arrays and attributes.
    """
    with path.open("rb") as stream:
        state = vars(_OnlyArrays(stream).load())
    words: list[str] = state.get("index2word") or state["index_to_key"]
    return dict(zip(words, state["vectors"], strict=True))


def read_word_lists(folder: Path) -> dict[str, list[str]]:
    """The word lists of the published association tests, by name."""
    lists: dict[str, list[str]] = json.loads((folder / "WEAT.json").read_text(encoding="utf-8"))
    return lists
