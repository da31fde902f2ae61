"""A candidate's prompts and words, read and checked before anything is loaded."""

from pathlib import Path

from boletim.contracts.configuration import CandidateConfig
from boletim.contracts.errors import ConfigError
from boletim.models.prompted.template import PromptTemplate
from boletim.tuning.prompted.settings import prompt_names

_MOST_CHARACTERS = 20_000


def read_prompts(config: CandidateConfig) -> dict[str, str]:
    """The candidate's templates by their names, each checked.

    Raises:
        ConfigError: One is missing, no text, or no template that may be used.
    """
    found = {}
    for name, path in zip(prompt_names(config), config.prompts, strict=True):
        try:
            with Path(path).open(encoding="utf-8") as file:
                text = file.read(_MOST_CHARACTERS + 1).removesuffix("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError("prompt_file", path=path, error=error) from error
        PromptTemplate(text, Path(path).name)
        found[name] = text
    return found


def words_of(config: CandidateConfig, labels: tuple[str, ...]) -> dict[str, str]:
    """The word of every class, in the classes' order.

    Raises:
        ConfigError: A class has none, or a word has no class.
    """
    if not config.labels:
        return {label: label for label in labels}
    if unknown := sorted(set(config.labels) - set(labels)):
        raise ConfigError("prompt_labels", model=config.model, labels=list(labels), unknown=unknown[0])
    if missing := [label for label in labels if label not in config.labels]:
        raise ConfigError("prompt_word", model=config.model, missing=missing[0])
    return {label: config.labels[label] for label in labels}
