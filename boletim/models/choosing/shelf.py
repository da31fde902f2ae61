"""Which models there are: folders on this disk, the hub's cache, and, where it is asked for, the hub's list."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boletim.contracts.errors import HubOutOfReachError, InputError

_DEPTH, _MOST_FOLDERS = 4, 20_000
_CONFIG = "config.json"


@dataclass(frozen=True)
class Listed:
    """One model of the hub's list, as the hub describes it."""

    name: str
    n_parameters: int | None
    is_safetensors: bool
    card: Mapping[str, Any]
    """The front matter of its README."""


def local_models(folders: Iterable[Path]) -> list[Path]:
    """Folders that hold a config.json, at most four levels below the given ones; hidden folders are passed over.

    Raises:
        InputError: One of the given ones is no folder.
    """
    found: dict[Path, None] = {}
    for top in folders:
        if not top.is_dir():
            raise InputError("models_folder", path=top)
        found |= dict.fromkeys(_below(top))
    return list(found)


def _below(top: Path) -> Iterator[Path]:
    for n_seen, (place, inside, files) in enumerate(os.walk(top), 1):
        if _CONFIG in files:
            yield Path(place)
        is_deep = len(Path(place).relative_to(top).parts) >= _DEPTH or _CONFIG in files
        inside[:] = [] if is_deep else sorted(name for name in inside if not name.startswith("."))
        if n_seen >= _MOST_FOLDERS:
            return


def cached_models() -> dict[str, Path]:
    """The newest whole snapshot of each model in the hub's cache, by its id; none where there is no cache."""
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        repositories = scan_cache_dir().repos
    except CacheNotFound:
        return {}
    found = {}
    for repository in sorted(repositories, key=lambda one: one.repo_id):
        revisions = sorted(repository.revisions, key=lambda one: one.last_modified)
        whole = [one.snapshot_path for one in revisions if (one.snapshot_path / _CONFIG).is_file()]
        if repository.repo_type == "model" and whole:
            found[repository.repo_id] = whole[-1]
    return found


def hub_models(language: str, heads: Sequence[str], most: int) -> list[Listed]:
    """The most downloaded models of the hub that say they know a language.

    Args:
        language: Two letters.
        heads: Pipeline tags, such as `fill-mask`, asked one after another.
        most: Of each.

    Raises:
        HubOutOfReachError: The hub does not answer.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    wanted: Any = ["safetensors", "cardData", "tags"]
    found: dict[str, Listed] = {}
    try:
        for head in heads:
            listed = HfApi().list_models(
                filter=[language, "transformers"], pipeline_tag=head, sort="downloads", limit=most, expand=wanted
            )
            found |= {one.id: _listed(one) for one in listed}
    except (OfflineModeIsEnabled, HfHubHTTPError, OSError) as error:
        raise HubOutOfReachError("hub_list") from error
    return list(found.values())


def _listed(info: Any) -> Listed:
    total = getattr(info.safetensors, "total", None)
    card = info.card_data.to_dict() if info.card_data is not None else {}
    is_safe = info.safetensors is not None or "safetensors" in (info.tags or ())
    return Listed(info.id, total, is_safe, card)
