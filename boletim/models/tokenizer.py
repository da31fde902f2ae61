"""Load a tokenizer, know the longest input it may give, and turn texts into token ids."""

from collections.abc import Mapping, Sequence
from typing import Any

from transformers import AutoTokenizer

from boletim.contracts.errors import ModelError, first_line
from boletim.models.files import ModelFiles, check_has_tokenizer
from boletim.models.quiet import quiet_transformers

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_LENGTH_WHEN_UNKNOWN = 512
_BEYOND_EVERY_MODEL = 1_000_000
"""Tokens; transformers writes 1e30 where nobody set a length."""
_OFFSET_POSITIONS = {
    "camembert", "data2vec-text", "ibert", "longformer", "mpnet", "roberta", "roberta-prelayernorm", "xlm-roberta",
    "xlm-roberta-xl", "xmod",
}  # fmt: skip
"""Architectures that count positions from the padding id on, so that their table is longer than their longest input."""


def load_tokenizer(files: ModelFiles, max_length: int | None = None) -> Any:
    """The model's tokenizer, with a padding token, padding on the right, and `model_max_length` set.

    Args:
        files: Where it lies.
        max_length: Longest input in tokens; cut to what the model can take. None gives the model's own limit.

    Raises:
        ModelError: There is none, or it cannot be read.
    """
    check_has_tokenizer(files)
    try:
        with quiet_transformers():
            tokenizer = AutoTokenizer.from_pretrained(
                files.folder, trust_remote_code=False, local_files_only=True, use_fast=True
            )
    except Exception as error:
        raise ModelError("model_tokenizer", name=files.name, reason=first_line(error)) from error
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token
    if tokenizer.pad_token is None:
        raise ModelError("padding_token", name=files.name)
    if files.config.get("model_type") != "xlnet":  # XLNet reads its class from the last token
        tokenizer.padding_side = "right"
    limit = _length_limit(files.config, tokenizer)
    tokenizer.model_max_length = min(max_length, limit) if max_length else limit
    return tokenizer


def encode(tokenizer: Any, texts: Sequence[str]) -> dict[str, list[list[int]]]:
    """Token ids cut to `model_max_length`, not padded.

    A text that gives no token at all (an empty one, where nothing frames it) becomes one token, so that every model
    can read it.

    Args:
        tokenizer: From `load_tokenizer`.
        texts: Any number of texts.

    Returns:
        `input_ids`, `attention_mask` and, where the model has them, `token_type_ids`: one list per text.
    """
    encoded = tokenizer(list(texts), truncation=True, padding=False, return_attention_mask=True) if texts else {}
    columns = {name: list(encoded[name]) for name in INPUTS if name in encoded}
    empty = [row for row, ids in enumerate(columns.get("input_ids", ())) if not ids]
    for row in empty:
        stand_in = {"input_ids": _stand_in(tokenizer), "attention_mask": 1, "token_type_ids": 0}
        for name, column in columns.items():
            column[row] = [stand_in[name]]
    return columns


def _stand_in(tokenizer: Any) -> int:
    ids = (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.unk_token_id, tokenizer.pad_token_id)
    return int(next(token for token in ids if token is not None))


def _length_limit(config: Mapping[str, Any], tokenizer: Any) -> int:
    """The shorter of the tokenizer's and the position table's; absurd values count as none."""
    positions = _whole(config.get("max_position_embeddings") or config.get("n_positions"))
    if positions is not None and config.get("model_type") in _OFFSET_POSITIONS:
        positions -= (_whole(config.get("pad_token_id")) or 0) + 1
    limits = [limit for limit in (_whole(tokenizer.model_max_length), positions) if limit is not None and limit > 0]
    return min(limits, default=_LENGTH_WHEN_UNKNOWN)


def _whole(value: Any) -> int | None:
    """A number of tokens as a whole number; None for what is none or beyond every model."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and abs(value) < _BEYOND_EVERY_MODEL else None
