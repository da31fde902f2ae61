"""Read the configuration: every mistake is named with file, line, rule and the nearest valid name."""

import difflib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from boletim.contracts.config import RunConfig
from boletim.contracts.errors import ConfigError
from boletim.contracts.whole_text import whole_text

Place = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """Safe YAML in which 1e-5 is a number (YAML 1.2), a key stands once, and a date stays text."""


_Loader.yaml_implicit_resolvers = {
    key: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\d+(\.\d*)?|\.\d+)[eE][-+]?\d+$"),
    list("-+0123456789."),
)


def load_config(path: Path, overrides: Sequence[str] = ()) -> RunConfig:
    """The checked configuration, with local paths made absolute.

    Args:
        path: The YAML file.
        overrides: Assignments such as `tuning.trials=40`; the value is read as YAML.

    Raises:
        ConfigError: The file cannot be read, or something in it breaks a rule.
    """
    text = _read(path)
    content, lines = _parse(path, text)
    for assignment in overrides:
        _override(content, assignment)
    try:
        config = RunConfig.model_validate(whole_text(content))
    except ValidationError as error:
        raise ConfigError(_explain(path, error, lines, overrides)) from error
    return config.resolved(path.resolve().parent)


def with_overrides(config: RunConfig, overrides: Sequence[str]) -> RunConfig:
    """A configuration that no file holds, with values assigned on the command line.

    Args:
        config: What the flags stand for.
        overrides: Assignments such as `audit.margin=0.1`.

    Raises:
        ConfigError: An assignment is not well formed, or a value breaks a rule.
    """
    content = config.model_dump(mode="json")
    for assignment in overrides:
        _override(content, assignment)
    try:
        return RunConfig.model_validate(whole_text(content))
    except ValidationError as error:
        raise ConfigError(_explain(Path("--set"), error, {(): 1}, overrides)) from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such configuration file; `boletim init --output {path}` writes one") from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: a configuration is UTF-8 text, byte {error.start} is not; save it as UTF-8"
        ) from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); give a readable YAML file") from error


def _parse(path: Path, text: str) -> tuple[dict[str, Any], dict[Place, int]]:
    try:
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            raise ConfigError(f"{path}: the configuration is empty; `boletim init` writes one that runs")
        lines: dict[Place, int] = {}
        _note_lines(path, node, (), lines)
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise ConfigError(f"{path}, line {line}: not valid YAML: {error.problem}; mend this line") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{path}, line 1: a configuration is a mapping of keys, got a {type(content).__name__}")
    return content, lines


def _note_lines(path: Path, node: yaml.Node, place: Place, lines: dict[Place, int]) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            if inner in lines:
                raise ConfigError(
                    f"{path}, line {key.start_mark.line + 1}: {_dotted(inner)} is given twice "
                    f"(first in line {lines[inner]}); keep one"
                )
            lines[inner] = key.start_mark.line + 1
            _note_lines(path, value, inner, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _note_lines(path, value, (*place, index), lines)


def _override(content: dict[str, Any], assignment: str) -> None:
    name, separator, raw = assignment.partition("=")
    if not separator or not name.strip():
        raise ConfigError(f"--set takes key=value such as tuning.trials=40, got {assignment!r}")
    try:
        value = yaml.load(raw, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise ConfigError(f"--set {name}: the value is read as YAML, got {raw!r}") from error
    *parents, last = name.strip().split(".")
    inside: Any = content
    for key in parents:
        inside = inside.setdefault(key, {}) if isinstance(inside, dict) else None
    if not isinstance(inside, dict):
        raise ConfigError(f"--set {name}: {'.'.join(parents)} is not a mapping; set it whole")
    inside[last] = value


def _explain(path: Path, error: ValidationError, lines: dict[Place, int], overrides: Sequence[str]) -> str:
    messages = [
        message for _, message in sorted(_one_line(path, detail, lines, overrides) for detail in error.errors())
    ]
    more = f" (and {len(messages) - 1} more: {'; '.join(messages[1:])})" if len(messages) > 1 else ""
    return messages[0] + more


def _one_line(path: Path, detail: ErrorDetails, lines: dict[Place, int], overrides: Sequence[str]) -> tuple[int, str]:
    location = _in_file(detail["loc"])
    dotted = _dotted(location)
    if any(item.partition("=")[0].strip() == dotted for item in overrides):
        return 0, f"--set: {_rule(detail, location, dotted)}"
    known = location
    while known not in lines:
        known = known[:-1]
    return lines[known], f"{path}, line {lines[known]}: {_rule(detail, location, dotted)}"


def _rule(detail: ErrorDetails, location: Place, dotted: str) -> str:
    if detail["type"] == "extra_forbidden":
        names = _fields_at(location[:-1])
        nearest = difflib.get_close_matches(str(location[-1]), names, n=1)
        hint = f"did you mean {nearest[0]!r}?" if nearest else f"the keys here are {', '.join(names)}"
        return f"{dotted} is not a key; {hint}"
    if detail["type"] == "missing":
        return f"{dotted} is missing; add it"
    message = detail["msg"].removeprefix("Value error, ")
    value = detail["input"]
    shown = f", got {value!r}" if isinstance(value, str | int | float | bool | None) and "got" not in message else ""
    return f"{dotted or 'the configuration'}: {message}{shown}"


def _in_file(location: Place) -> Place:
    """Drop the parts of pydantic's place that name a union's member, not a key of the file."""
    return tuple(part for part in location if isinstance(part, int) or re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", part))[
        : _depth(location)
    ]


def _depth(location: Place) -> int:
    model: Any = RunConfig
    for index, part in enumerate(location):
        if isinstance(part, int) or model is None:
            continue
        field = model.model_fields.get(part)
        if field is None:
            return index + 1
        model = _model_of(field.annotation)
        if model is None and isinstance(part, str) and len(location) > index + 1:
            return index + 1
    return len(location)


def _fields_at(location: Place) -> list[str]:
    model: Any = RunConfig
    for part in location:
        if isinstance(part, str) and model is not None:
            field = model.model_fields.get(part)
            model = _model_of(field.annotation) if field else None
    return list(model.model_fields) if model is not None else []


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """The record inside an annotation such as `tuple[Annotated[GateConfig, ...], ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_of(inner)
        if found is not None:
            return found
    return None


def _dotted(location: Place) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
