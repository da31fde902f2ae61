"""The text of the files in `templates`."""

from importlib.resources import files


def template_source(name: str) -> str:
    """One file of `templates`, by its path inside."""
    return files("boletim.templates").joinpath(name).read_text(encoding="utf-8")
