"""What a search draws from: ranges and choices of the settings of a training."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, model_validator

from boletim.contracts.errors import RuleError
from boletim.contracts.record import Record

Number = int | float
Choices = Number | tuple[Number, ...]

LISTED = ("batch_size", "freeze_layers", "lora", "gender_swap", "reweighing")
"""Settings that list their choices; of the others two numbers are a range."""
_WHOLE = ("epochs", *LISTED)
_LIMITS = {
    "learning_rate": (1e-8, 1.0),
    "batch_size": (1, 4096),
    "epochs": (1, 1000),
    "weight_decay": (0.0, 1.0),
    "warmup_ratio": (0.0, 0.9),
    "label_smoothing": (0.0, 0.9),
    "freeze_layers": (0, 1000),
    "lora": (0, 1024),
    "gender_swap": (0, 1),
    "reweighing": (0, 1),
}


def _off_is_zero(value: Any) -> Any:
    """YAML reads a bare `off` as false and a bare `on` as true."""
    if isinstance(value, list | tuple):
        return tuple(_off_is_zero(one) for one in value)
    if isinstance(value, bool):
        return int(value)
    return {"off": 0, "on": 1}.get(value, value) if isinstance(value, str) else value


Switch = Annotated[Choices, BeforeValidator(_off_is_zero)]


class SearchSpace(Record):
    """A single number is fixed; two numbers are a range; batch_size and what can be off list their choices."""

    learning_rate: Choices = (1e-5, 5e-4)
    """Sampled on a logarithmic scale. With LoRA it is tenfold: adapters need more than whole matrices."""
    batch_size: Choices = (8, 16, 32)
    """Texts in one step of the optimiser."""
    epochs: Choices = (2, 5)
    """How often a trial sees the training texts at most."""
    weight_decay: Choices = (0.0, 0.1)
    """How strongly weights are pulled towards zero."""
    warmup_ratio: Choices = (0.0, 0.2)
    """Share of the steps in which the learning rate rises."""
    label_smoothing: Choices = 0.0
    """Share of the target that is spread over all classes, in training only."""
    freeze_layers: Choices = 0
    """How many of the lowest layers keep the weights of the base model, with the embeddings below them."""
    lora: Switch = 0
    """Ranks of low-rank adapters, or off; the adapters are merged into the model that is kept."""
    gender_swap: Switch = 0
    """`on` trains also on copies of the training texts with the genders of people swapped; `[off, on]` tries both."""
    reweighing: Switch = 0
    """`on` weighs training texts so that group and class are independent; `[off, on]` tries both."""

    def may_be_on(self, name: str) -> bool:
        """Whether a setting that can be off is something else in some trial."""
        value = getattr(self, name)
        return any(value) if isinstance(value, tuple) else bool(value)

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        for name, (low, high) in _LIMITS.items():
            raw = getattr(self, name)
            values = raw if isinstance(raw, tuple) else (raw,)
            if not values or any(not low <= value <= high for value in values):
                raise RuleError("search_range", name=name, low=low, high=high, got=list(values))
            if name not in LISTED and (len(values) > 2 or values[0] > values[-1]):
                raise RuleError("search_pair", name=name, values=list(values))
            if name in _WHOLE and any(value != int(value) for value in values):
                raise RuleError("search_whole", name=name, values=list(values))
        return self
