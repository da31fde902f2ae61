from collections.abc import Callable
from pathlib import Path

import pytest

from boletim.contracts.errors import ModelError
from boletim.models.quiet import quiet_transformers
from tuning.freeze import freeze_layers


@pytest.mark.parametrize("kind", ["bert", "distilbert", "roberta", "gpt2"])
def test_embeddings_and_lowest_layers_are_left_alone(make_model: Callable[..., Path], kind: str) -> None:
    from transformers import AutoModelForSequenceClassification

    with quiet_transformers():
        network = AutoModelForSequenceClassification.from_pretrained(make_model(kind))
    freeze_layers(network, 1)
    frozen = {name for name, weight in network.named_parameters() if not weight.requires_grad}
    free = {name for name, weight in network.named_parameters() if weight.requires_grad}
    first, second = (f".h.{i}." if kind == "gpt2" else f"layer.{i}." for i in (0, 1))
    assert all(first in name or "embedding" in name or "wte" in name or "wpe" in name for name in frozen)
    assert any(first in name for name in frozen)
    assert any("embedding" in name or "wte" in name for name in frozen)
    assert any(second in name for name in free)
    assert any("classifier" in name or "score" in name for name in free)
    with pytest.raises(ModelError, match=r"freeze_layers must be at most the number of layers, 2 in .*, got 3"):
        freeze_layers(network, 3)
