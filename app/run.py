"""One run: what is asked, where it goes, who is told, and which stages are already done."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from boletim.contracts.configuration import RunConfig
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.protocols import Screen
from boletim.contracts.sentence import Sentence, word

_ORDER = ("prepare", "tune", "audit", "probe", "card")
"""Each stage reads what those before it wrote."""


@dataclass(frozen=True)
class Run:
    """What every stage is given."""

    config: RunConfig
    folder: RunFolder
    terminal: Screen
    command: str
    """What the user typed, printed on the card."""

    def warn(self, warnings: Iterable[str]) -> None:
        """Tell what does not stop the run and may disappoint."""
        for said in warnings:
            self.terminal.warn(Sentence("terminal.warning", said=said))

    def stage(self, name: str, key: str, work: Callable[[], str], outputs: Sequence[Path]) -> None:
        """Do one stage, unless it finished before with the same inputs and its files are still those it wrote.

        A stage whose files were changed is done again, and every stage after it.

        Args:
            name: Of the stage.
            key: Hash of all its inputs.
            work: Writes the stage's files and returns one line about them.
            outputs: Those files; a folder stands for the files in it.
        """
        if self.folder.is_done(name, key):
            self.terminal.say(Sentence("terminal.stage.kept", said=word(name)))
            return
        if self.folder.earlier_key(name) == key:
            changed = self.folder.changed_output(name)
            self.warn([Sentence("terminal.stage.changed", stage=word(name), file=changed)])
            self.folder.mark_undone(*_ORDER[_ORDER.index(name) :])
        self.terminal.say(Sentence("terminal.stage.begins", stage=word(name)))
        begun = time.monotonic()
        summary = work()
        seconds = time.monotonic() - begun
        self.folder.mark_done(name, key, seconds, outputs)
        said = Sentence("terminal.stage.ended", stage=word(name), summary=summary, n_seconds=seconds)
        self.terminal.say(said)
