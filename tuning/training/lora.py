"""Low-rank adapters: train few weights, keep an ordinary model.

References:
    Hu et al. (2022), LoRA: Low-Rank Adaptation of Large Language Models, ICLR.
"""

import shutil
import warnings
from pathlib import Path
from typing import Any

MERGED = "merged"
_SCALE = 2
"""alpha over rank."""


def add_adapters(network: Any, rank: int) -> Any:
    """The network with adapters of this rank in every linear layer of its body; what lies above is trained whole.

    Args:
        network: With a fresh classification head.
        rank: At least 1.

    Returns:
        A peft model over the same network.
    """
    from peft import LoraConfig, TaskType, get_peft_model

    heads = [
        name
        for name, part in network.named_children()
        if name != network.base_model_prefix and any(True for _ in part.parameters())
    ]
    config = LoraConfig(
        task_type=TaskType.SEQ_CLS,
        r=rank,
        lora_alpha=_SCALE * rank,
        lora_dropout=0.0,
        target_modules="all-linear",
        exclude_modules=rf"(?:{'|'.join(heads)})(?:\..*)?",
        modules_to_save=heads,
    )
    with warnings.catch_warnings():  # peft reads a name that transformers is about to rename, and mends GPT-2's layout
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", UserWarning)
        return get_peft_model(network, config)


def merge_adapters(network: Any, tokenizer: Any, folder: Path) -> Path:
    """Write the network as an ordinary model, its adapters added into the weights.

    Args:
        network: What `add_adapters` made, trained.
        tokenizer: Saved beside it.
        folder: The trial's checkpoints.

    Returns:
        The model's folder, whole.
    """
    place = folder / MERGED
    shutil.rmtree(place, ignore_errors=True)
    merged = network.merge_and_unload()
    merged.save_pretrained(place)
    tokenizer.save_pretrained(place)
    return place
