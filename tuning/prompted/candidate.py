"""A language model that is asked, with its prompts, found and judged safe, loaded once."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from boletim.contracts.configuration import CandidateConfig
from boletim.contracts.results.card import WeightsFormat
from boletim.models.causal import CausalLanguageModel
from boletim.models.files import ModelFiles, find_model_files, weights_format
from boletim.models.load_language_model import load_causal_files
from boletim.tuning.prompted.check import read_prompts, words_of
from boletim.tuning.task import Task


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


def open_any(task: Task, config: CandidateConfig, labels: tuple[str, ...]) -> Any:
    """A candidate to train, as the task opens it, or one to ask.

    Raises:
        ModelError: It cannot be loaded.
        ConfigError: Its prompts cannot be used.
    """
    return open_prompted(config, labels) if config.prompts else task.open_candidate(config, labels)


def open_prompted(config: CandidateConfig, labels: tuple[str, ...]) -> PromptedCandidate:
    """Find a candidate and its prompts, and load it once.

    Raises:
        ModelError: It cannot be loaded safely, or is no language model that reads from left to right.
        ConfigError: A prompt cannot be read, or the words do not belong to the classes.
    """
    prompts, words = read_prompts(config), words_of(config, labels)
    files = find_model_files(config.model, revision=config.revision, allow_pickle=config.allow_pickle)
    weights = weights_format(files, allow_pickle=config.allow_pickle)
    model = load_causal_files(files, allow_pickle=config.allow_pickle)
    return PromptedCandidate(config, files, weights, model, labels, prompts, words, model.n_parameters)
