"""Which language the terminal speaks.

What the environment names (LC_ALL, LC_MESSAGES, LANG) goes first, where it is a language that Boletim speaks; else the
language of the configuration or the card; else English.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

from boletim.contracts.sentence import in_language

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_ENGLISH = "en"
_LANGUAGE = re.compile(rb"""^language:[ \t]*["']?([A-Za-z-]{2,5})""", re.MULTILINE)
_of_work = {"language": ""}


def work_in(language: str) -> None:
    """Take the language of a configuration or a card, for readers whose environment names none; empty forgets it."""
    _of_work["language"] = language


def work_in_language_of(configuration: Path) -> None:
    """Take the language that a configuration names, so that its own mistakes are told in it."""
    with suppress(OSError):
        if configuration.is_file():
            with configuration.open("rb") as file:
                named = _LANGUAGE.search(file.read(1 << 16))
            work_in(named[1].decode() if named else "")


def reader_language() -> str:
    """Code of the language that the terminal speaks now."""
    work = _of_work["language"]
    return language_of_environment() or (work if work in _known() else _ENGLISH)


def language_of_environment() -> str | None:
    """The language that the environment names, `pt_BR.UTF-8` or `pt_PT` being `pt-BR`; None for `C`."""
    named = next((value for name in _VARIABLES if (value := os.environ.get(name))), "")
    spoken = named.partition(".")[0].partition("_")[0].lower()
    if spoken in ("", "c", "posix", _ENGLISH):  # known without the packs, whose reading takes its time
        return _ENGLISH if spoken == _ENGLISH else None
    return next((code for code in _known() if code.partition("-")[0] == spoken), None)


def in_readers_words(text: str) -> str:
    """What the program says, as its reader reads it; what is no sentence of the program stays as it is."""
    return in_language(text, reader_language())


def _known() -> tuple[str, ...]:
    from boletim.contracts.language import known_languages  # pydantic, which --help does without

    return known_languages()
