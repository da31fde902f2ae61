"""The run folder: where each stage's files lie, who holds it, and which stages are done."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import RootModel

from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.atomic import write_json
from boletim.contracts.files.run_files import read_record
from boletim.contracts.files.stage_outputs import Output, changed_output, note_outputs
from boletim.contracts.files.yaml_file import write_yaml
from boletim.contracts.record import Record
from boletim.contracts.sentence import Sentence


class StageDone(Record):
    """A stage that finished."""

    key: str
    """Hash of its inputs."""
    seconds: float = 0.0
    outputs: dict[str, Output] = {}
    """The files that it wrote, by their names in the run folder."""


class StagesDone(RootModel[dict[str, StageDone]]):
    """The content of stages.json."""


class RunFolder:
    """Paths and bookkeeping of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path / "config.yaml"
        self.provenance = path / "provenance.json"
        self.corpus = path / "corpus"
        self.search = path / "search.json"
        self.trials = path / "trials"
        self.model = path / "model"
        self.predictions = path / "predictions.parquet"
        self.audit = path / "audit.json"
        self.probes = path / "probes.json"
        self.cost = path / "cost.json"
        self.card = path / "card.json"
        self.stages = path / "stages.json"
        self.gates = path / "gates.json"
        self.compared = path / "compared"

    @classmethod
    def existing(cls, path: Path, needs: str) -> "RunFolder":
        """A folder that holds at least the file `needs`.

        Raises:
            RunFolderError: It does not.
        """
        folder = cls(path)
        if not (path / needs).exists():
            what = (
                Sentence("errors.has_no", name=needs)
                if path.is_dir()
                else Sentence("errors.is_file")
                if path.exists()
                else Sentence("errors.not_exist")
            )
            raise RunFolderError("run_folder", needs=needs, path=path, said=what)
        return folder

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for this process alone; the lock goes with the process, however it ends.

        Raises:
            RunFolderError: Another process holds it, or it cannot be made.
        """
        made = [folder for folder in (self.path, *self.path.parents) if not folder.exists()]
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise RunFolderError("run_folder_use", path=self.path, reason=error.strerror) from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                holder = os.pread(handle, 100, 0).decode("ascii", "replace").strip() or "another process"
                raise RunFolderError("run_folder_held", path=self.path, holder=holder) from error
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"process {os.getpid()}".encode("ascii"), 0)
            yield
        finally:
            if made and os.listdir(self.path) == [".lock"]:  # refused at the door: no mark is left
                (self.path / ".lock").unlink()
                for folder in made:
                    if not os.listdir(folder):
                        folder.rmdir()
            os.close(handle)

    def keep_config(self, content: dict[str, Any]) -> None:
        """Write config.yaml, for its owner's eyes alone: it names this machine's paths and servers."""
        write_yaml(self.config, content, mode=0o600)

    def is_done(self, stage: str, key: str) -> bool:
        """Whether the stage finished with these inputs, and what it wrote is still there and the same."""
        return self.earlier_key(stage) == key and self.changed_output(stage) is None

    def changed_output(self, stage: str) -> str | None:
        """The first file of a finished stage that is gone or is another than the stage wrote."""
        done = self._stages().get(stage)
        return changed_output(self.path, done.outputs) if done is not None else None

    def earlier_key(self, stage: str) -> str | None:
        """The inputs' key that the stage last finished with."""
        done = self._stages().get(stage)
        return done.key if done is not None else None

    def mark_done(self, stage: str, key: str, seconds: float, outputs: Iterable[Path] = ()) -> None:
        """Remember that the stage finished with these inputs and wrote these files; a folder stands for its files."""
        done = StageDone(key=key, seconds=round(seconds, 3), outputs=note_outputs(self.path, outputs))
        self._write_stages(self._stages() | {stage: done})

    def mark_undone(self, *stages: str) -> None:
        """Forget stages whose inputs are about to change."""
        self._write_stages({name: done for name, done in self._stages().items() if name not in stages})

    def seconds(self) -> dict[str, float]:
        """Wall time of each finished stage."""
        return {stage: done.seconds for stage, done in self._stages().items()}

    def _stages(self) -> dict[str, StageDone]:
        return read_record(self.stages, StagesDone, "errors.remove_stages").root if self.stages.exists() else {}

    def _write_stages(self, stages: dict[str, StageDone]) -> None:
        write_json(self.stages, {name: done.model_dump(mode="json") for name, done in stages.items()})


def key_of(*parts: Any) -> str:
    """Hash of JSON-able inputs: equal inputs, equal key."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
