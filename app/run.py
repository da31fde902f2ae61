"""One run: what is asked, where it goes, who is told, and which stages are already done."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from boletim.app.screen.terminal import Terminal
from boletim.contracts.configuration import RunConfig
from boletim.contracts.files.run_folder import RunFolder


@dataclass(frozen=True)
class Run:
    """What every stage is given."""

    config: RunConfig
    folder: RunFolder
    terminal: Terminal
    command: str
    """What the user typed, printed on the card."""

    def stage(self, name: str, key: str, work: Callable[[], str]) -> None:
        """Do one stage, unless it finished before with the same inputs.

        Args:
            name: Of the stage.
            key: Hash of all its inputs.
            work: Writes the stage's files and returns one line about them.
        """
        if self.folder.is_done(name, key):
            self.terminal.say(f"{name}: done before, kept")
            return
        self.terminal.say(f"{name} …")
        begun = time.monotonic()
        summary = work()
        seconds = time.monotonic() - begun
        self.folder.mark_done(name, key, seconds)
        self.terminal.say(f"{name}: {summary} ({seconds:.1f} s)")
