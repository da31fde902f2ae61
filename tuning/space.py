"""What the search draws: a candidate and five settings."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from boletim.contracts.config import SearchSpace

LITERATURE = {"learning_rate": 2e-5, "batch_size": 16, "epochs": 3, "weight_decay": 0.01, "warmup_ratio": 0.1}
"""Where a search starts: the settings of Devlin et al. (2019), appendix A.3, and of most work since."""

CANDIDATE = "candidate"


@dataclass(frozen=True)
class Settings:
    """How one trial trains."""

    candidate: int
    """Position in the configuration's list."""
    learning_rate: float
    """Peak of the linear schedule."""
    batch_size: int
    epochs: int
    weight_decay: float
    warmup_ratio: float
    """Share of all steps in which the learning rate rises."""

    def params(self) -> dict[str, float | int | str]:
        """The settings without the candidate, as they are recorded."""
        return {name: value for name, value in asdict(self).items() if name != CANDIDATE}


def suggest_settings(trial: Any, space: SearchSpace, candidates: Sequence[int]) -> Settings:
    """Draw a trial's settings; what has one value only is fixed and not drawn.

    Args:
        trial: Optuna's trial.
        space: A number is fixed, [low, high] is a range, batch_size lists its choices.
        candidates: Positions of the candidates that can be loaded.
    """
    drawn: dict[str, Any] = {}
    for name, choices in _choices(space, candidates).items():
        if len(choices) == 1:
            drawn[name] = choices[0]
        elif name in (CANDIDATE, "batch_size"):
            drawn[name] = trial.suggest_categorical(name, choices)
        elif name == "epochs":
            drawn[name] = trial.suggest_int(name, *choices)
        else:
            drawn[name] = trial.suggest_float(name, *choices, log=name == "learning_rate")
    return Settings(**drawn)


def first_params(space: SearchSpace, candidates: Sequence[int]) -> dict[str, Any]:
    """The first trial's drawn parameters: the literature's settings, moved into the space, and the first candidate."""
    return fit_params(LITERATURE, candidates[0], space, candidates)


def fit_params(
    wanted: Mapping[str, Any], candidate: int | None, space: SearchSpace, candidates: Sequence[int]
) -> dict[str, Any]:
    """Wanted settings moved into the space: what is fixed or not wanted is left out.

    Args:
        wanted: Settings by name.
        candidate: The wanted one's position; None leaves it to the draw.
        space: Where they must lie.
        candidates: Positions there are.
    """
    params: dict[str, Any] = {}
    for name, choices in _choices(space, candidates).items():
        if len(choices) == 1:
            continue
        if name == CANDIDATE:
            if candidate is not None:
                params[name] = candidate
        elif name not in wanted:
            continue
        elif name == "batch_size":
            params[name] = min(choices, key=lambda size: abs(size - wanted["batch_size"]))
        else:
            params[name] = min(max(wanted[name], choices[0]), choices[1])
    return params


def _choices(space: SearchSpace, candidates: Sequence[int]) -> dict[str, tuple[Any, ...]]:
    choices: dict[str, tuple[Any, ...]] = {CANDIDATE: tuple(candidates)}
    for name in LITERATURE:
        raw = getattr(space, name)
        values = raw if isinstance(raw, tuple) else (raw,)
        kind = int if name in ("batch_size", "epochs") else float
        choices[name] = tuple(dict.fromkeys(kind(value) for value in values))
    return choices
