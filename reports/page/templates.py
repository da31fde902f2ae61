"""The text of templates."""

from importlib.resources import files


def template_source(name: str) -> str:
    """One file of `templates`, by its path inside; `package:file` is one of another package."""
    package, _, path = name.rpartition(":")
    return files(package or "boletim.templates").joinpath(path).read_text(encoding="utf-8")
