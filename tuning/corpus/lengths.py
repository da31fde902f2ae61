"""How long the texts are in a candidate's tokens, and how many are cut."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from boletim.models.files import find_model_files
from boletim.models.quiet import quiet_transformers
from boletim.models.tokenizer import load_tokenizer

_CHUNK = 2_000


def token_lengths(
    texts: Sequence[str], model: str, max_length: int, revision: str | None = None
) -> dict[str, float | int]:
    """Counts of tokens, special tokens included, before anything is cut.

    Args:
        texts: At least one.
        model: Hub id or folder; only its tokenizer is loaded.
        max_length: Longest input in tokens that the user wants.
        revision: Commit, tag or branch on the hub.

    Returns:
        `max_length` (the wish, or less where the model takes less), `median`, `p95`, `max`, `n_truncated` (texts longer
        than max_length) and `n`.

    Raises:
        ModelError: The model cannot be found, or has no tokenizer.
    """
    tokenizer = load_tokenizer(find_model_files(model, revision=revision), max_length)
    with quiet_transformers():
        counts = [_counts(tokenizer, texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
    lengths = np.concatenate(counts)
    return {
        "max_length": int(tokenizer.model_max_length),
        "median": float(np.median(lengths)),
        "p95": float(np.percentile(lengths, 95)),
        "max": int(lengths.max()),
        "n_truncated": int((lengths > tokenizer.model_max_length).sum()),
        "n": len(lengths),
    }


def _counts(tokenizer: Any, texts: Sequence[str]) -> np.ndarray:
    encoded = tokenizer([str(text) for text in texts], truncation=False, return_attention_mask=False)
    return np.asarray([len(ids) for ids in encoded["input_ids"]], dtype=np.int64)
