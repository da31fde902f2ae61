from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from boletim.contracts.errors import ModelError
from boletim.models.load_language_model import load_causal

PROMPTS = ["the nurse said that", "the very good engineer of the night said that", "he", ""]
CONTINUATIONS = [" she", " he is happy", " fixes the server", "the doctor works"]


@pytest.fixture(params=("gpt2", "llama"))
def folder(request: pytest.FixtureRequest, make_tiny: Callable[..., Path]) -> Path:
    return make_tiny(request.param, "causal")


def plain(folder: Path, prompt: str, continuation: str) -> np.ndarray:
    """Token by token, one forward pass each, from the beginning-of-text token on."""
    tokenizer, network = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder).eval()
    before = [3, *tokenizer(prompt, add_special_tokens=False)["input_ids"]]
    found = []
    for token in tokenizer(continuation, add_special_tokens=False)["input_ids"]:
        with torch.no_grad():
            found.append(float(network(torch.tensor([before])).logits[0, -1].log_softmax(-1)[token]))
        before.append(token)
    return np.array(found)


def test_likelihoods_are_those_of_one_token_after_the_other(folder: Path) -> None:
    found = load_causal(str(folder)).log_likelihoods(PROMPTS, CONTINUATIONS)
    for prompt, continuation, values in zip(PROMPTS, CONTINUATIONS, found, strict=True):
        np.testing.assert_allclose(values, plain(folder, prompt, continuation), atol=1e-5)


def test_a_pair_scores_the_same_alone_and_among_others_and_is_read_once(folder: Path) -> None:
    model = load_causal(str(folder))
    together = model.log_likelihoods(PROMPTS * 2, CONTINUATIONS * 2)
    seen: list[int] = []
    for prompt, continuation, values in zip(PROMPTS, CONTINUATIONS, together[4:], strict=True):
        (alone,) = model.log_likelihoods([prompt], [continuation], lambda *event: seen.append(event[2]))
        np.testing.assert_allclose(alone, values, atol=1e-5)
    assert seen == [1, 1, 1, 1]
    model.log_likelihoods(PROMPTS * 2, CONTINUATIONS * 2, lambda *event: seen.append(event[2]))
    assert seen[-1] == 4
    assert model.log_likelihoods(["he"], [""])[0].shape == (0,)


def test_a_beginning_is_read_with_the_text_that_goes_on_from_it(folder: Path) -> None:
    model = load_causal(str(folder))
    prompts = ["the nurse said that", "the nurse said that", "the nurse", "", "the doctor", "the"]
    continuations = [" she", " he", " said that she is happy", "the nurse", " said that", " nurse"]
    seen: list[int] = []
    found = model.log_likelihoods(prompts, continuations, lambda *event: seen.append(event[2]))
    assert seen[-1] == 2, "what begins with 'the nurse', and what begins with 'the doctor'"
    for prompt, continuation, values in zip(prompts, continuations, found, strict=True):
        np.testing.assert_allclose(values, plain(folder, prompt, continuation), atol=1e-5)


def test_the_next_words_are_the_most_probable_ones(folder: Path) -> None:
    model = load_causal(str(folder))
    (best, second), *_ = model.top_next(["the nurse said that"], 2)
    first, other, rare = (
        values[0] for values in model.log_likelihoods(["the nurse said that"] * 3, [f" {best}", f" {second}", " goal"])
    )
    assert first >= other
    assert other >= rare or "goal" in (best, second)


def test_a_model_that_reads_both_ways_is_refused(make_tiny: Callable[..., Path]) -> None:
    with pytest.raises(ModelError, match="reads both ways"):
        load_causal(str(make_tiny("bert", "masked")))
