"""Find the entities of texts with a fine-tuned token classifier."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from boletim.contracts.answers.spans import Span, as_column
from boletim.contracts.errors import ModelError, first_line
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.card import ModelFacts
from boletim.contracts.tags import Scheme, scheme_of_names, spans_of_tags
from boletim.models.batching import token_batches
from boletim.models.tagging.word_windows import Windows, cut_windows

_CPU_TOKENS, _GPU_TOKENS = 1_536, 32_768
_TEXTS_AT_ONCE = 512


class TokenClassifier:
    """A model that gives each token a tag, read word by word."""

    kind = "spans"

    def __init__(self, network: Any, tokenizer: Any, facts: ModelFacts, tags: tuple[str, ...]) -> None:
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(self.device).eval()
        self._tokenizer = tokenizer
        self.facts = facts
        """What is known of the model, for the card."""
        self._types = facts.labels
        self._tags = tags
        self._scheme: Scheme = scheme_of_names(tags)
        self.is_bf16 = False

    @property
    def labels(self) -> tuple[str, ...]:
        """Types of entities."""
        return self.facts.labels

    @property
    def n_parameters(self) -> int:
        """Numbers that training sets."""
        return int(self._network.num_parameters())

    @property
    def n_bytes(self) -> int:
        """Bytes of the parameters and buffers as loaded."""
        return int(self._network.get_memory_footprint())

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """The entities of each text, (n_texts,) object, a tuple of `Span` in characters; whatever stands beside it.

        Each distinct text is read once. Long ones are read in windows, so that none is cut.

        Raises:
            ModelError: The model cannot read a text, or gives it numbers that are none.
        """
        place: dict[str, int] = {}
        rows = [place.setdefault(text, len(place)) for text in texts]
        distinct = list(place)
        found: list[tuple[Span, ...]] = []
        for start in range(0, len(distinct), _TEXTS_AT_ONCE):
            found += self._read(distinct[start : start + _TEXTS_AT_ONCE])
            progress("texts scored", len(found), len(distinct))
        return as_column(found[row] for row in rows)

    def _read(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        windows = cut_windows(self._tokenizer, texts)
        tags = self._tags_of(windows)
        read = []
        for words, places in zip(windows.words, windows.places, strict=True):
            names = [self._tags[tags[window][place]] for window, place in places]
            read.append(tuple(self._in_text(span, words) for span in spans_of_tags(names, self._scheme)))
        return read

    def _in_text(self, span: Span, words: Sequence[tuple[int, int]]) -> Span:
        named = dict(zip(self._types, self.labels, strict=True))
        return Span(words[span.start][0], words[span.end - 1][1], named[span.type], span.is_repaired)

    def _tags_of(self, windows: Windows) -> list[np.ndarray]:
        """Per window, (n_tokens,) int, the likeliest tag of each token."""
        found: list[np.ndarray] = [np.empty(0)] * len(windows.text)
        budget = _GPU_TOKENS if self.device.type == "cuda" else _CPU_TOKENS
        for batch in token_batches([len(ids) for ids in windows.columns.get("input_ids", ())], budget):
            padded = self._tokenizer.pad(
                {name: [column[row] for row in batch] for name, column in windows.columns.items()}, return_tensors="pt"
            )
            logits = self._logits({name: tensor.to(self.device) for name, tensor in padded.items()})
            for row, of_window in zip(batch, logits, strict=True):
                found[row] = of_window.argmax(axis=1)
        return found

    def _logits(self, tensors: dict[str, torch.Tensor]) -> np.ndarray:
        try:
            with torch.inference_mode():
                output = self._network(**tensors)
        except (IndexError, TypeError, ValueError) as error:
            raise ModelError("cannot_read_text", name=self.facts.name, error=first_line(error)) from error
        logits: np.ndarray = output.logits.float().cpu().numpy()
        if logits.shape[-1] != len(self._tags) or not np.isfinite(logits).all():
            raise ModelError("tagger_shape", name=self.facts.name, n_tags=len(self._tags), n_scores=logits.shape[-1])
        return logits
