"""Room for checkpoints: old ones go first, then the search waits, and goes on when there is room again."""

import shutil
from contextlib import suppress
from pathlib import Path

from boletim.contracts.errors import ConfigError
from boletim.contracts.sentence import Sentence
from boletim.tuning.search.session import Session
from boletim.tuning.search.standing import kept_places
from boletim.tuning.study.trial_slots import is_running, places_of, unfinished
from boletim.tuning.training.best_model import checkpoints_folder, drop_weights

_BYTES_PER_WEIGHT = 4
_COPIES_IN_A_CHECKPOINT = 3
"""The weights and AdamW's two moments."""
_CHECKPOINTS = 2
"""A new best is whole before the old one goes."""
_KEPT_MODELS = 2
"""The best so far, and its published copy."""
_BESIDE = 32 * 2**20
"""For tokenizer, study and curves."""
_LOOK_EVERY_S = 10.0


def bytes_of_a_trial(n_parameters: int) -> int:
    """The most that a trial's checkpoints take at one time."""
    return n_parameters * _BYTES_PER_WEIGHT * _COPIES_IN_A_CHECKPOINT * _CHECKPOINTS + _BESIDE


def free_bytes(folder: Path) -> int:
    """What this user may still write on the folder's disk."""
    return shutil.disk_usage(folder).free


def used_bytes(folder: Path) -> int:
    """What the search's files take."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # SQLite's journal comes and goes
            total += path.lstat().st_size if not path.is_dir() else 0
    return total


def wait_for_room(session: Session, candidate: int, place: int) -> None:
    """Return when a trial of this candidate has room; first other trials' old checkpoints go, then it waits.

    Raises:
        ConfigError: `tuning.disk_budget` is smaller than one trial.
        StopRequest: A stop was asked for meanwhile.
    """
    if candidate not in session.candidates or session.config.candidates[candidate].prompts:  # a prompt is a small file
        return
    n_parameters = session.candidates[candidate].n_parameters
    needed, budget = bytes_of_a_trial(n_parameters), session.config.tuning.disk_budget
    at_least = needed + _KEPT_MODELS * n_parameters * _BYTES_PER_WEIGHT
    if budget is not None and at_least > budget:
        raise ConfigError(
            "disk_budget",
            at_least=_size(at_least),
            model=session.config.candidates[candidate].model,
            budget=_size(budget),
        )
    needed = max(0, needed - used_bytes(checkpoints_folder(session.folder, place)))
    if _lack(session, needed) is None:
        return
    kept = kept_places(session.study)
    drop_weights(session.folder, kept, unfinished(places_of(session.study).values()) | {place})
    if _lack(session, needed) is not None:
        running = {one.number for one in places_of(session.study).values() if is_running(one)}
        drop_weights(session.folder, kept, running | {place})
    told = None
    while (lack := _lack(session, needed)) is not None:
        if told is None:
            session.say(Sentence("terminal.trial.paused", said=lack))
            told = lack
        session.pause(_LOOK_EVERY_S)
    if told is not None:
        session.say(Sentence("terminal.trial.room"))


def _lack(session: Session, needed: int) -> str | None:
    """What stands against writing that much; None when nothing does."""
    free = free_bytes(session.folder)
    if free < needed:
        return Sentence("terminal.trial.lacks_disk", needed=_size(needed), folder=session.folder, free=_size(free))
    budget = session.config.tuning.disk_budget
    if budget is None:
        return None
    used = used_bytes(session.folder)
    if used + needed > budget:
        return Sentence(
            "terminal.trial.lacks_budget",
            needed=_size(needed),
            folder=session.folder,
            used=_size(used),
            budget=_size(budget),
        )
    return None


def _size(n_bytes: float) -> str:
    return f"{n_bytes / 1e9:.2f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.0f} MB"
