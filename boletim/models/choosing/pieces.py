"""What a tokenizer makes of texts: how many pieces, how many of them unknown, how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boletim.models.quiet import quiet_transformers

_CHUNK = 2_000


@dataclass(frozen=True)
class Pieces:
    """Counts of each text, (n_texts,) int64 each."""

    words: np.ndarray
    """What white space parts."""
    pieces: np.ndarray
    """Tokens of the text itself."""
    unknown: np.ndarray
    """Those of them that stand for what the vocabulary lacks."""
    lengths: np.ndarray
    """Tokens of the input that the model reads, with those that frame a text."""


def count_pieces(tokenizer: Any, texts: Sequence[str]) -> Pieces:
    """Count without cutting anything.

    Args:
        tokenizer: From `load_tokenizer`.
        texts: Any number.
    """
    counts: list[tuple[int, int, int, int]] = []
    unknown_id, n_frame = tokenizer.unk_token_id, tokenizer.num_special_tokens_to_add(pair=False)
    with quiet_transformers():
        for start in range(0, len(texts), _CHUNK):
            chunk = list(texts[start : start + _CHUNK])
            rows = tokenizer(chunk, add_special_tokens=False, truncation=False, return_attention_mask=False)
            counts += [
                (len(text.split()), len(ids), sum(one == unknown_id for one in ids), len(ids) + n_frame)
                for text, ids in zip(chunk, rows["input_ids"], strict=True)
            ]
    columns = np.array(counts, dtype=np.int64).reshape(-1, 4).T
    return Pieces(*columns)
