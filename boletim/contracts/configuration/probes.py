"""Which probes are run, on what."""

from collections.abc import Mapping
from typing import Any

from boletim.contracts.record import Record


class ProbesConfig(Record):
    """Which probes run."""

    use: tuple[str, ...] = ()
    """Names of probes; a run that has no such key gets those usual for its task."""
    frames: str | None = None
    """A YAML file with the user's own sentence frames and word lists."""
    flagged: tuple[str, ...] = ()
    """Labels that count against a text, such as `toxic`; probes of identity terms judge false positives of these."""
    person: tuple[str, ...] = ("PER", "PERSON", "PESSOA", "GIVEN_NAME")
    """Types of entities that are persons, of a model that finds entities; capitals make no difference."""
    data: dict[str, str] = {}
    """Where the data sets of probes lie that Boletim may not pass on, by name: a path or a hub id."""


def with_usual_probes(values: Any) -> Any:
    """The probes that are usual for the task, where a run names none; an empty list is none at all."""
    from boletim.contracts.examples import answers_class, kinds_by_task

    match values:
        case {"probes": probes} if not isinstance(probes, Mapping) or "use" in probes:
            return values
        case {"data": _}:
            usual = answers_class(kinds_by_task().get(str(values.get("task")), "one_label")).usual_probes
            return {**values, "probes": {**values.get("probes", {}), "use": usual}}
    return values
