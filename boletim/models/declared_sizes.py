"""The numbers in a config.json, checked before anything is built from them."""

import re
from typing import Any

from boletim.contracts.errors import ModelError

_MOST_CLASSES, _MOST_LAYERS, _MOST_OF_ANY = 100_000, 1_000, 100_000_000
_IS_LAYERS = re.compile(r"(^|_)(n|num)_(\w+_)?layers?$|_layers$")
_IS_SIZE = re.compile(r"^num_labels$|_(size|dim|heads)$|^dim$|^d_(model|ff|kv)$|max_position_embeddings$")


def check_declared_sizes(name: str, config: dict[str, Any]) -> None:
    """Refuse a config.json whose numbers no model has: transformers would work on them for hours, or fill the memory.

    Args:
        name: Of the model, as the user wrote it.
        config: The content of config.json.

    Raises:
        ModelError: A size is too large, below zero or no whole number.
    """
    for key, value in config.items():
        if isinstance(value, dict) and key.endswith("_config"):
            check_declared_sizes(name, value)
        is_layers = _IS_LAYERS.search(key) is not None
        if not (is_layers or _IS_SIZE.search(key)) or value is None or not isinstance(value, int | float):
            continue
        most = _MOST_CLASSES if key == "num_labels" else _MOST_LAYERS if is_layers else _MOST_OF_ANY
        if not 0 <= value <= most or value != int(value):
            raise ModelError(
                f"{key} of config.json is a whole number up to {most:,}, that of {name} is {value:g}; "
                "copy or save the model again"
            )
    if isinstance(names := config.get("id2label"), dict) and len(names) > _MOST_CLASSES:
        raise ModelError(
            f"a classifier has at most {_MOST_CLASSES:,} classes, {name} names {len(names):,}; save it again"
        )
