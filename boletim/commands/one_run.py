"""One run: from a configuration to its folder, its stages and what is printed at the end."""

import shlex
import sys
from pathlib import Path
from typing import Any

from boletim.contracts.errors import InputError
from boletim.terminal import Terminal


def run_stages_of(
    stages: tuple[str, ...], config: Path, overrides: list[str] | None, run_dir: Path | None, terminal: Terminal
) -> None:
    """Do these stages of a configuration's run and print the card, or the search where no card was asked for."""
    from tuning.stop import stop_at_once

    with stop_at_once():
        _run_stages_of(stages, config, overrides, run_dir, terminal)


def _run_stages_of(
    stages: tuple[str, ...], config: Path, overrides: list[str] | None, run_dir: Path | None, terminal: Terminal
) -> None:
    from boletim.contracts.config_file import load_config
    from boletim.launcher import processes_of_launcher
    from boletim.pipeline import run_stages

    one = one_run(load_config(config, [*(overrides or []), *processes_of_launcher()]), run_dir, terminal)
    if one.config.is_finished:
        from boletim.foreign import audit_finished

        if "audit" not in stages:
            raise InputError(
                f"{config}: a search needs candidates, this configuration has a finished model; use `boletim run`"
            )
        print_card(one, audit_finished(one))
        return
    card = run_stages(one, stages)
    if card is None:
        from boletim.stages.tune import read_search
        from boletim.summary import search_summary

        terminal.result(*search_summary(read_search(one.folder), one.folder, one.config.card.languages[0]))
    else:
        print_card(one, card)


def one_run(config: Any, run_dir: Path | None, terminal: Terminal) -> Any:
    """The run of a configuration in its folder, `runs/<name>` unless another was given."""
    from boletim.contracts.run_folder import RunFolder
    from boletim.contracts.whole_text import whole_text
    from boletim.run import Run

    folder = RunFolder(run_dir or Path("runs") / config.name)
    typed = whole_text(f"boletim {shlex.join(sys.argv[1:])}")  # an argument that is not UTF-8 comes as surrogates
    return Run(config, folder, terminal, typed)


def print_card(one: Any, card: Any) -> None:
    """Print the verdict and where the files lie."""
    from boletim.summary import card_summary

    one.terminal.result(*card_summary(card, one.folder))
