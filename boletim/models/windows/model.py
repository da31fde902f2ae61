"""A network that reads windows of tokens, and what every model that reads so has in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
import torch

from boletim.contracts.errors import ModelError, first_line
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.card import ModelFacts
from boletim.models.batching import token_batches
from boletim.models.sizes import HasNetwork

_CPU_TOKENS, _GPU_TOKENS = 1_536, 32_768
_TEXTS_AT_ONCE = 512


class WindowedModel(HasNetwork, ABC):
    """A model that finds places in texts of any length."""

    kind: ClassVar[str]

    def __init__(self, network: Any, tokenizer: Any, facts: ModelFacts) -> None:
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(self.device).eval()
        self._tokenizer = tokenizer
        self.facts = facts
        """What is known of the model, for the card."""
        self.is_bf16 = False

    @property
    def labels(self) -> tuple[str, ...]:
        """Types of what it finds, where these have types."""
        return self.facts.labels

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """What is found in each text, (n_texts,) object; whatever stands beside it.

        Each distinct text is read once. Long ones are read in windows, so that none is cut.

        Raises:
            ModelError: The model cannot read a text, or gives it numbers that are none.
        """
        place: dict[str, int] = {}
        rows = [place.setdefault(text, len(place)) for text in texts]
        distinct = list(place)
        found: list[Any] = []
        for start in range(0, len(distinct), _TEXTS_AT_ONCE):
            found += self._read(distinct[start : start + _TEXTS_AT_ONCE])
            progress("texts scored", len(found), len(distinct))
        column = np.empty(len(rows), dtype=object)
        for number, row in enumerate(rows):
            column[number] = found[row]
        return column

    @abstractmethod
    def _read(self, texts: Sequence[str]) -> list[Any]:
        """What is found in each text."""

    def _outputs(self, columns: dict[str, list[list[int]]]) -> Iterator[tuple[int, Any]]:
        """Each window's place and what the network gives for its batch, as `_scores` takes it out, in any order."""
        budget = _GPU_TOKENS if self.device.type == "cuda" else _CPU_TOKENS
        for batch in token_batches([len(ids) for ids in columns.get("input_ids", ())], budget):
            padded = self._tokenizer.pad(
                {name: [column[row] for row in batch] for name, column in columns.items()}, return_tensors="pt"
            )
            try:
                with torch.inference_mode():
                    output = self._network(**{name: tensor.to(self.device) for name, tensor in padded.items()})
            except (IndexError, TypeError, ValueError) as error:
                raise ModelError("cannot_read_text", name=self.facts.name, error=first_line(error)) from error
            yield from zip(batch, self._scores(output), strict=True)

    @abstractmethod
    def _scores(self, output: Any) -> np.ndarray:
        """(n_windows, n_tokens, ...) numbers of one batch.

        Raises:
            ModelError: They have another shape than they should, or are no numbers.
        """
