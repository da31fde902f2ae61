"""Answer questions about texts with a fine-tuned model of stretches."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import log_softmax, softmax

from boletim.contracts.answers.question_answers import Said
from boletim.contracts.errors import ModelError
from boletim.contracts.results.card import ModelFacts
from boletim.models.answering.question_windows import Candidates, candidates_of, is_silent, question_windows
from boletim.models.answering.stretches import Choosing
from boletim.models.windows.model import WindowedModel


class QuestionAnswerer(WindowedModel):
    """A model that finds where an answer begins and ends: of each question, joined with its text, a `Said`."""

    kind = "question_answers"

    def __init__(self, network: Any, tokenizer: Any, facts: ModelFacts, choosing: Choosing) -> None:
        super().__init__(network, tokenizer, facts)
        self._choosing = choosing

    def log_shares(self, texts: Sequence[str], stretches: Sequence[Sequence[tuple[int, int]]]) -> list[np.ndarray]:
        """How probable it is that the answer begins, and that it ends, where some stretches do.

        Args:
            texts: Questions joined with their texts, as `join_question` does.
            stretches: Per question stretches of its text, in characters.

        Returns:
            Per question (n_stretches, 2) float64, natural logarithms of shares of a window's tokens, in the window in
            which they are largest; -inf where no window has the whole stretch.
        """
        windows = question_windows(self._tokenizer, texts)
        scores = dict(self._outputs(windows.encoded.columns))
        made = []
        for question, wanted in enumerate(stretches):
            best = np.full((len(wanted), 2), -np.inf)
            for window in map(int, windows.encoded.of_text(question)):
                offsets = windows.encoded.offsets[window]
                shares = log_softmax(scores[window][: len(offsets)].astype(np.float64), axis=0)
                for row, (start, end) in enumerate(wanted):
                    inside = np.flatnonzero((offsets[:, 0] < end) & (offsets[:, 1] > start) & (offsets[:, 0] >= 0))
                    if len(inside) and offsets[inside[0], 0] <= start and offsets[inside[-1], 1] >= end:
                        own = shares[[inside[0], inside[-1]], [0, 1]]
                        best[row] = max(best[row], own, key=lambda pair: pair.sum())
            made.append(best)
        return made

    def _read(self, texts: Sequence[str]) -> list[Said]:
        windows = question_windows(self._tokenizer, texts)
        scores = dict(self._outputs(windows.encoded.columns))
        longest = self._choosing.longest
        return [
            self._said(candidates_of(windows, question, scores, longest), context)
            for question, context in enumerate(windows.contexts)
        ]

    def _said(self, found: Candidates, context: str) -> Said:
        shares = softmax(np.array([found.silent, *found.scores]))
        best = float(shares[1]) if found.scores else 0.0
        if is_silent(found, self._choosing):
            return Said("", None, None, best, float(shares[0]))
        start, end = found.places[0]
        return Said(context[start:end], start, end, best, float(shares[0]))

    def _scores(self, output: Any) -> np.ndarray:
        import torch

        scores: np.ndarray = torch.stack([output.start_logits, output.end_logits], dim=-1).float().cpu().numpy()
        if not np.isfinite(scores).all():
            raise ModelError("answer_scores", name=self.facts.name)
        return scores
