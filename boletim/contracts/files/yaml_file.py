"""Write YAML as Boletim reads it."""

from pathlib import Path
from typing import Any

import yaml

from boletim.contracts.files.atomic import write_text


def write_yaml(path: Path, content: Any, mode: int = 0o644) -> None:
    """UTF-8, keys in the order given, written whole or not at all."""
    write_text(path, as_yaml(content), mode)


def as_yaml(content: Any) -> str:
    """The text that `write_yaml` writes."""
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
