"""Tiny random models of every architecture that Boletim says it reads."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_TEXT = (
    "the a nurse doctor patient ward code server goal match she he they works fixes said that is very good bad day "
    "night engineer teacher happy"
)
WORDS = _TEXT.split()
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
CAUSAL = ("gpt2", "llama")


@pytest.fixture(scope="session")
def make_tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """make_tiny(kind, head): a folder; `head` is masked, causal, classifier or body."""
    made: dict[tuple[str, str], Path] = {}

    def make(kind: str, head: str) -> Path:
        if (kind, head) not in made:
            made[kind, head] = _save(tmp_path_factory.mktemp(f"{kind}-{head}"), kind, head)
        return made[kind, head]

    return make


def _save(folder: Path, kind: str, head: str) -> Path:
    import torch
    import transformers as t

    from boletim.models.quiet import quiet_transformers

    heads = {
        "masked": t.AutoModelForMaskedLM, "causal": t.AutoModelForCausalLM,
        "classifier": t.AutoModelForSequenceClassification, "body": t.AutoModel,
    }  # fmt: skip
    torch.manual_seed(5)
    with quiet_transformers():
        heads[head].from_config(_config(kind, head)).save_pretrained(folder)
        _tokenizer(is_framed=kind not in CAUSAL).save_pretrained(folder)
    return folder


def _config(kind: str, head: str) -> Any:
    import transformers as t

    shape: dict[str, Any] = {"vocab_size": len(SPECIAL) + len(WORDS), "pad_token_id": 0, "initializer_range": 0.4}
    if head == "classifier":
        shape |= {"id2label": {0: "x", 1: "y", 2: "z"}, "label2id": {"x": 0, "y": 1, "z": 2}}
    wide = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    more: dict[str, Any] = wide | {"max_position_embeddings": 64}
    match kind:
        case "distilbert":
            more = {"dim": 16, "n_layers": 2, "n_heads": 2, "hidden_dim": 32, "max_position_embeddings": 64}
        case "deberta" | "deberta-v2":
            more |= {"relative_attention": True, "pos_att_type": ["p2c", "c2p"], "position_biased_input": False}
        case "electra" | "albert":
            more |= {"embedding_size": 8}
        case "modernbert":
            more |= {"global_attn_every_n_layers": 2, "local_attention": 8, "cls_token_id": 2, "sep_token_id": 3}
        case "gpt2":
            shape["pad_token_id"] = None
            more = {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_positions": 64, "bos_token_id": 3, "eos_token_id": 3}
        case "llama":
            shape["pad_token_id"] = None
            more |= {"num_key_value_heads": 1, "bos_token_id": 3, "eos_token_id": 3}
        case "t5":
            shape["initializer_factor"] = shape.pop("initializer_range")
            more = {"d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 2, "num_heads": 2, "decoder_start_token_id": 0}
    return t.AutoConfig.for_model(kind, **shape, **more)


def _tokenizer(is_framed: bool) -> Any:
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: index for index, word in enumerate([*SPECIAL, *WORDS])}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    if not is_framed:
        return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]", eos_token="[SEP]")
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    names = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, **{f"{name}_token": sign for name, sign in names.items()}
    )
