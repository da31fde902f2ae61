"""What may leave this machine: the configuration and every text without the paths and servers of this machine."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.passwords import without_passwords

_OUTSIDE = "evaluate:"
_HOLD_PATHS = frozenset(
    {
        "source",
        "train",
        "validation",
        "test",
        "model",
        "prompts",
        "predictions",
        "frames",
        "warm_start",
        "compare_with",
    }
)
"""Keys of the configuration whose text may be a path; all of `probes.data` and `audit.metrics` may be too."""
_WORD = r"[\w.~:/-]"
_ABSOLUTE = re.compile(rf"(?<!{_WORD})/(?:[^/\s=,'\"]+/)*([^/\s=,'\"]+)")


class Redaction:
    """Private names of one run, each with the name that a reader is given."""

    def __init__(self, config: RunConfig, folder: Path | None = None) -> None:
        """Collect what is private.

        Args:
            config: With its paths made absolute.
            folder: The run folder; None where there is none.
        """
        self._config = config
        self._names = _short_names(list(dict.fromkeys(_paths(config.model_dump(mode="json")))))
        self._places = {str(Path.home()): "~"}
        if folder is not None:
            self._places |= {str(path): folder.resolve().name for path in (folder.absolute(), folder.resolve())}
        known = self._places | self._names
        known |= {url: _server(url) for url in (config.tuning.storage, config.tuning.cluster or "") if "://" in url}
        self._known = {private: known[private] for private in sorted(known, key=len, reverse=True) if private != "/"}
        inside = "|".join(map(re.escape, self._known))
        self._pattern = re.compile(rf"(?<![\w.-])(?:{inside})(?![\w-])") if inside else None

    def name(self, path: str) -> str:
        """What a reader is told instead of a local path; anything else stays as it is."""
        return self._names.get(path) or (Path(path).name if path.startswith("/") else path)

    def text(self, text: str) -> str:
        """A text with private names replaced."""
        if self._pattern is None or "/" not in text:
            return text
        return without_passwords(self._pattern.sub(lambda match: self._known[match.group()], text))

    def everything(self, content: Any) -> Any:
        """The same JSON-able content with every text and key replaced."""
        if isinstance(content, str):
            return self.text(content)
        if isinstance(content, dict):
            return {self.text(key): self.everything(value) for key, value in content.items()}
        return [self.everything(value) for value in content] if isinstance(content, list) else content

    def config(self) -> RunConfig:
        """The configuration as it is attached to the card, hashed and shown."""
        return RunConfig.model_validate(self.everything(self._config.model_dump(mode="json")))


def public_argument(argument: str) -> str:
    """An argument of the command line as the card prints it: files by their names, no password."""
    return without_passwords(_ABSOLUTE.sub(r"\1", argument))


def _paths(content: Any, key: str = "", is_path: bool = False) -> Iterator[str]:
    if isinstance(content, dict):
        for name, value in content.items():
            yield from _paths(value, name, is_path or (key == "probes" and name == "data"))
    elif isinstance(content, list):
        for value in content:
            yield from _paths(value, key, is_path)
    elif isinstance(content, str):
        text = content.removeprefix(_OUTSIDE)
        if text.startswith("/") and (is_path or key in _HOLD_PATHS or text != content):
            yield text


def _short_names(paths: list[str]) -> dict[str, str]:
    """Each path by its last part, or by as many of them as set it apart from the others."""
    parts = {path: [part for part in Path(path).parts if part != "/"] for path in paths}
    found = {}
    for path, own in parts.items():
        others = [other for other in parts.values() if other != own]
        n = next((n for n in range(1, len(own)) if all(other[-n:] != own[-n:] for other in others)), len(own))
        found[path] = "/".join(own[-n:]) or "root"
    return found


def _server(url: str) -> str:
    return f"{url.partition('://')[0]}://…"
