"""A language model and a prompt as a classifier like any other."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from boletim.contracts.errors import InputError, ModelError
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.card import ModelFacts
from boletim.contracts.results.prompt import PromptFile
from boletim.models.causal import CausalLanguageModel
from boletim.models.prompted.calibrate import softmax
from boletim.models.prompted.scoring import word_scores
from boletim.models.prompted.template import PromptTemplate

_WINDOW = 2_048
"""Texts put to the model at a time: memory stays flat however long the file is."""


class PromptedClassifier:
    """Implements the protocol `Classifier`: scores are a softmax over the likelihoods of the classes' words."""

    kind = "one_label"

    def __init__(self, model: CausalLanguageModel, prompt: PromptFile, facts: ModelFacts) -> None:
        self.model = model
        self.prompt = prompt
        self.facts = facts
        """What is known of the model, for the card."""
        self.is_bf16 = False
        """Whether products are taken in bf16 (autocast)."""
        self.device = model.device
        self._template = PromptTemplate(prompt.template, prompt.name)
        self._words = [prompt.words[label] for label in prompt.labels]
        shown = {shot.text: model.cut(shot.text, prompt.max_length) for shot in prompt.shots}
        self._shots = [(shown[shot.text], prompt.words[shot.label]) for shot in prompt.shots]
        self._offsets = np.array([prompt.offsets.get(label, 0.0) for label in prompt.labels])

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names in the order of the scores' columns."""
        return self.facts.labels

    @property
    def n_parameters(self) -> int:
        """Numbers of the base model; a prompt has none."""
        return self.model.n_parameters

    @property
    def n_bytes(self) -> int:
        """Bytes of the base model as loaded."""
        return self.model.n_bytes

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """Probabilities of the classes; each distinct text is read once.

        Args:
            texts: Any number; the empty text is scored like any other, one beyond `max_length` is cut.
            progress: Told how many readings are done.

        Returns:
            (n_texts, n_labels), float64 in [0, 1], rows sum to 1; (0, n_labels) for none.

        Raises:
            ModelError: A score is not finite, or text and prompt are longer than the model can read.
        """
        place: dict[str, int] = {}
        rows = np.asarray([place.setdefault(text, len(place)) for text in texts], dtype=np.int64)
        raw, _ = self.raw_scores(list(place), progress)
        if not np.isfinite(raw).all():
            wrong = list(place)[int(np.flatnonzero(~np.isfinite(raw).all(axis=1))[0])]
            raise ModelError("prompt_score", name=self.facts.name, text=wrong[:40])
        return softmax(self.calibrated(raw))[rows]

    def calibrated(self, raw: np.ndarray) -> np.ndarray:
        """(n, n_labels) raw scores with the prompt's slope and offsets."""
        if self.prompt.slope != 1.0 or self.prompt.calibration == "validation":
            raw = self.prompt.slope * (raw - raw.mean(axis=1, keepdims=True))
        return np.asarray(raw + self._offsets)

    def raw_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> tuple[np.ndarray, np.ndarray]:
        """Scores before calibration (n, n_labels), in nats, and the probability that the words held (n,).

        Raises:
            ModelError: Text and prompt are longer than the model can read.
        """
        parts = [self._window(texts[at : at + _WINDOW], progress) for at in range(0, len(texts), _WINDOW)]
        if not parts:
            return np.zeros((0, len(self._words))), np.zeros(0)
        return np.concatenate([scores for scores, _ in parts]), np.concatenate([mass for _, mass in parts])

    def _window(self, texts: Sequence[str], progress: Progress) -> tuple[np.ndarray, np.ndarray]:
        prompts = [self.render(self.model.cut(text, self.prompt.max_length)) for text in texts]
        half: Any = torch.autocast(self.device.type, torch.bfloat16, enabled=self.is_bf16)
        try:
            with half:
                return word_scores(
                    self.model, prompts, self._words, self.prompt.label_scores, self.render(""), progress
                )
        except InputError as error:
            raise ModelError(
                "prompt_no_room", name=self.prompt.name, n_shots=self.prompt.n_shots, said=error
            ) from error

    def render(self, text: str) -> str:
        """What the model reads before it is asked for a word."""
        return self._template.render(text, self._words, self._shots)
