from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from boletim.models.load import load_classifier
from boletim.models.quiet import quiet_transformers
from boletim.tuning.training.lora import add_adapters, merge_adapters


@pytest.mark.parametrize("kind", ["bert", "distilbert", "roberta", "gpt2", "deberta-v2", "modernbert"])
def test_the_merged_model_is_the_adapted_one(make_model: Callable[..., Path], tmp_path: Path, kind: str) -> None:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = make_model(kind, ("x", "y"))
    with quiet_transformers():
        network = AutoModelForSequenceClassification.from_pretrained(folder)
        network.config.pad_token_id = 0
        whole = sum(weight.numel() for weight in network.parameters())
        adapted = add_adapters(network, 4)
        trained = {name: w for name, w in adapted.named_parameters() if w.requires_grad}
        torch.manual_seed(1)
        for weight in trained.values():  # as a training would
            weight.data += 0.1 * torch.randn_like(weight)
        heads = {name for name in trained if "lora" not in name}
        above = {name for name, _ in network.named_parameters() if "modules_to_save" in name}
        assert {name.removeprefix("base_model.model.") for name in heads} == above
        assert above
        assert sum(weight.numel() for weight in trained.values()) < whole
        ids = torch.tensor([[2, 7, 8, 9, 3], [2, 9, 12, 6, 3]])
        adapted.eval()
        with torch.no_grad():
            wanted = adapted(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
        tokenizer = AutoTokenizer.from_pretrained(folder)
        place = merge_adapters(adapted, tokenizer, tmp_path)
        plain = AutoModelForSequenceClassification.from_pretrained(place)
        with torch.no_grad():
            got = plain(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
    assert torch.allclose(got, wanted, atol=1e-5)
    assert not list(place.glob("adapter*"))
    assert load_classifier(str(place)).labels == ("x", "y")
