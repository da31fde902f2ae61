"""The last card: kept in the run folder as soon as the run begins, and compared when this one is put together."""

import hashlib
from pathlib import Path

from pydantic import ValidationError

from boletim.app.run import Run
from boletim.contracts.errors import RunFolderError
from boletim.contracts.files.atomic import hash_file, write_bytes, write_text
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.results.card import Card
from boletim.contracts.results.changes import RunDiff

_ORIGIN = "run.txt"
_KEPT = ("card.json", "predictions.parquet")


def keep_last_card(run: Run) -> None:
    """Copy what `card.compare_with` names into this run's folder, so that the other run may go.

    A run that is gone and was kept before stays as it was kept.

    Raises:
        RunFolderError: What is named is no run with a card, or is this run itself.
    """
    named, kept = run.config.card.compare_with, run.folder.compared
    if named is None:
        for name in (*_KEPT, _ORIGIN):
            (kept / name).unlink(missing_ok=True)
        return
    source, origin = Path(named), kept / _ORIGIN
    if source.resolve() == run.folder.path.resolve():
        raise RunFolderError("compare_with_itself", named=named)
    if not source.exists() and origin.exists() and origin.read_text(encoding="utf-8") == named:
        return
    last = RunFolder.existing(source, "card.json")
    content = last.card.read_bytes()
    _parsed(content, named)
    write_bytes(kept / "card.json", content)
    (kept / "predictions.parquet").unlink(missing_ok=True)
    if last.predictions.exists():
        write_bytes(kept / "predictions.parquet", last.predictions.read_bytes())
    write_text(origin, named)


def last_card_hashes(folder: RunFolder) -> dict[str, str]:
    """sha256 of the kept files by name; empty where nothing is kept."""
    return {name: hash_file(path) for name in _KEPT if (path := folder.compared / name).exists()}


def compare_with_last(folder: RunFolder, card: Card) -> RunDiff | None:
    """What changed since the kept card; None where none is kept."""
    from boletim.app.stages.comparison import Audited, compare_audited

    if not (folder.compared / "card.json").exists():
        return None
    last = _parsed((folder.compared / "card.json").read_bytes(), str(folder.compared))
    sides = ((last, folder.compared / "predictions.parquet"), (card, folder.predictions))
    old, new = (Audited.of(one, path if path.exists() else None) for one, path in sides)
    return compare_audited(old, new)


def last_card_key(folder: RunFolder) -> str:
    """Changes when another last card is kept."""
    return hashlib.sha256(repr(sorted(last_card_hashes(folder).items())).encode()).hexdigest()


def _parsed(content: bytes, place: str) -> Card:
    try:
        return Card.model_validate_json(content)
    except ValidationError as error:
        raise RunFolderError("compare_with_other", place=place) from error
