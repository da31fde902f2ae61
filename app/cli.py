"""The command line: all commands in one place, and how errors become one line and an exit code."""

import os
import sys
import traceback
from typing import Annotated

import typer

from boletim import __version__
from boletim.app.commands.auditing import audit, probe
from boletim.app.commands.cards import check, diff, render, sign, verify
from boletim.app.commands.machine import doctor, schema, selftest
from boletim.app.commands.running import clean, init, predict, run, suggest, tune
from boletim.app.screen.reader import language_of_environment
from boletim.app.screen.spoken_help import speak
from boletim.app.screen.terminal import as_read, safe_to_show
from boletim.contracts.errors import BoletimError, StopRequest
from boletim.contracts.extras import missing_extra
from boletim.contracts.sentence import Sentence

app = typer.Typer(
    help="Evaluate and audit Transformer classifiers; the run ends in a PDF report card.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)
for command in (
    init,
    suggest,
    run,
    tune,
    clean,
    audit,
    probe,
    predict,
    render,
    check,
    diff,
    sign,
    verify,
    selftest,
    doctor,
    schema,
):
    app.command()(command)


def main() -> None:
    """Run the command line; an error that the user can mend is one line and exit code 2."""
    try:
        if language_of_environment() in (None, "en"):
            app(prog_name="boletim")
        else:
            speak(app)
    except BoletimError as error:
        if "--debug" in sys.argv:
            print(safe_to_show(traceback.format_exc()), file=sys.stderr)
        print(f"boletim: {as_read(error.sentence)}", file=sys.stderr)
        sys.exit(2)
    except StopRequest as stop:
        print(f"boletim: {as_read(stop.sentence)}", file=sys.stderr, flush=True)
        sys.stdout.flush()
        os._exit(0)  # waits for no thread: all is on the disk as after a kill
    except KeyboardInterrupt:
        print(f"boletim: {as_read(Sentence('terminal.other.interrupted'))}", file=sys.stderr)
        sys.exit(130)
    except ModuleNotFoundError as error:
        if (line := missing_extra(error.name or "")) is None or "--debug" in sys.argv:
            print(safe_to_show(traceback.format_exc()), file=sys.stderr)
            sys.exit(1)
        print(f"boletim: {as_read(line)}", file=sys.stderr)
        sys.exit(2)
    except Exception:
        print(safe_to_show(traceback.format_exc()), file=sys.stderr)
        sys.exit(1)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        print(f"boletim {__version__}")
        raise typer.Exit()


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Evaluate and audit Transformer classifiers; the run ends in a PDF report card."""
