"""Read the configuration: every mistake is named with file, line, rule and the nearest valid name."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.keys import unknown_key
from boletim.contracts.configuration.passwords import holds_password, without_passwords
from boletim.contracts.configuration.plain_rules import got_instead, plain_rule
from boletim.contracts.configuration.yaml_reading import Place, dotted, parse_file, parse_value, read_text, shown
from boletim.contracts.errors import ConfigError
from boletim.contracts.files.whole_text import whole_text

_MOST_MESSAGES = 10
_PART = re.compile(r"([^.\[\]]+)|\[(\d{1,6})\]")


@dataclass(frozen=True)
class Source:
    """Where a configuration was written, so that a message can say it."""

    name: str
    lines: dict[Place, int] = field(default_factory=dict)
    overrides: tuple[Place, ...] = ()

    def where(self, place: Place) -> str:
        """File and line of a place or of what holds it; `--set` where the command line gave it."""
        if any(place[: len(own)] == own or (place and own[: len(place)] == place) for own in self.overrides):
            return "--set"
        line = self.line(place)
        return f"{self.name}, line {line}" if line else self.name

    def told(self, place: Place, message: str) -> str:
        """A message after the place that it speaks of, where that was written."""
        where = self.where(place)
        return f"{where}: {message}" if where else message

    def line(self, place: Place) -> int:
        """The line of a place or of what holds it; 0 where no file does."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 0)


def load_config(path: Path, overrides: Sequence[str] = ()) -> RunConfig:
    """The checked configuration, with local paths made absolute.

    Args:
        path: The YAML file.
        overrides: Assignments such as `tuning.trials=40`; the value is read as YAML.

    Raises:
        ConfigError: The file cannot be read, or something in it breaks a rule.
    """
    return load_with_source(path, overrides)[0]


def load_with_source(path: Path, overrides: Sequence[str] = ()) -> tuple[RunConfig, Source]:
    """The same, and where each value was written."""
    name = shown(str(path), quoted=False)
    content, lines = parse_file(name, read_text(path))
    config, source = _checked(content, name, lines, overrides)
    try:
        return config.resolved(path.resolve().parent), source
    except ConfigError as error:
        place = next((place for place, text in _texts(content) if shown(text) in str(error)), ())
        raise ConfigError(f"{source.where(place)}: {dotted(place)}: {error}") from error


def with_overrides(config: RunConfig, overrides: Sequence[str]) -> RunConfig:
    """A configuration that no file holds, with values assigned on the command line.

    Args:
        config: What the flags stand for.
        overrides: Assignments such as `audit.margin=0.1`.

    Raises:
        ConfigError: An assignment is not well formed, or a value breaks a rule.
    """
    found = _checked(config.model_dump(mode="json"), "the command line", {}, overrides)[0]
    return found.model_copy(update={"produced_by": found.produced_by and found.produced_by.with_hash(Path())})


def config_of(content: dict[str, Any], name: str) -> RunConfig:
    """A configuration from values that no file holds.

    Args:
        content: Keys and values.
        name: Where they come from, for messages.

    Raises:
        ConfigError: A value breaks a rule.
    """
    return _checked(content, name, {}, ())[0]


def _checked(
    content: dict[str, Any], name: str, lines: dict[Place, int], overrides: Sequence[str]
) -> tuple[RunConfig, Source]:
    source = Source(name, lines, tuple(_override(content, assignment) for assignment in overrides))
    content = whole_text(content)
    _refuse_passwords(content, source)
    try:
        config = RunConfig.model_validate(content)
    except ValidationError as error:
        raise ConfigError(without_passwords(_explain(error, content, source))) from None
    for place, value in _values(config.model_dump()):
        if isinstance(value, float) and not math.isfinite(value):
            raise ConfigError(f"{source.where(place)}: {dotted(place)}: numbers are finite, got {value}; give another")
    return config, source


def _refuse_passwords(content: Any, source: Source) -> None:
    for place, text in _texts(content):
        if holds_password(text):
            remedy = "give it in the environment of the run"
            if place == ("tuning", "storage"):
                remedy = "take it out of the URL and give it in PGPASSWORD or ~/.pgpass"
            raise ConfigError(
                f"{source.where(place)}: {dotted(place)} holds a password or a token, and a configuration is handed "
                f"round with the card; {remedy}"
            )


def _override(content: dict[str, Any], assignment: str) -> Place:
    name, separator, raw = assignment.partition("=")
    name = name.strip()
    if not separator or not name:
        raise ConfigError(f"--set takes key=value such as tuning.trials=40, got {shown(assignment)}")
    parts = list(_PART.finditer(name))
    place: Place = tuple(int(part.group(2)) if part.group(2) else part.group(1) for part in parts)
    if dotted(place) != shown(name, quoted=False) or not isinstance(place[0] if place else 0, str):
        raise ConfigError(f"--set takes a key such as candidates[0].max_length, got {shown(name)}")
    value = parse_value(f"--set {shown(name, quoted=False)}", raw)
    inside: Any = content
    for index, key in enumerate(place):
        _check_step(inside, key, place, index)
        if index == len(place) - 1:
            inside[key] = value
        elif isinstance(inside, dict):
            inside = inside.setdefault(key, {})
        else:
            inside = inside[key]  # type: ignore[index]
    return place


def _check_step(inside: Any, key: str | int, place: Place, index: int) -> None:
    above, name = dotted(place[:index]), dotted(place)
    if isinstance(key, int):
        if not isinstance(inside, list):
            raise ConfigError(f"--set {name}: {above} is not a list; set it whole")
        if key >= len(inside):
            raise ConfigError(f"--set {name}: {above} has {len(inside)} entries, counted from 0; set it whole")
    elif not isinstance(inside, dict):
        raise ConfigError(f"--set {name}: {above} is not a mapping; set it whole, such as --set '{above}={{{key}: …}}'")


def _explain(error: ValidationError, content: Any, source: Source) -> str:
    details = {_place_of(detail, content): detail for detail in error.errors()}  # of a union's members the last speaks
    above = {place[:end] for place in details for end in range(len(place))}
    causes = sorted((source.line(place), dotted(place), place) for place in details if place not in above)
    more = len(causes) - _MOST_MESSAGES
    shown_ones = [f"{source.where(place)}: {_rule(details[place], place)}" for _, _, place in causes[:_MOST_MESSAGES]]
    return "\n".join([*shown_ones, *([f"and {more:,} more"] if more > 0 else [])])


def _rule(detail: ErrorDetails, place: Place) -> str:
    if detail["type"] == "extra_forbidden":
        return unknown_key(place)
    if detail["type"] == "missing":
        return f"{dotted(place)} is missing; add it"
    message = plain_rule(detail, place)
    got = f", got {got_instead(detail)}" if "got" not in message and got_instead(detail) else ""
    return f"{dotted(place) or 'the configuration'}: {message}{got}"


def _place_of(detail: ErrorDetails, content: Any) -> Place:
    """Pydantic's place without what is no key of the file: names of a union's members, keys that a validator made."""
    place: list[str | int] = []
    last = len(detail["loc"]) - 1
    for index, part in enumerate(detail["loc"]):
        keys = content if isinstance(content, dict) else range(len(content)) if isinstance(content, list) else ()
        if part in keys:
            content = content[part]
            place.append(part)
        elif detail["type"] == "missing" and index == last and isinstance(content, dict):
            place.append(part)
    return tuple(place)


def _texts(content: Any) -> Iterator[tuple[Place, str]]:
    for place, value in _values(content):
        if isinstance(value, str):
            yield place, value


def _values(content: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield (*place, key), key
            yield from _values(value, (*place, key))
    elif isinstance(content, list | tuple):
        for index, value in enumerate(content):
            yield from _values(value, (*place, index))
    else:
        yield place, content
