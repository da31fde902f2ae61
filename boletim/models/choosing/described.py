"""What a model's files say of it, read without running or unpickling anything."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from boletim.contracts.results.suggestion import ReportedScore
from boletim.models.files import SAFETENSORS, WEIGHT_PATTERNS

_MOST_CHARACTERS = 65_536
"""Of a README's front matter."""
_MOST_REPORTED = 20
_MULTILINGUAL = ("multilingual", "multi")
_NO_PARAMETER = ("position_ids", "token_type_ids")
"""Buffers that are saved with the weights."""

_BYTES_A_PARAMETER = 16
"""AdamW in fp32: weight, gradient and two moments."""
_OF_HIDDEN, _OF_ATTENTION = 68, 10
"""Bytes that a layer keeps for each token: per hidden number, and per head and token that it looks at (Korthikanti et
al. 2023, Reducing Activation Recomputation in Large Transformer Models, equation 1, twice as many in fp32)."""
BATCH = 16
"""The batch that the estimate of memory is for."""


def front_matter(folder: Path) -> dict[str, Any]:
    """What the README of a model folder says in its YAML header; empty where there is none or it is broken."""
    path = folder / "README.md"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", errors="replace") as file:
        text = file.read(_MOST_CHARACTERS)
    parts = text.split("---\n", 2) if text.startswith("---\n") else []
    if len(parts) < 3 or "&" in parts[1]:  # an anchor could unfold without end
        return {}
    try:
        content = yaml.safe_load(parts[1])
    except yaml.YAMLError:
        return {}
    return content if isinstance(content, dict) else {}


def stated_languages(card: Mapping[str, Any]) -> tuple[str, ...]:
    """Two-letter codes in the order given, or `multilingual`; empty where nothing is stated."""
    stated = card.get("language", ())
    named = [stated] if isinstance(stated, str) else list(stated) if isinstance(stated, list) else []
    codes = [str(one).strip().lower().replace("_", "-").partition("-")[0] for one in named if isinstance(one, str)]
    return tuple(dict.fromkeys("multilingual" if code in _MULTILINGUAL else code for code in codes))


def stated_licence(card: Mapping[str, Any]) -> str | None:
    """As written; None where it is not."""
    licence = card.get("license")
    return licence[:40] if isinstance(licence, str) and licence.strip() else None


def reported_scores(card: Mapping[str, Any]) -> tuple[ReportedScore, ...]:
    """What the `model-index` reports; nobody here checked it."""
    found = []
    for model in _dicts(card.get("model-index")):
        for result in _dicts(model.get("results")):
            data = result.get("dataset")
            name = data.get("name") if isinstance(data, dict) else None
            for metric in _dicts(result.get("metrics")):
                value, kind = metric.get("value"), metric.get("name") or metric.get("type")
                if isinstance(value, int | float) and not isinstance(value, bool) and isinstance(kind, str):
                    found.append(ReportedScore(metric=kind[:40], value=float(value), data=str(name or "?")[:60]))
    return tuple(found[:_MOST_REPORTED])


def count_parameters(folder: Path) -> int | None:
    """Numbers in the safetensors files, read from their headers; None where there are no such files."""
    from safetensors import SafetensorError, safe_open

    total, files = 0, sorted(folder.glob(WEIGHT_PATTERNS[SAFETENSORS]))
    for path in files:
        try:
            with safe_open(path, framework="numpy") as weights:
                for name in weights.keys():  # noqa: SIM118  safe_open is no mapping
                    size = 1
                    for extent in weights.get_slice(name).get_shape():
                        size *= extent
                    total += 0 if name.endswith(_NO_PARAMETER) else size
        except (SafetensorError, OSError):
            return None
    return total if files else None


def training_bytes(config: Mapping[str, Any], n_parameters: int | None, length: int) -> int | None:
    """About how much memory fine-tuning takes, in fp32 with AdamW, in batches of 16 texts of this many tokens.

    None where the files do not tell the sizes.
    """
    size = _first(config, "hidden_size", "n_embd", "dim", "d_model")
    layers = _first(config, "num_hidden_layers", "n_layer", "n_layers", "num_layers")
    heads = _first(config, "num_attention_heads", "n_head", "n_heads", "num_heads")
    if n_parameters is None or size is None or layers is None or heads is None:
        return None
    kept = BATCH * length * layers * (_OF_HIDDEN * size + _OF_ATTENTION * heads * length)
    return _BYTES_A_PARAMETER * n_parameters + kept


def _first(config: Mapping[str, Any], *names: str) -> int | None:
    return next((int(config[name]) for name in names if isinstance(config.get(name), int | float)), None)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
