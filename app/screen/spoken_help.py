"""`--help` and mistakes in a command, as whoever reads them speaks.

The sentences stand in English in the commands, where typer finds them, and under `help` in the language packs. What
typer says itself is listed there too (`typed_…`), with slots: of another library's sentences there is the text alone.
"""

import io
import re
import sys
from functools import cache
from typing import Any

import typer

from boletim.app.screen.reader import reader_language

_Mistake: Any = typer.BadParameter.__base__
_Plain: Any = typer.Context.formatter_class
_TYPED = "typed_"
_REMARK = re.compile(r"  \[(.+)\]\Z")
"""What stands behind an option: that it is required, or what it is where it is left out."""


def speak(app: typer.Typer) -> None:
    """Run the command line with its help and its complaints in the reader's words; ends the process."""
    command: Any = typer.main.get_command(app)
    _translate(command)
    try:
        code = command(prog_name="boletim", standalone_mode=False)
    except _Mistake as error:
        written = io.StringIO()
        error.show(written)
        print(*map(_spoken, written.getvalue().rstrip("\n").split("\n")), sep="\n", file=sys.stderr)
        code = error.exit_code
    sys.exit(code or 0)


class _Formatter(_Plain):  # type: ignore[misc]
    """Lays out help whose headings and remarks the reader understands."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line."""
        super().write_usage(prog, args, prefix or f"{_spoken('Usage')}: ")

    def write_heading(self, heading: str) -> None:
        """Of a list."""
        super().write_heading(_spoken(heading))

    def write_dl(self, rows: Any, *arguments: Any, **named: Any) -> None:
        """A list of what can be typed and what it does."""
        spoken = [(name, _REMARK.sub(_remark, _spoken(told))) for name, told in rows]
        super().write_dl(spoken, *arguments, **named)


class _Context(typer.Context):
    formatter_class = _Formatter


def _remark(found: re.Match[str]) -> str:
    return f"  [{'; '.join(map(_spoken, found[1].split('; ')))}]"


def _spoken(text: str) -> str:
    if reader_language() == "en":
        return text
    from boletim.contracts.language import load_language  # slow to import, and `boletim --help` answers at once

    words = load_language(reader_language()).words["help"]
    for name, english in sorted(load_language("en").words["help"].items(), key=lambda pair: -len(pair[1])):
        if text == english:
            return str(words[name])
        if name.startswith(_TYPED) and (found := _pattern(english).fullmatch(text)):
            return str(words[name]).format(**found.groupdict())
    head, colon, rest = text.partition(": ")
    is_headed = colon and head in load_language("en").words["help"].values()
    return f"{_spoken(head)}: {_spoken(rest)}" if is_headed else text


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", sentence)
    return re.compile("".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts)))


def _translate(command: Any) -> None:
    """Every sentence of help, from the program down to each option."""
    command.context_class = _Context
    for one in (command, *command.params):
        if getattr(one, "help", None):
            one.help = _spoken(one.help)
    for inner in getattr(command, "commands", {}).values():
        _translate(inner)
