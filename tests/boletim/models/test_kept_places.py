from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForMaskedLM, AutoModelForSequenceClassification

from boletim.models.kept_places import keep_first, keep_places

POST_LAYER_NORM = ("bert", "camembert", "distilbert", "electra", "roberta", "xlm-roberta")
OTHERS = ("albert", "deberta-v2", "modernbert")
IDS = torch.tensor([[2, 6, 7, 8, 9, 3], [2, 10, 11, 3, 0, 0]])
MASK = (IDS != 0).long()


def widths(network: torch.nn.Module) -> list[int]:
    """How many tokens each linear layer of the network reads, in the order of the calls."""
    seen: list[int] = []
    for layer in network.modules():
        if isinstance(layer, torch.nn.Linear):
            layer.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0].shape[:-1].numel()))
    return seen


@pytest.mark.parametrize("kind", [*POST_LAYER_NORM, *OTHERS])
def test_a_classifier_gives_the_same_logits(kind: str, make_tiny: Callable[..., Path]) -> None:
    network = AutoModelForSequenceClassification.from_pretrained(make_tiny(kind, "classifier")).eval()
    with torch.inference_mode():
        plain = network(input_ids=IDS, attention_mask=MASK).logits
        with keep_first(network.base_model):
            kept = network(input_ids=IDS, attention_mask=MASK).logits
        again = network(input_ids=IDS, attention_mask=MASK).logits
    np.testing.assert_allclose(kept, plain, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(again, plain)


@pytest.mark.parametrize("kind", [*POST_LAYER_NORM, *OTHERS])
def test_a_classifier_learns_with_the_same_gradients(kind: str, make_tiny: Callable[..., Path]) -> None:
    network = AutoModelForSequenceClassification.from_pretrained(make_tiny(kind, "classifier")).eval()

    def gradients() -> dict[str, np.ndarray]:
        network.zero_grad()
        network(input_ids=IDS, attention_mask=MASK, labels=torch.tensor([0, 1])).loss.backward()
        return {name: one.grad.numpy().copy() for name, one in network.named_parameters() if one.grad is not None}

    plain = gradients()
    with keep_first(network.base_model):
        kept = gradients()
    assert max(np.abs(one).max() for one in plain.values()) > 1e-3
    assert kept.keys() == plain.keys()
    for name, one in plain.items():
        np.testing.assert_allclose(kept[name], one, rtol=1e-4, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("kind", [*POST_LAYER_NORM, *OTHERS])
def test_a_masked_model_gives_the_logits_of_the_places(kind: str, make_tiny: Callable[..., Path]) -> None:
    network = AutoModelForMaskedLM.from_pretrained(make_tiny(kind, "masked")).eval()
    rows, columns = torch.tensor([0, 1, 1]), torch.tensor([4, 1, 2])
    with torch.inference_mode():
        plain = network(input_ids=IDS, attention_mask=MASK).logits
        with keep_places(network.base_model, rows, columns):
            kept = network(input_ids=IDS, attention_mask=MASK).logits
    np.testing.assert_allclose(kept[0], plain[rows, columns], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", POST_LAYER_NORM)
def test_the_last_feed_forward_reads_one_token_a_text(kind: str, make_tiny: Callable[..., Path]) -> None:
    network = AutoModelForSequenceClassification.from_pretrained(make_tiny(kind, "classifier")).eval()
    with torch.inference_mode(), keep_first(network.base_model):
        seen = widths(network)
        network(input_ids=IDS, attention_mask=MASK)
    assert seen.count(len(IDS)) >= 3, "both feed-forward layers and the head"
    assert seen[-1] == len(IDS)
