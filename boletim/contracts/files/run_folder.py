"""The run folder: where each stage's files lie, who holds it, and which stages are done."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.atomic import write_json
from boletim.contracts.files.yaml_file import write_yaml


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
            what = "has no " + needs if path.is_dir() else "does not exist"
            raise RunFolderError(
                f"a run folder holds {needs}, {path} {what}; give the folder that `boletim run` printed"
            )
        return folder

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for this process alone; the lock goes with the process, however it ends.

        Raises:
            RunFolderError: Another process holds it, or it cannot be made.
        """
        was_there = self.path.exists()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise RunFolderError(
                f"cannot use {self.path}: {error.strerror}; choose a folder you may write with --run-dir"
            ) from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                holder = os.pread(handle, 100, 0).decode("ascii", "replace").strip() or "another process"
                raise RunFolderError(
                    f"one run folder serves one process, {self.path} is held by {holder}; "
                    "wait for it or choose another folder with --run-dir"
                ) from error
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"process {os.getpid()}".encode("ascii"), 0)
            yield
        finally:
            if not was_there and os.listdir(self.path) == [".lock"]:  # refused at the door: no mark is left
                (self.path / ".lock").unlink()
                self.path.rmdir()
            os.close(handle)

    def keep_config(self, content: dict[str, Any]) -> None:
        """Write config.yaml, for its owner's eyes alone: it names this machine's paths and servers."""
        write_yaml(self.config, content, mode=0o600)

    def is_done(self, stage: str, key: str) -> bool:
        """Whether the stage finished with these inputs."""
        return self._stages().get(stage, {}).get("key") == key

    def earlier_key(self, stage: str) -> str | None:
        """The inputs' key that the stage last finished with."""
        key: str | None = self._stages().get(stage, {}).get("key")
        return key

    def mark_done(self, stage: str, key: str, seconds: float) -> None:
        """Remember that the stage finished with these inputs."""
        write_json(self.stages, self._stages() | {stage: {"key": key, "seconds": round(seconds, 3)}})

    def mark_undone(self, *stages: str) -> None:
        """Forget stages whose inputs are about to change."""
        left = {name: entry for name, entry in self._stages().items() if name not in stages}
        write_json(self.stages, left)

    def seconds(self) -> dict[str, float]:
        """Wall time of each finished stage."""
        return {stage: entry["seconds"] for stage, entry in self._stages().items()}

    def _stages(self) -> dict[str, dict[str, Any]]:
        if not self.stages.exists():
            return {}
        content: dict[str, dict[str, Any]] = json.loads(self.stages.read_text(encoding="utf-8"))
        return content


def key_of(*parts: Any) -> str:
    """Hash of JSON-able inputs: equal inputs, equal key."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
