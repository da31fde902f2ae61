"""The terminal's lines in the language of whoever reads them.

The program says everything in English. `words.terminal`, `words.errors` and `words.help` of the English pack list those
sentences with their slots, the other packs say the same under the same keys: a line is recognised by the one and said
by the other. What nobody listed stays as it is. A slot whose name begins with `said` holds a sentence or word that is
listed too, `n` and `n_…` a number or an interval.

What the environment names (LC_ALL, LC_MESSAGES, LANG) goes first, where it is a language that Boletim speaks; else the
language of the configuration or the card; else English.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boletim.contracts.language import Language

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_ENGLISH = "en"
_LISTED = ("terminal", "errors", "help")
"""Where the packs hold what the terminal says."""
_PLACES = "errors.at_"
_SLOT = re.compile(r"\{(\w+)\}")
_FIGURES = r"[\[(+-]*\d[\d,.+\-\[\]()\s%]*(?:e[+-]?\d+)?"
"""One number, or an interval."""
_NUMBER = re.compile(r"\d+(,\d{3})*(\.\d+)?")
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
    """A text of one or more lines as its reader reads it."""
    language = reader_language()
    if language == _ENGLISH:
        return text
    return "\n".join(_line(line, language) for line in text.split("\n"))


def phrases(language: str) -> dict[str, str]:
    """The sentences that the terminal says by their dotted keys."""
    words = _pack(language).words
    return dict(_flat({part: words[part] for part in _LISTED}, ""))


def _line(line: str, language: str) -> str:
    """Indented as before; a status, which two spaces follow, ends where it ended."""
    rest = line.lstrip()
    said = _translated(rest, language)
    ends = [text.find("  ") for text in (rest, said)]
    indent = len(line) - len(rest) + (ends[0] - ends[1] if min(ends) > 0 else 0)
    return " " * indent + said


def _translated(text: str, language: str) -> str:
    for pattern, key in _patterns():
        if found := pattern.fullmatch(text):
            values = {name: _value(name, value, language) for name, value in found.groupdict().items()}
            return "".join(
                values[part] if place % 2 else part for place, part in enumerate(_SLOT.split(phrases(language)[key]))
            )
    return text


def _value(name: str, value: str, language: str) -> str:
    if name.startswith("said"):
        return _translated(value, language)
    return _number(value, language) if _is_number(name) else value


def _is_number(slot: str) -> bool:
    return slot.partition("_")[0] == "n"


def _number(value: str, language: str) -> str:
    signs = _pack(language).numbers
    table = str.maketrans({".": signs.decimal, ",": signs.thousands})
    between = value.replace(", ", "; ") if signs.decimal == "," else value
    return _NUMBER.sub(lambda number: number[0].translate(table), between)


def _known() -> tuple[str, ...]:
    from boletim.contracts.language import known_languages  # pydantic, which --help does without

    return known_languages()


def _pack(code: str) -> "Language":
    from boletim.contracts.language import load_language

    return load_language(code)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Of the English sentences: first those that say where something is, then the one with most letters of its own."""
    known = phrases(_ENGLISH)
    ordered = sorted(known, key=lambda key: (not key.startswith(_PLACES), -len(_SLOT.sub("", known[key]))))
    return tuple((re.compile(_as_pattern(known[key]), re.DOTALL), key) for key in ordered)


def _as_pattern(sentence: str) -> str:
    parts = _SLOT.split(sentence)
    return "".join(_slot(part) if place % 2 else re.escape(part) for place, part in enumerate(parts))


def _slot(name: str) -> str:
    """Nothing but a sentence holds the two spaces that follow a status."""
    inside = _FIGURES if _is_number(name) else r".+?" if name.startswith("said") else r"(?:(?!  ).)+?"
    return f"(?P<{name}>{inside})"


def _flat(table: dict[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value
