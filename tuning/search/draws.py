"""What a trial tries: the settings of a training, or those of a prompt where its candidate is asked and not trained."""

from collections.abc import Mapping
from typing import Any

from boletim.contracts.configuration import RunConfig
from boletim.tuning.prompted.settings import PromptSettings, first_prompts, suggest_prompt
from boletim.tuning.training.space import Settings, first_params, suggest_candidate, suggest_settings

AnySettings = Settings | PromptSettings


def draw_settings(trial: Any, config: RunConfig) -> AnySettings:
    """Draw a trial's candidate and its settings."""
    places = range(len(config.candidates))
    candidate = suggest_candidate(trial, places)
    if config.candidates[candidate].prompts:
        return suggest_prompt(trial, config.candidates[candidate], candidate, places)
    return suggest_settings(trial, config.tuning.search, places)


def settings_of(config: RunConfig, candidate: int, params: Mapping[str, Any]) -> AnySettings:
    """Recorded settings again.

    Args:
        config: The run's.
        candidate: Position of the candidate that they are of.
        params: As recorded.
    """
    if config.candidates[candidate].prompts:
        return PromptSettings(candidate=candidate, **params)
    return Settings(candidate=candidate, **params)


def first_draws(config: RunConfig, opened: Mapping[int, Any]) -> list[dict[str, Any]]:
    """What the first trials try: the literature's settings of the first candidate, then prompts and shots.

    Args:
        config: The run's.
        opened: Candidates that could be loaded, by their position.
    """
    places, first, draws = range(len(config.candidates)), min(opened), []
    if not config.candidates[first].prompts:
        draws.append(first_params(config.tuning.search, places, first, opened[first].width))
    for place, candidate in enumerate(config.candidates):
        draws += first_prompts(candidate, place, places) if candidate.prompts else []
    return draws
