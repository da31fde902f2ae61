"""One run: from a configuration to its folder, its stages and what is printed at the end."""

import shlex
import sys
from pathlib import Path
from typing import Any

from boletim.app.screen.terminal import Terminal
from boletim.contracts.errors import InputError
from boletim.contracts.sentence import Joined


def run_stages_of(
    stages: tuple[str, ...],
    config: Path,
    overrides: list[str] | None,
    run_dir: Path | None,
    terminal: Terminal,
    *,
    is_dry: bool = False,
) -> None:
    """Check all that can be checked, do these stages of a configuration's run and print the card, or the search where
    no card was asked for; a dry run ends after the checks.
    """
    from boletim.tuning.training.stop import stop_at_once

    with stop_at_once():
        one, card = finish(stages, config, overrides, run_dir, terminal, is_dry=is_dry)
    if card is not None:
        print_card(one, card)
    elif not is_dry:
        from boletim.app.screen.reader import reader_language
        from boletim.app.screen.summary import search_summary
        from boletim.app.stages.search_result import read_search

        terminal.result(*search_summary(read_search(one.folder), one.folder, reader_language()))


def finish(
    stages: tuple[str, ...],
    config: Path,
    overrides: list[str] | None,
    run_dir: Path | None,
    terminal: Terminal,
    *,
    is_dry: bool = False,
) -> tuple[Any, Any]:
    """The checks, then the stages: the run, and its card where one was drawn."""
    from boletim.app.flows.pipeline import run_stages
    from boletim.app.precheck.names import check_names
    from boletim.app.precheck.run import check_before, rehearse
    from boletim.app.screen.reader import work_in_language_of
    from boletim.contracts.configuration.file import load_with_source

    work_in_language_of(config)
    checked, source = load_with_source(config, overrides or [])
    if checked.is_finished and "audit" not in stages:
        raise InputError("no_candidates", at=config)
    one = one_run(checked, run_dir, terminal)
    one.warn(check_before(checked, source, one.folder, stages))
    check_names(checked)
    if is_dry:
        told = rehearse(checked, source)
        terminal.result(Joined(told), {"checked": str(config), "lines": told})
        return one, None
    if checked.is_finished:
        from boletim.app.flows.foreign import audit_finished

        return one, audit_finished(one, source)
    return one, run_stages(one, stages)


def one_run(config: Any, run_dir: Path | None, terminal: Terminal) -> Any:
    """The run of a configuration in its folder, `runs/<name>` unless another was given."""
    from boletim.app.run import Run
    from boletim.app.screen.reader import work_in
    from boletim.contracts.configuration.redaction import public_argument
    from boletim.contracts.files.run_folder import RunFolder
    from boletim.contracts.files.whole_text import whole_text

    work_in(config.language)
    folder = RunFolder(run_dir or Path("runs") / config.name)
    typed = whole_text(
        f"boletim {shlex.join(map(public_argument, sys.argv[1:]))}"
    )  # an argument that is not UTF-8 comes as surrogates
    return Run(config, folder, terminal, typed)


def print_card(one: Any, card: Any) -> None:
    """Print the verdict and where the files lie."""
    from boletim.app.screen.summary import card_summary

    one.terminal.result(*card_summary(card, one.folder))
