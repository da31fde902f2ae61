"""What the search draws: a candidate and its settings.

Where there are several candidates each has parameters of its own, such as `learning_rate/1`: what suits a small model
says little about a large one, so that the sampler models them apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from boletim.contracts.configuration.search_space import LISTED, SearchSpace
from boletim.contracts.sentence import Sentence

LITERATURE = {"learning_rate": 2e-5, "batch_size": 16, "epochs": 3, "weight_decay": 0.01, "warmup_ratio": 0.1}
"""Where a search starts: the settings of Devlin et al. (2019), appendix A.3, and of most work since."""
NARROW, RATE_OF_NARROW = 384, 3e-4
"""Models of at most this hidden size start faster: Clark et al. (2020), ELECTRA, appendix on fine-tuning, fine-tune the
small model (256 wide) with 3e-4. MiniLM (384 wide) learns nothing from a few hundred texts at BERT's rate."""
FASTER_WITH_LORA = 10
"""How many times the learning rate adapters need: Hu et al. (2022), LoRA, appendix D, 2e-4 to 5e-4, not 1e-5."""

CANDIDATE = "candidate"
_WHOLE = ("epochs", *LISTED)


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
    label_smoothing: float = 0.0
    """Share of the target that is spread over all classes, in training only."""
    freeze_layers: int = 0
    """Lowest layers that are not trained, nor the embeddings below them."""
    lora: int = 0
    """Rank of the adapters that are trained instead of whole matrices; 0 trains the matrices."""
    gender_swap: int = 0
    """1 trains also on gender-swapped copies."""
    reweighing: int = 0
    """1 weighs training texts so that group and class are independent."""
    balanced: int = 0
    """1 draws the training texts again, so that each class of each group is as frequent as any other; never drawn by a
    search."""

    def params(self) -> dict[str, float | int | str]:
        """The settings without the candidate, as they are recorded; what is off is left out."""
        is_off = {f.name for f in fields(self) if f.name not in LITERATURE and getattr(self, f.name) == 0}
        return {name: value for name, value in asdict(self).items() if name != CANDIDATE and name not in is_off}

    @property
    def short(self) -> str:
        """For a trial's name in the log."""
        return f"lr {self.learning_rate:.1e}"

    def in_words(self) -> str:
        """For the log."""
        return Sentence(
            "terminal.trial.settings",
            batch=self.batch_size,
            epochs=self.epochs,
            n_decay=self.weight_decay,
            n_warmup=self.warmup_ratio,
        )


def suggest_candidate(trial: Any, candidates: Sequence[int]) -> int:
    """Draw a trial's candidate, by its position."""
    return int(candidates[0] if len(candidates) == 1 else trial.suggest_categorical(CANDIDATE, tuple(candidates)))


def suggest_settings(trial: Any, space: SearchSpace, candidates: Sequence[int]) -> Settings:
    """Draw a trial's settings; what has one value only is fixed and not drawn.

    Args:
        trial: Optuna's trial.
        space: A number is fixed, [low, high] is a range, or choices are listed.
        candidates: Positions of the candidates that can be loaded.
    """
    candidate = suggest_candidate(trial, candidates)
    drawn: dict[str, Any] = {CANDIDATE: candidate}
    for name, choices in _choices(space).items():
        own = own_name(name, candidate, candidates)
        if len(choices) == 1:
            drawn[name] = choices[0]
        elif name in LISTED:
            drawn[name] = trial.suggest_categorical(own, choices)
        elif name in _WHOLE:
            drawn[name] = trial.suggest_int(own, *choices)
        else:
            drawn[name] = trial.suggest_float(own, *choices, log=name == "learning_rate")
    if drawn["lora"]:
        drawn["learning_rate"] = min(FASTER_WITH_LORA * drawn["learning_rate"], 1.0)
    return Settings(**drawn)


def first_params(space: SearchSpace, candidates: Sequence[int], candidate: int, width: int) -> dict[str, Any]:
    """The first trial's drawn parameters: the literature's settings for a model of that size, moved into the space.

    Adapters, where every trial has them, start at their own rate, whatever the size.

    Args:
        space: Where they must lie.
        candidates: Positions there are.
        candidate: Whose settings they are.
        width: Its hidden size; 0 where it is not known.
    """
    off = {"label_smoothing": 0.0, "freeze_layers": 0, "lora": 0, "gender_swap": 0, "reweighing": 0}
    is_narrow = 0 < width <= NARROW and 0 in _choices(space)["lora"]
    rate = {"learning_rate": RATE_OF_NARROW} if is_narrow else {}
    return fit_params(LITERATURE | off | rate, candidate, space, candidates)


def fit_params(
    wanted: Mapping[str, Any], candidate: int | None, space: SearchSpace, candidates: Sequence[int]
) -> dict[str, Any]:
    """Wanted settings moved into the space: what is fixed or not wanted is left out.

    Args:
        wanted: Settings by name.
        candidate: The wanted one's position; None leaves it to the draw, and its settings with it.
        space: Where they must lie.
        candidates: Positions there are.
    """
    params: dict[str, Any] = {}
    if len(candidates) > 1:
        if candidate is None:
            return params
        params[CANDIDATE] = candidate
    for name, choices in _choices(space).items():
        if len(choices) == 1 or name not in wanted:
            continue
        value = wanted[name]
        if name == "learning_rate" and wanted.get("lora"):
            value /= FASTER_WITH_LORA
        own = own_name(name, candidate if candidate is not None else candidates[0], candidates)
        if name in LISTED:
            params[own] = _nearest(choices, value)
        else:
            params[own] = min(max(value, choices[0]), choices[1])
    return params


def redirected(params: Mapping[str, Any], candidate: int, candidates: Sequence[int]) -> dict[str, Any]:
    """The same draw for another candidate.

    Args:
        params: As drawn.
        candidate: Whose they become.
        candidates: Positions there were when they were drawn.
    """
    own = {name.partition("/")[0]: value for name, value in params.items()}
    named = {own_name(name, candidate, candidates): value for name, value in own.items() if name != CANDIDATE}
    return named | {CANDIDATE: candidate}


def _nearest(choices: Sequence[Any], value: float) -> Any:
    return min(choices, key=lambda choice: abs(choice - value))


def own_name(name: str, candidate: int, candidates: Sequence[int]) -> str:
    """A parameter as a candidate's own; with one candidate no name needs to say whose it is."""
    return name if len(candidates) == 1 else f"{name}/{candidate}"


def _choices(space: SearchSpace) -> dict[str, tuple[Any, ...]]:
    choices: dict[str, tuple[Any, ...]] = {}
    for name in SearchSpace.model_fields:
        raw = getattr(space, name)
        values = raw if isinstance(raw, tuple) else (raw,)
        kind = int if name in _WHOLE else float
        choices[name] = tuple(dict.fromkeys(kind(value) for value in values))
    return choices
