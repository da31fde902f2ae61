"""Which mitigations are compared, once the search has chosen a setting."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from boletim.contracts.errors import RuleError
from boletim.contracts.record import Record

if TYPE_CHECKING:
    from boletim.contracts.configuration.run import RunConfig

Mitigation = Literal["none", "gender_swap", "reweighing", "both", "balanced", "erase"]
NONE, ERASE = "none", "erase"
NEED_GROUPS = ("reweighing", "both", "balanced", "erase")
SWAPPING = ("gender_swap", "both")
_SWITCHES = {
    "gender_swap": ("gender_swap",),
    "reweighing": ("reweighing",),
    "both": ("gender_swap", "reweighing"),
    "balanced": ("balanced",),
}
_TASKS = ("text_classification", "multi_label_classification")


class Mitigations(Record):
    """The chosen setting is trained again under each, with the same seeds, and compared with `none`."""

    compare: Annotated[tuple[Mitigation, ...], Field(min_length=2)]
    """`none` and at least one of: `gender_swap` (copies of the training texts with the genders of people swapped),
    `reweighing` (weights that make group and class independent), `both` (copies and weights), `balanced` (each class
    of each group drawn as often as any other), `erase` (the groups taken out of what the last layer sees)."""
    seeds: Annotated[int, Field(ge=2, le=20)] = 3
    """Trainings of each."""

    @model_validator(mode="after")
    def _compares_with_none(self) -> Self:
        if len(set(self.compare)) < len(self.compare):
            raise RuleError("mitigation_twice", compare=self.compare)
        if NONE not in self.compare:
            raise RuleError("mitigation_none", compare=self.compare)
        return self

    def has(self, *names: str) -> bool:
        """Whether one of these is compared."""
        return any(name in self.compare for name in names)


def params_under(mitigation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """A trial's settings with the switches of one mitigation on, and no other's."""
    switches = {name for names in _SWITCHES.values() for name in names}
    kept = {name: value for name, value in params.items() if name not in switches}
    return kept | dict.fromkeys(_SWITCHES.get(mitigation, ()), 1)


def check_mitigated(config: "RunConfig") -> None:
    """Refuse mitigations of what is not trained, and those that have nothing to work with.

    Raises:
        ValueError: It is one of these.
    """
    wanted = config.mitigations
    if wanted is None:
        return
    if not config.candidates:
        raise RuleError("mitigation_finished")
    if config.task not in _TASKS:
        raise RuleError("mitigation_tasks", tasks=" and ".join(_TASKS), task=config.task)
    needy = [name for name in wanted.compare if name in NEED_GROUPS]
    if needy and not config.data.groups:
        raise RuleError("mitigation_groups", name=needy[0])
    if "balanced" in wanted.compare and config.task == "multi_label_classification":
        raise RuleError("mitigation_balanced", task=config.task)
