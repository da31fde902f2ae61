"""Find a model's files, in a folder or on the hub, and refuse whatever could run foreign code."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boletim.contracts.errors import HubOutOfReachError, ModelError
from boletim.contracts.results.card import WeightsFormat
from boletim.contracts.results.prompt import PromptFile
from boletim.contracts.sentence import Sentence
from boletim.models.declared import check_declared_sizes
from boletim.models.prompted.load import read_prompt, with_prompt

SAFETENSORS: WeightsFormat = "safetensors"
PICKLE: WeightsFormat = "pickle"
WEIGHT_PATTERNS = {SAFETENSORS: "*.safetensors", PICKLE: "*.bin"}
_WEIGHT_FILES = {
    SAFETENSORS: ("model.safetensors", "model.safetensors.index.json"),
    PICKLE: ("pytorch_model.bin", "pytorch_model.bin.index.json"),
}
_TOKENIZER_PATTERNS = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model", "*.codes")
_DOWNLOADED = ["*.json", "*.txt", "*.model", "*.codes", "*.safetensors"]
_WITHOUT_WEIGHTS = [pattern for pattern in _DOWNLOADED if pattern != WEIGHT_PATTERNS[SAFETENSORS]]
_TEXTS, _MOST_MIB = (".json", ".txt", ".model", ".codes"), 256
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_HUB_TIMEOUT_S = 5.0


@dataclass(frozen=True)
class ModelFiles:
    """A model's files on this disk, its configuration read and found harmless."""

    name: str
    """Hub id or folder, as the user wrote it."""
    folder: Path
    config: dict[str, Any]
    """The content of config.json."""
    revision: str | None = None
    """Commit on the hub; None for a folder."""
    prompt: PromptFile | None = None
    """Where a folder holds a prompt, and the rest is the base model's."""


def find_model_files(model: str, *, revision: str | None = None, allow_pickle: bool = False) -> ModelFiles:
    """The model's files; a hub id is downloaded to the hub's own cache, or found there; a prompt has its base model's.

    Args:
        model: A folder, or an id on the hub.
        revision: Commit, tag or branch on the hub.
        allow_pickle: Download pickled weights where there are no others.

    Raises:
        ModelError: No such model, no network, no readable config.json, or one that asks for foreign code.
    """
    path = Path(model).expanduser()
    prompt = read_prompt(model, path)
    if prompt is not None:
        if read_prompt(prompt.base_model, Path(prompt.base_model)) is not None:
            raise ModelError("prompt_of_prompt", model=model)
        base = find_model_files(prompt.base_model, revision=prompt.base_revision, allow_pickle=allow_pickle)
        return with_prompt(model, base, prompt)
    if path.is_dir():
        return ModelFiles(model, path, _read_config(model, path))
    is_hub_id = _HUB_ID.fullmatch(model) is not None and ".." not in model
    if path.exists() or not is_hub_id:
        what = Sentence("errors.is_file" if path.exists() else "errors.not_exist")
        raise ModelError("model_no_folder", model=model, said=what)
    folder = _download(model, revision, _DOWNLOADED)
    if allow_pickle and not _has_weights(folder, SAFETENSORS):
        folder = _download(model, revision, [*_DOWNLOADED, "*.bin"])
    commit = folder.name if _COMMIT.fullmatch(folder.name) else revision
    return ModelFiles(model, folder, _read_config(model, folder), commit)


def find_without_weights(model: str) -> ModelFiles:
    """Configuration and tokenizer of a hub id, downloaded to the hub's own cache; its weights are not.

    Raises:
        ModelError: No such model, no network, no readable config.json, or one that asks for foreign code.
    """
    folder = _download(model, None, _WITHOUT_WEIGHTS)
    return ModelFiles(model, folder, _read_config(model, folder), folder.name)


def weights_format(files: ModelFiles, *, allow_pickle: bool) -> WeightsFormat:
    """`safetensors`, or `pickle` where there is nothing else and the user allows it.

    Raises:
        ModelError: There are no weights, or only pickled ones and these are not allowed.
    """
    if _has_weights(files.folder, SAFETENSORS):
        return SAFETENSORS
    has_pickle = _has_weights(files.folder, PICKLE)
    if has_pickle and allow_pickle:
        return PICKLE
    if has_pickle:
        raise ModelError("model_pickled", name=files.name)
    if (files.folder / "adapter_config.json").exists():
        raise ModelError("model_adapter", name=files.name)
    raise ModelError("model_no_weights", name=files.name)


def check_has_tokenizer(files: ModelFiles) -> None:
    """Refuse a folder without a vocabulary: transformers would make an empty one without a word.

    Raises:
        ModelError: No tokenizer file.
    """
    if not any(path for pattern in _TOKENIZER_PATTERNS for path in files.folder.glob(pattern)):
        raise ModelError("model_no_tokenizer", name=files.name)


def _has_weights(folder: Path, kind: WeightsFormat) -> bool:
    return any((folder / name).is_file() for name in _WEIGHT_FILES[kind])


def _check_texts(name: str, folder: Path) -> None:
    """What is read whole, here or by the tokenizer, is a file of a size that a model has."""
    for path in sorted(folder.iterdir()):
        if path.suffix not in _TEXTS or path.is_dir() or not path.exists():
            continue
        if not path.is_file():
            raise ModelError("model_pipe", file=path.name, name=name)
        size = path.stat().st_size >> 20
        if size > _MOST_MIB:
            raise ModelError("model_size", file=path.name, n_most=_MOST_MIB, name=name, n=size)


def _read_config(name: str, folder: Path) -> dict[str, Any]:
    _check_texts(name, folder)
    config = _read_json(name, folder / "config.json")
    if config is None:
        raise ModelError("model_no_config", name=name)
    if not isinstance(kind := config.get("model_type", ""), str):
        raise ModelError("model_type", name=name, value=kind)
    for file in ("config.json", "tokenizer_config.json"):
        key = _foreign_code(_read_json(name, folder / file) or {})
        if key:
            raise ModelError("model_code", name=name, key=key, file=file)
    check_declared_sizes(name, config)
    return config


def _read_json(name: str, path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError("model_json", file=path.name, name=name, reason=error) from error
    if not isinstance(content, dict):
        raise ModelError("model_json_object", file=path.name, name=name)
    return content


def _foreign_code(content: Any) -> str | None:
    """The key that would make transformers fetch code: `auto_map`, or an attention kernel from the hub."""
    if isinstance(content, list):
        return next((key for item in content if (key := _foreign_code(item))), None)
    if not isinstance(content, dict):
        return None
    for key, value in content.items():
        is_kernel = "attn_implementation" in key or "experts_implementation" in key
        if (key == "auto_map" and value) or (is_kernel and (key.endswith("_internal") or "/" in str(value))):
            return str(key)
        if found := _foreign_code(value):
            return found
    return None


def _download(model: str, revision: str | None, patterns: list[str]) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, LocalEntryNotFoundError, RepositoryNotFoundError

    way_out = Sentence("errors.hub_way", model=model)
    try:
        return Path(
            snapshot_download(
                model,
                revision=revision,
                allow_patterns=patterns,
                ignore_patterns=["*/*"],
                etag_timeout=_HUB_TIMEOUT_S,
            )
        )
    except LocalEntryNotFoundError as error:
        raise HubOutOfReachError("model_offline", said=way_out, at=model) from error
    except GatedRepoError as error:
        raise ModelError("model_login", said=way_out, at=model) from error
    except RepositoryNotFoundError as error:
        raise ModelError("model_unknown", at=model) from error
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelError("model_not_given", reason=reason, said=way_out, at=model) from error
