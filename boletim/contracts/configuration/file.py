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
from boletim.contracts.errors import ConfigError, RuleError
from boletim.contracts.files.whole_text import whole_text
from boletim.contracts.sentence import Joined, Sentence

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
        return Sentence("errors.line_of", file=self.name, line=line) if line else self.name

    def told(self, place: Place, message: str) -> str:
        """A message after the place that it speaks of, where that was written."""
        where = self.where(place)
        return Sentence("errors.at", at=where, said=message) if where else message

    def line(self, place: Place) -> int:
        """The line of a place or of what holds it; 0 where no file does."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 0)


NOWHERE = Source("")
"""Of a configuration that no file holds."""


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
        raise ConfigError("key_said", key=dotted(place), said=error, at=source.where(place)) from error


def with_overrides(config: RunConfig, overrides: Sequence[str]) -> RunConfig:
    """A configuration that no file holds, with values assigned on the command line.

    Args:
        config: What the flags stand for.
        overrides: Assignments such as `audit.margin=0.1`.

    Raises:
        ConfigError: An assignment is not well formed, or a value breaks a rule.
    """
    found = _checked(config.model_dump(mode="json"), Sentence("errors.the_command_line"), {}, overrides)[0]
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
        raise ConfigError(_explain(error, content, source)) from None
    for place, value in _values(config.model_dump()):
        if isinstance(value, float) and not math.isfinite(value):
            raise ConfigError("finite", key=dotted(place), value=value, at=source.where(place))
    return config, source


def _refuse_passwords(content: Any, source: Source) -> None:
    for place, text in _texts(content):
        if holds_password(text):
            remedy = Sentence(f"errors.secret_{'pgpass' if place == ('tuning', 'storage') else 'environment'}")
            raise ConfigError("secret", key=dotted(place), said=remedy, at=source.where(place))


def _override(content: dict[str, Any], assignment: str) -> Place:
    name, separator, raw = assignment.partition("=")
    name = name.strip()
    if not separator or not name:
        raise ConfigError("set_value", got=shown(assignment))
    parts = list(_PART.finditer(name))
    place: Place = tuple(int(part.group(2)) if part.group(2) else part.group(1) for part in parts)
    if dotted(place) != shown(name, quoted=False) or not isinstance(place[0] if place else 0, str):
        raise ConfigError("set_key", name=shown(name))
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
            raise ConfigError("set_not_list", name=name, above=above)
        if key >= len(inside):
            raise ConfigError("set_list_end", name=name, above=above, n_inside=len(inside))
    elif not isinstance(inside, dict):
        raise ConfigError("set_not_mapping", name=name, above=above, key=key)


def _explain(error: ValidationError, content: Any, source: Source) -> str:
    details = {_place_of(detail, content): detail for detail in error.errors()}  # of a union's members the last speaks
    above = {place[:end] for place in details for end in range(len(place))}
    causes = sorted((source.line(place), dotted(place), place) for place in details if place not in above)
    more = len(causes) - _MOST_MESSAGES
    told = [Sentence("errors.at", at=source.where(place), said=_rule(details[place], place)) for _, _, place in causes]
    return Joined([*told[:_MOST_MESSAGES], *([Sentence("errors.and_more", n=more)] if more > 0 else [])])


def _rule(detail: ErrorDetails, place: Place) -> str:
    if detail["type"] == "extra_forbidden":
        return unknown_key(place)
    if detail["type"] == "missing":
        return Sentence("errors.lacks_key", key=dotted(place))
    key = dotted(place) or Sentence("errors.whole_config")
    if isinstance(broken := (detail.get("ctx") or {}).get("error"), RuleError):  # it names what it got
        values = {name: _masked(value) for name, value in broken.values.items()}
        return Sentence("errors.rule_said", key=key, said=Sentence(f"errors.{broken.key}", **values))
    rule, got = plain_rule(detail, place), got_instead(detail)
    if not got or "got" in rule:
        return Sentence("errors.rule_said", key=key, said=rule)
    return Sentence("errors.rule_got", key=key, said=rule, got=got)


def _masked(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    return without_passwords(value) if isinstance(value, str) else value


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
