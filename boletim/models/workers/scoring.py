"""Texts scored by several workers at once, in the order in which they came.

Where there are few texts the model that is here scores them itself: workers take longer to start.
"""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from boletim.contracts.errors import ModelError, StopRequest
from boletim.contracts.protocols import Progress, no_progress
from boletim.engine.engine import Engine, Line
from boletim.engine.parcels import pack, unpack
from boletim.engine.portions import done_in_portions
from boletim.models.loading.declared_model import load_declared
from boletim.models.quiet import quiet_transformers

WORTH_IT = 2_000
"""Distinct texts; fewer are scored here while a worker would still load the model."""
_PORTIONS = 4
"""Of each worker, so that the slowest has little left when the others are done."""
_MODEL_WANTED = "model wanted"


@dataclass(frozen=True)
class SharedModel:
    """Where the model lies and how it is loaded, here and there."""

    folder: Path
    sha256: str
    """Of its weights: whoever has loaded these does not load them again."""
    allow_pickle: bool = False
    max_length: int | None = None


class SharedClassifier:
    """Scores many texts on an engine; in all else it is the model that is here."""

    def __init__(self, own: Any, model: SharedModel, open_engine: Callable[[], AbstractContextManager[Engine]]) -> None:
        """Start nothing yet.

        Args:
            own: The loaded model.
            model: The same, for workers.
            open_engine: Called when there are enough texts for the first time.
        """
        self._own, self._model, self._open = own, model, open_engine
        self._opened = ExitStack()
        self._engine: Engine | None = None

    def __enter__(self) -> "SharedClassifier":
        return self

    def __exit__(self, *error: object) -> None:
        self._opened.close()

    @property
    def labels(self) -> tuple[str, ...]:
        """The model's."""
        return tuple(self._own.labels)

    @property
    def kind(self) -> str:
        """The model's."""
        return str(self._own.kind)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """As the model's own, which also says what it raises."""
        place: dict[str, int] = {}
        rows = np.asarray([place.setdefault(text, len(place)) for text in texts], dtype=np.int64)
        if len(place) < WORTH_IT:
            return np.asarray(self._own.predict_scores(texts, progress))
        if self._engine is None:
            self._engine = self._opened.enter_context(self._open())
        if self._engine.n_at_once == 1:
            return np.asarray(self._own.predict_scores(texts, progress))
        try:
            return self._scored(self._engine, list(place), progress)[rows]
        except ModelError:  # of a portion; the model that is here says which of all texts it was
            return np.asarray(self._own.predict_scores(texts, progress))

    def _scored(self, engine: Engine, distinct: list[str], progress: Progress) -> np.ndarray:
        """(n_distinct, …) in their order: each portion has short ones and long ones in the same mixture."""
        by_length = np.argsort([-len(text) for text in distinct], kind="stable")
        n_portions = engine.n_at_once * _PORTIONS
        portions = [by_length[k::n_portions] for k in range(n_portions)]
        jobs = [_Scoring(self._model, [distinct[row] for row in rows], self._own.is_bf16) for rows in portions]
        folder = self._model.folder
        scored, n_scored = [], 0
        with done_in_portions(
            engine, jobs, lambda said: pack(folder, folder) if said == _MODEL_WANTED else None
        ) as done:
            for scores in done:
                scored.append(np.asarray(scores))
                n_scored += len(scores)
                progress("texts scored", n_scored, len(distinct))
        return np.concatenate(scored)[np.argsort(np.concatenate(portions))]


@dataclass(frozen=True)
class _Scoring:
    """The job."""

    model: SharedModel
    texts: list[str]
    is_bf16: bool

    def __call__(self, line: Line) -> np.ndarray | None:
        if line.rank > 0:
            return None
        with quiet_transformers():
            classifier = _loaded(self.model, line)
            classifier.is_bf16 = self.is_bf16
            return np.asarray(classifier.predict_scores(self.texts, partial(_go_on, line)))


def _go_on(line: Line, *_: Any) -> None:
    if line.is_stop_asked():
        raise StopRequest("stopped")


_held: dict[SharedModel, Any] = {}
"""In a worker: the model that it scored with last."""


def _loaded(model: SharedModel, line: Line) -> Any:
    """The model from where it lies, or by way of the driver where that is not seen from here."""
    if model not in _held:
        _held.clear()
        how: dict[str, Any] = {"allow_pickle": model.allow_pickle, "max_length": model.max_length}
        if model.folder.is_dir():
            _held[model] = load_declared(str(model.folder), **how)
        else:
            with tempfile.TemporaryDirectory(prefix="boletim-") as name:
                unpack(line.ask(_MODEL_WANTED), Path(name))
                _held[model] = load_declared(name, **how)
    return _held[model]
