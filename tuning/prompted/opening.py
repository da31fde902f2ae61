"""Find a candidate that is to be asked, judge it and its prompts safe, load it."""

from typing import Any

from boletim.contracts.configuration import CandidateConfig
from boletim.models.files import find_model_files, weights_format
from boletim.tuning.prompted.candidate import PromptedCandidate, load_prompted_candidate
from boletim.tuning.prompted.check import read_prompts, words_of
from boletim.tuning.task import Task


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
    return load_prompted_candidate(config, files, weights, labels, prompts, words)
