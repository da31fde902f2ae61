"""Read the user's own sentence frames."""

from pathlib import Path

import yaml

from boletim.contracts.errors import InputError
from boletim.contracts.language import Frame, Language
from probes._frames import check_frame


def read_frames(path: str, language: Language) -> tuple[Frame, ...]:
    """Frames of a YAML file: a list of `{id: ..., text: ...}`.

    Args:
        path: The file.
        language: Decides which slots there are.

    Raises:
        InputError: The file cannot be read or an entry breaks a rule; the message names the place.
    """
    content = _load(path)
    if not isinstance(content, list) or not content:
        raise InputError(
            f"{path}: frames are a list of {{id, text}}, got {_kind(content)}; write one `- id:` per frame"
        )
    frames = [_frame(path, number, entry) for number, entry in enumerate(content, start=1)]
    for frame in frames:
        try:
            check_frame(frame, language)
        except InputError as error:
            raise InputError(f"{path}: {error}") from error
        if sum(other.id == frame.id for other in frames) > 1:
            raise InputError(f"{path}: every frame has an id of its own, {frame.id!r} is there twice; rename one")
    return tuple(frames)


def _load(path: str) -> object:
    try:
        return yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"probes.frames must be a file that can be read, got {path}: {error.strerror}; correct the path"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: frames are UTF-8 text, byte {error.start} is not; save the file as UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        raise InputError(f"{path}:{line} must be YAML, but {problem}; correct the line") from error


def _frame(path: str, number: int, entry: object) -> Frame:
    if not isinstance(entry, dict) or set(entry) != {"id", "text"}:
        keys = sorted(map(str, entry)) if isinstance(entry, dict) else _kind(entry)
        raise InputError(f"{path}: frame {number} must have exactly the keys id and text, got {keys}; correct it")
    if not all(isinstance(value, str) and value.strip() for value in entry.values()):
        raise InputError(f"{path}: frame {number} must have texts under id and text, got {entry}; put them in quotes")
    return Frame(id=entry["id"], text=entry["text"])


def _kind(content: object) -> str:
    if isinstance(content, list | dict | str) and not content:
        return "nothing"
    names = {dict: "a mapping", list: "a list", str: "a text", type(None): "nothing"}
    return names.get(type(content), f"a {type(content).__name__}")
