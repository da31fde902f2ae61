"""A folder's files on their way to another machine."""

from pathlib import Path

import numpy as np

Files = dict[str, np.ndarray]
"""Bytes by path."""


def pack(base: Path, folder: Path) -> Files:
    """All files below a folder, by their paths from the base."""
    return {
        str(path.relative_to(base)): np.fromfile(path, np.uint8) for path in sorted(folder.rglob("*")) if path.is_file()
    }


def unpack(files: Files, base: Path, last: str = "") -> None:
    """Write them below another base; those of this name last, so that it says that all is there."""
    for name in sorted(files, key=lambda name: Path(name).name == last):
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        files[name].tofile(path)
