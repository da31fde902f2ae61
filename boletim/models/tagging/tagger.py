"""Find the entities of texts with a fine-tuned token classifier."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from boletim.contracts.answers.spans import Span
from boletim.contracts.errors import ModelError
from boletim.contracts.results.card import ModelFacts
from boletim.contracts.tags import Scheme, scheme_of_names, spans_of_tags
from boletim.models.tagging.word_windows import cut_windows
from boletim.models.windows.model import WindowedModel


class TokenClassifier(WindowedModel):
    """A model that gives each token a tag, read word by word: of each text a tuple of `Span` in characters."""

    kind = "spans"

    def __init__(self, network: Any, tokenizer: Any, facts: ModelFacts, tags: tuple[str, ...]) -> None:
        super().__init__(network, tokenizer, facts)
        self._types = facts.labels
        self._tags = tags
        self._scheme: Scheme = scheme_of_names(tags)

    def _read(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        windows = cut_windows(self._tokenizer, texts)
        tags = {row: scores.argmax(axis=1) for row, scores in self._outputs(windows.columns)}
        read = []
        for words, places in zip(windows.words, windows.places, strict=True):
            names = [self._tags[tags[window][place]] for window, place in places]
            read.append(tuple(self._in_text(span, words) for span in spans_of_tags(names, self._scheme)))
        return read

    def _in_text(self, span: Span, words: Sequence[tuple[int, int]]) -> Span:
        named = dict(zip(self._types, self.labels, strict=True))
        return Span(words[span.start][0], words[span.end - 1][1], named[span.type], span.is_repaired)

    def _scores(self, output: Any) -> np.ndarray:
        logits: np.ndarray = output.logits.float().cpu().numpy()
        if logits.shape[-1] != len(self._tags) or not np.isfinite(logits).all():
            raise ModelError("tagger_shape", name=self.facts.name, n_tags=len(self._tags), n_scores=logits.shape[-1])
        return logits
