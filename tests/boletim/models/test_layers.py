import numpy as np
import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from boletim.models.layers import layer_states
from boletim.models.quiet import quiet_transformers


@pytest.mark.parametrize("kind", ["bert", "distilbert", "roberta", "gpt2"])
def test_states_are_the_means_over_tokens(make_model, make_texts, kind):
    folder = make_model(kind, ("x", "y"))
    texts = make_texts(40)
    states = layer_states(str(folder), texts)
    assert [layer.shape for layer in states] == [(40, 32)] * 3
    with quiet_transformers():
        network, tokenizer = AutoModel.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
    for row in (0, 33):
        with torch.inference_mode():
            one = network(**tokenizer(texts[row], return_tensors="pt"), output_hidden_states=True).hidden_states
        for layer, expected in zip(states, one, strict=True):
            np.testing.assert_allclose(layer[row], expected[0].mean(dim=0).numpy(), atol=1e-5)


def test_an_encoder_without_head_gives_them_too(tiny_encoder_folder, make_texts):
    assert len(layer_states(str(tiny_encoder_folder), make_texts(5))) == 3
