"""The configuration's door: YAML is read within bounds, and whatever is wrong with it is told with its line."""

import math
import os
import re
import stat
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from boletim.contracts.configuration.passwords import without_passwords
from boletim.contracts.errors import ConfigError, line_of
from boletim.contracts.sentence import Sentence

Place = tuple[str | int, ...]
"""Keys and positions from the top of the file."""

_MOST_BYTES = 1_000_000
_MOST_WRITTEN = 4 * _MOST_BYTES
"""Characters of a whole configuration with its defaults."""
_MOST_DEPTH = 20
_MOST_VALUES = 20_000
"""Also after every alias is followed."""
_LONGEST_SHOWN = 120
_FLOAT, _INT = "tag:yaml.org,2002:float", "tag:yaml.org,2002:int"


class _Loader(yaml.SafeLoader):
    """Safe YAML in which 1e-5 is a number (YAML 1.2), numbers are finite, and a date stays text."""

    def construct_number(self, node: yaml.ScalarNode) -> int | float:
        """An integer or a float, as its tag says."""
        make = self.construct_yaml_int if node.tag == _INT else self.construct_yaml_float
        try:
            number: int | float = make(node)  # type: ignore[no-untyped-call]
            is_finite = math.isfinite(number)
        except (ValueError, OverflowError):
            is_finite = False
        if is_finite:
            return number
        raise yaml.constructor.ConstructorError(
            None, None, Sentence("errors.yaml_infinite", value=shown(node.value)), node.start_mark
        )

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Every key is text, as it is written: `0`, `no` and `2024-01-01` too."""
        self.flatten_mapping(node)  # type: ignore[no-untyped-call]
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}  # type: ignore[no-untyped-call]


_Loader.yaml_implicit_resolvers = {
    key: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    _FLOAT,
    re.compile(r"^[-+]?(\d+(\.\d*)?|\.\d+)[eE][-+]?\d+$"),
    list("-+0123456789."),
)
for _tag in (_FLOAT, _INT):
    _Loader.add_constructor(_tag, _Loader.construct_number)


def read_text(path: Path, what: str = "errors.a_configuration") -> str:
    """The file's text; `what` it is for a message, by the key of its words.

    Raises:
        ConfigError: It is no file, too large, or no UTF-8.
    """
    name, said = shown(str(path), quoted=False), Sentence(what)
    try:
        kind = path.stat()
        if not stat.S_ISREG(kind.st_mode):
            kind_of_it = Sentence("errors.config_folder" if stat.S_ISDIR(kind.st_mode) else "errors.config_pipe")
            raise ConfigError("config_file", said_what=said, said=kind_of_it, at=name)
        if kind.st_size > _MOST_BYTES:
            raise ConfigError("config_large", what=said, n_st_size=kind.st_size, at=name)
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError("no_config", file=name, at=name) from error
    except UnicodeDecodeError as error:
        raise ConfigError("yaml_utf", said_what=said, place=error.start, at=name) from error
    except (OSError, ValueError) as error:
        why = os.strerror(error.errno or 0) if isinstance(error, OSError) else str(error)
        raise ConfigError("config_unreadable", why=why, at=name) from error


def parse_file(where: str, text: str) -> tuple[dict[str, Any], dict[Place, int]]:
    """The mapping that a file holds, and the line of each of its places.

    Raises:
        ConfigError: It is not YAML, not a mapping, or beyond the bounds.
    """
    lines: dict[Place, int] = {}
    content = _parse(where, text, lines)
    if content is None:
        raise ConfigError("empty_config", at=where)
    if not isinstance(content, dict):
        raise ConfigError("not_mapping_line", where=where, kind=type(content).__name__)
    return content, lines


def parse_value(where: str, text: str) -> Any:
    """One value of the command line.

    Raises:
        ConfigError: It is not YAML, or beyond the bounds.
    """
    return _parse(where, text, {})


def load_written(where: str, text: str) -> Any:
    """What YAML that Boletim wrote holds, as `safe_load` reads it, after the bounds were seen to hold.

    Raises:
        ConfigError: It is not YAML, or beyond the bounds.
    """
    if len(text) > _MOST_WRITTEN:
        raise ConfigError("config_characters", n_most_written=_MOST_WRITTEN, n_text=len(text), at=where)
    _parse(where, text, {})
    return yaml.safe_load(text)


def shown(value: Any, *, quoted: bool = True) -> str:
    """A value as a message shows it: short, on one line, without passwords."""
    text = without_passwords(repr(value) if quoted else "".join(c if c.isprintable() else "\ufffd" for c in str(value)))
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}… ({len(text):,} characters)"


def dotted(place: Place) -> str:
    """A place as people write it: `candidates[0].max_length`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return shown(text, quoted=False)


def _parse(where: str, text: str, lines: dict[Place, int]) -> Any:
    try:
        _check_bounds(where, text)
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            return None
        _count(where, node, {}, set())
        _note_lines(where, node, (), lines)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else "?"
        problem = error.problem or error.context or Sentence("errors.breaks_off")
        problem = problem if isinstance(problem, Sentence) else shown(problem, quoted=False)
        raise ConfigError("yaml_problem", problem=problem, hint=_hint(problem), at=line_of(where, line)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        raise ConfigError("yaml_sign", code=_code(error.character), at=line_of(where, line)) from error


def _code(character: int | str) -> str:
    return f"U+{ord(character) if isinstance(character, str) else character:04X}"


def _hint(problem: str) -> str:
    if "\\t" in problem or "cannot start any token" in problem:
        return Sentence("errors.hint_in_brackets", said=Sentence("errors.hint_tab"))
    said = Sentence("errors.hint_colon")
    return Sentence("errors.hint_in_brackets", said=said) if "mapping values" in problem else ""


def _check_bounds(where: str, text: str) -> None:
    """Depth, number of values and tags, before anything is built."""
    depth = n_values = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if not isinstance(event, yaml.NodeEvent):
            continue
        n_values += 1
        depth += isinstance(event, yaml.CollectionStartEvent)
        if depth > _MOST_DEPTH:
            raise ConfigError("yaml_deep", n=_MOST_DEPTH, at=line_of(where, line))
        if n_values > _MOST_VALUES:
            raise _too_many(where, line)
        tag = getattr(event, "tag", None)
        if tag is not None:
            name = shown(tag.replace("tag:yaml.org,2002:", "!!"), quoted=False)
            raise ConfigError("yaml_tags", name=name, at=line_of(where, line))


def _too_many(where: str, line: int) -> ConfigError:
    return ConfigError("yaml_values", n=_MOST_VALUES, at=line_of(where, line))


def _count(where: str, node: yaml.Node, known: dict[int, int], open_nodes: set[int]) -> int:
    """Values below a node with every alias followed."""
    line = node.start_mark.line + 1
    if len(open_nodes) > _MOST_DEPTH:
        raise ConfigError("yaml_deep", n=_MOST_DEPTH, at=line_of(where, line))
    if id(node) in open_nodes:
        raise ConfigError("yaml_anchor", at=line_of(where, line))
    if id(node) not in known:
        open_nodes.add(id(node))
        inner = [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
        parts = inner if isinstance(node, yaml.CollectionNode) else []
        known[id(node)] = 1 + sum(_count(where, part, known, open_nodes) for part in parts)
        open_nodes.discard(id(node))
        if known[id(node)] > _MOST_VALUES:
            raise _too_many(where, line)
    return known[id(node)]


def _note_lines(where: str, node: yaml.Node, place: Place, lines: dict[Place, int]) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise ConfigError("yaml_key", at=line_of(where, line))
            inner = (*place, str(key.value))
            if inner in lines and key.value != "<<":
                raise ConfigError("yaml_twice", key=dotted(inner), line=lines[inner], at=line_of(where, line))
            lines[inner] = line
            _note_lines(where, value, inner, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _note_lines(where, value, (*place, index), lines)
