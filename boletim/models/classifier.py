"""Score texts with a fine-tuned classifier."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from boletim.contracts.answers.label_sets import MULTI_LABEL
from boletim.contracts.errors import ModelError, first_line
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.card import ModelFacts
from boletim.models.batching import token_batches
from boletim.models.kept_places import keep_first
from boletim.models.sizes import HasNetwork
from boletim.models.tokenizer import encode

_CPU_TOKENS = 1_536
_GPU_TOKENS = 32_768
_WINDOW = 32_768
"""Texts tokenised and sorted at a time: memory stays flat however long the file is."""

_Layer = tuple[np.ndarray, np.ndarray]


class _NotFiniteError(Exception):
    """The model gave a number that is none."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place
        """Of the text, among the distinct ones."""


class TextClassifier(HasNetwork):
    """A classifier of one or of several labels per text that implements the protocol `Classifier`."""

    def __init__(self, network: Any, tokenizer: Any, facts: ModelFacts) -> None:
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(self.device).eval()
        self._tokenizer = tokenizer
        self.facts = facts
        """What is known of the model, for the card."""
        self.is_bf16 = False
        """Whether products are taken in bf16 (autocast); see `try_bf16`."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names in the order of the scores' columns."""
        return self.facts.labels

    @property
    def kind(self) -> str:
        """Kind of answer; of label sets each score is a probability of its own (a sigmoid)."""
        return "label_sets" if self._network.config.problem_type == MULTI_LABEL else "one_label"

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """Probabilities of the classes, the same for a text whatever stands beside it.

        Each distinct text is scored once, in batches of similar length. Texts longer than the model's limit are cut.

        Args:
            texts: Any number of texts; the empty text is scored like any other.
            progress: Told how many distinct texts are done.

        Returns:
            (n_texts, n_labels), float64 in [0, 1], in the order of the texts; (0, n_labels) for none. Rows sum to 1
            unless a text may have several labels.

        Raises:
            ModelError: A score is not finite; the text is named. Or the model cannot read a text.
        """
        place: dict[str, int] = {}
        rows = np.asarray([place.setdefault(text, len(place)) for text in texts], dtype=np.int64)
        distinct = list(place)
        logits = np.zeros((len(distinct), len(self.labels)), dtype=np.float64)
        for start in range(0, len(distinct), _WINDOW):
            window = distinct[start : start + _WINDOW]
            try:
                self._score_window(window, logits[start : start + len(window)], start, len(distinct), progress)
            except _NotFiniteError as error:
                row = int(np.flatnonzero(rows == error.place)[0])
                raise ModelError(
                    "score_not_finite", name=self.facts.name, n_row=row + 1, n_texts=len(texts), text=texts[row][:40]
                ) from error
        return (_sigmoid if self.kind == "label_sets" else _softmax)(logits)[rows]

    def last_inputs(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        """What the last linear layer sees of each text, (n_texts, n_dimensions) float64, in the order of the texts.

        Raises:
            ModelError: The model ends in no such layer, or cannot read a text.
        """
        layer, seen, vectors = _last_layer(self._network, self.facts.name), list[torch.Tensor](), list[np.ndarray]()
        handle = layer.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        try:
            for start in range(0, len(texts), _WINDOW):
                window = [str(text) for text in texts[start : start + _WINDOW]]
                held = np.zeros((len(window), layer.in_features))
                for batch, tensors in self._batches(window):
                    seen.clear()
                    self._logits(tensors)
                    held[batch] = seen[0].float().cpu().numpy()
                    progress("texts read", start + len(batch), len(texts))
                vectors.append(held)
        finally:
            handle.remove()
        return np.concatenate(vectors) if vectors else np.zeros((0, layer.in_features))

    def save_with_last_layer(self, change: Callable[[np.ndarray, np.ndarray], _Layer], folder: Path) -> None:
        """Save the weights with another last linear layer; the model in memory has it then too.

        Args:
            change: From its weight (n_labels, n_dimensions) and bias (n_labels,) to the new ones.
            folder: Of a copy of the model.

        Raises:
            ModelError: The model ends in no such layer.
        """
        layer = _last_layer(self._network, self.facts.name)
        held = [one.detach().double().cpu().numpy() for one in (layer.weight, layer.bias)]
        for parameter, new in zip((layer.weight, layer.bias), change(*held), strict=True):
            with torch.no_grad():
                parameter.copy_(torch.from_numpy(new))
        self._network.save_pretrained(folder)

    def _batches(self, texts: list[str]) -> Iterator[tuple[np.ndarray, dict[str, torch.Tensor]]]:
        """Rows of similar length with what the network reads."""
        columns = encode(self._tokenizer, texts)
        budget = _GPU_TOKENS if self.device.type == "cuda" else _CPU_TOKENS
        for batch in token_batches([len(ids) for ids in columns["input_ids"]], budget):
            padded = self._tokenizer.pad(
                {name: [column[row] for row in batch] for name, column in columns.items()}, return_tensors="pt"
            )
            yield batch, {name: tensor.to(self.device) for name, tensor in padded.items()}

    def _score_window(self, texts: list[str], out: np.ndarray, n_before: int, n_total: int, progress: Progress) -> None:
        n_done = n_before
        for batch, tensors in self._batches(texts):
            found = self._logits(tensors)
            if not np.isfinite(found).all():
                row = int(batch[np.flatnonzero(~np.isfinite(found).all(axis=1))[0]])
                raise _NotFiniteError(n_before + row)
            out[batch] = found
            n_done += len(batch)
            progress("texts scored", n_done, n_total)

    def _logits(self, tensors: dict[str, torch.Tensor]) -> np.ndarray:
        half = torch.autocast(self.device.type, torch.bfloat16, enabled=self.is_bf16)
        try:
            with torch.inference_mode(), half, keep_first(self._network.base_model):
                output = self._network(**tensors)
        except (IndexError, TypeError, ValueError) as error:
            raise ModelError("cannot_read_text", name=self.facts.name, error=first_line(error)) from error
        logits: np.ndarray = output.logits.float().cpu().numpy()
        if logits.shape[1:] != (len(self.labels),):
            raise ModelError(
                "scores_shape",
                name=self.facts.name,
                n_labels=len(self.labels),
                shape="x".join(map(str, logits.shape[1:])),
            )
        return logits


def _softmax(logits: np.ndarray) -> np.ndarray:
    if not len(logits):
        return logits
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    scores: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return scores


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return np.asarray(0.5 * (1 + np.tanh(logits / 2)))  # this form cannot overflow


def _last_layer(network: Any, name: str) -> torch.nn.Linear:
    """The linear layer that makes the scores of one vector per text."""
    layers = [layer for layer in network.modules() if isinstance(layer, torch.nn.Linear)]
    last = layers[-1] if layers else None
    if last is None or last.out_features != network.config.num_labels or last.bias is None:
        raise ModelError("erase_layer", name=name, kind=type(network).__name__)
    return last
