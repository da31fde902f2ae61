"""`--help` and mistakes in a command, as whoever reads them speaks."""

import io
import re
import sys
from typing import Any

import typer

from boletim.app.screen.reader import in_readers_words

_Mistake: Any = typer.BadParameter.__base__
_Plain: Any = typer.Context.formatter_class
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
        print(in_readers_words(written.getvalue().rstrip("\n")), file=sys.stderr)
        code = error.exit_code
    sys.exit(code or 0)


class _Formatter(_Plain):  # type: ignore[misc]
    """Lays out help whose headings and remarks the reader understands."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line."""
        super().write_usage(prog, args, prefix or f"{in_readers_words('Usage')}: ")

    def write_heading(self, heading: str) -> None:
        """Of a list."""
        super().write_heading(in_readers_words(heading))

    def write_dl(self, rows: Any, *arguments: Any, **named: Any) -> None:
        """A list of what can be typed and what it does."""
        spoken = [(name, _REMARK.sub(_remark, in_readers_words(told))) for name, told in rows]
        super().write_dl(spoken, *arguments, **named)


class _Context(typer.Context):
    formatter_class = _Formatter


def _remark(found: re.Match[str]) -> str:
    return f"  [{'; '.join(map(in_readers_words, found[1].split('; ')))}]"


def _translate(command: Any) -> None:
    """Every sentence of help, from the program down to each option."""
    command.context_class = _Context
    for one in (command, *command.params):
        if getattr(one, "help", None):
            one.help = in_readers_words(one.help)
    for inner in getattr(command, "commands", {}).values():
        _translate(inner)
