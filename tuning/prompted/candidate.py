"""A language model that is asked, with its prompts, found and judged safe, loaded once."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from boletim.contracts.configuration import CandidateConfig
from boletim.contracts.results.card import WeightsFormat
from boletim.models.causal import CausalLanguageModel
from boletim.models.files import ModelFiles
from boletim.models.load_language_model import load_causal_files


@dataclass(frozen=True)
class PromptedCandidate:
    """What the search needs of it."""

    config: CandidateConfig
    files: ModelFiles
    weights: WeightsFormat
    model: CausalLanguageModel
    labels: tuple[str, ...]
    prompts: dict[str, str]
    """Templates by their names."""
    words: dict[str, str]
    """Of every class."""
    n_parameters: int
    seen: dict[tuple[str, int, int], tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    """Scores of the validation texts before calibration, by prompt, shots and their seed: two calibrations of one
    prompt read it once."""

    def __reduce__(self) -> tuple[Any, ...]:
        """To another process without the loaded model, which that one loads itself."""
        return load_prompted_candidate, (self.config, self.files, self.weights, self.labels, self.prompts, self.words)


def load_prompted_candidate(
    config: CandidateConfig,
    files: ModelFiles,
    weights: WeightsFormat,
    labels: tuple[str, ...],
    prompts: dict[str, str],
    words: dict[str, str],
) -> PromptedCandidate:
    """Load the model of what was found and checked.

    Raises:
        ModelError: It cannot be loaded, or is no language model that reads from left to right.
    """
    model = load_causal_files(files, allow_pickle=config.allow_pickle)
    return PromptedCandidate(config, files, weights, model, labels, prompts, words, model.n_parameters)
