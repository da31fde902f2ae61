"""What the search draws for a prompted candidate: prompt, number and draw of the examples, calibration.

The draw is named apart from a fine-tuned candidate's (`prompt/1` is the second candidate's), so that the sampler models
each candidate by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from boletim.contracts.configuration import CandidateConfig
from boletim.contracts.sentence import Sentence
from boletim.tuning.training.space import CANDIDATE, own_name

N_SHOT_SEEDS = 5
"""Different draws of the examples."""


@dataclass(frozen=True)
class PromptSettings:
    """How one trial asks."""

    candidate: int
    """Position in the configuration's list."""
    prompt: str
    """Name of the template's file."""
    shots: int
    calibration: str
    shot_seed: int = 0
    """Which draw of the examples; 0 where there are none."""

    batch_size = 1
    """Nothing that could be cut finer where memory lacks."""

    def params(self) -> dict[str, float | int | str]:
        """As they are recorded."""
        seed: dict[str, float | int | str] = {"shot_seed": self.shot_seed} if self.shots else {}
        return {"prompt": self.prompt, "shots": self.shots, **seed, "calibration": self.calibration}

    @property
    def short(self) -> str:
        """For a trial's name in the log."""
        return self.prompt

    def in_words(self) -> str:
        """For the log."""
        return Sentence("terminal.trial.shots", n=self.shots, calibration=self.calibration)


def suggest_prompt(trial: Any, config: CandidateConfig, candidate: int, candidates: Sequence[int]) -> PromptSettings:
    """Draw a trial's prompt; what has one value only is fixed and not drawn.

    Args:
        trial: Optuna's trial.
        config: Of the candidate.
        candidate: Its position.
        candidates: Positions there are.
    """

    def draw(name: str, choices: Sequence[Any]) -> Any:
        if len(choices) == 1:
            return choices[0]
        return trial.suggest_categorical(own_name(name, candidate, candidates), tuple(choices))

    prompt, shots = draw("prompt", prompt_names(config)), draw("shots", config.shots)
    calibration = draw("calibration", config.calibration)
    return PromptSettings(candidate, prompt, shots, calibration, draw("shot_seed", range(N_SHOT_SEEDS)) if shots else 0)


def first_prompts(config: CandidateConfig, candidate: int, candidates: Sequence[int]) -> list[dict[str, Any]]:
    """Each prompt once with the first number of examples, then each further number once with the first prompt.

    So prompts can be compared with one another, and numbers of examples too, whatever the search draws afterwards.
    """
    names, few = prompt_names(config), config.shots[0]
    wanted = [(name, few) for name in names] + [(names[0], shots) for shots in config.shots[1:]]
    plain = {"calibration": config.calibration[0], "shot_seed": 0}
    return [fit_prompt({"prompt": n, "shots": k, **plain}, config, candidate, candidates) for n, k in wanted]


def fit_prompt(
    wanted: Mapping[str, Any], config: CandidateConfig, candidate: int, candidates: Sequence[int]
) -> dict[str, Any]:
    """Wanted settings as drawn parameters; what is fixed or no choice here is left out."""
    choices = {"prompt": prompt_names(config), "shots": config.shots, "calibration": config.calibration,
               "shot_seed": tuple(range(N_SHOT_SEEDS))}  # fmt: skip
    params = {CANDIDATE: candidate} if len(candidates) > 1 else {}
    for name, known in choices.items():
        if len(known) > 1 and wanted.get(name) in known:
            params[own_name(name, candidate, candidates)] = wanted[name]
    return params


def prompt_names(config: CandidateConfig) -> tuple[str, ...]:
    """The files' names without their endings."""
    return tuple(PurePath(path).stem for path in config.prompts)
