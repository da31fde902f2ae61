"""Scores of words against a plain forward pass, and against the rule of lm-evaluation-harness, read in its source."""

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from boletim.models.fakes import FakeCausalScorer
from boletim.models.load_language_model import load_causal
from boletim.models.prompted.scoring import word_scores
from boletim.models.prompted.template import gap

WORDS = ["good", "bad", "his old code"]
PROMPTS = ["the nurse works every day", "she fixes the bug", "he plays", "the nurse works every night with her team"]


def harness_log_likelihood(tokenizer, network, context, continuation):
    """lm_eval.models.huggingface, `_encode_pair` and `_loglikelihood_tokens`, with add_bos_token=True."""
    n_spaces = len(context) - len(context.rstrip())
    if n_spaces > 0:
        continuation = context[-n_spaces:] + continuation
        context = context[:-n_spaces]
    whole = tokenizer(context + continuation, add_special_tokens=False)["input_ids"]
    begun = tokenizer(context, add_special_tokens=False)["input_ids"]
    after = whole[len(begun) :]
    begin = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    inputs = torch.tensor([[begin, *begun, *after][:-1]])
    with torch.inference_mode():
        logits = network(inputs).logits[0, -len(after) :].double().log_softmax(dim=-1)
    return float(logits[range(len(after)), after].sum()), len(after)


@pytest.fixture(scope="module")
def model(make_model):
    folder = make_model("causal", None)
    return (
        load_causal(str(folder)),
        AutoTokenizer.from_pretrained(folder),
        AutoModelForCausalLM.from_pretrained(folder).eval(),
    )


@pytest.mark.parametrize("ending", ["", " "])
def test_scores_are_those_of_the_harness(model, ending):
    scorer, tokenizer, network = model
    prompts = [prompt + ending for prompt in PROMPTS]
    made = {how: word_scores(scorer, prompts, WORDS, how, f"{ending}")[0] for how in ("sum", "mean", "pmi")}
    for row, prompt in enumerate(prompts):
        for column, word in enumerate(WORDS):
            total, n = harness_log_likelihood(tokenizer, network, prompt, gap(prompt) + word)
            assert made["sum"][row, column] == pytest.approx(total, abs=1e-5)
            assert made["mean"][row, column] == pytest.approx(total / n, abs=1e-5)


@pytest.mark.slow
def test_scores_of_real_weights_are_those_of_the_harness(smollm2_folder):
    scorer = load_causal(str(smollm2_folder))
    tokenizer = AutoTokenizer.from_pretrained(smollm2_folder)
    network = AutoModelForCausalLM.from_pretrained(smollm2_folder).eval()
    words = ["positive", "negative", "neither good nor bad"]
    shared = "Review: I wear it every week and it fits well.\nSentiment: positive\n\n" * 3
    texts = ["Lovely!", "It fell apart in the wash.", "Sizes run small", "The colour is not that of the picture."]
    for ending in ("", " "):
        prompts = [f"{shared}Review: {text}\nSentiment:{ending}" for text in texts]
        made, mass = word_scores(scorer, prompts, words, "sum", "")
        for row, prompt in enumerate(prompts):
            wanted = [harness_log_likelihood(tokenizer, network, prompt, gap(prompt) + word)[0] for word in words]
            probabilities = np.exp(wanted) / np.exp(wanted).sum()
            assert np.exp(made[row]) / np.exp(made[row]).sum() == pytest.approx(probabilities, abs=1e-5)
            assert made[row] == pytest.approx(wanted, abs=1e-4)  # nats of some ten tokens in fp32
            assert mass[row] == pytest.approx(np.exp(wanted).sum(), abs=1e-5)


def test_pmi_takes_out_what_a_word_gets_after_the_empty_prompt():
    likely = {"good": -1.0, "bad": -3.0}

    def probability(before, word):
        return likely[word] + (0.5 if "fine" in before else 0.0) * (word == "good")

    scorer = FakeCausalScorer(probability)
    made, mass = word_scores(scorer, ["fine :", "x :"], ["good", "bad"], "pmi", ":")
    assert made == pytest.approx(np.array([[0.5, 0.0], [0.0, 0.0]]))
    assert mass == pytest.approx([np.exp(-0.5) + np.exp(-3.0), np.exp(-1.0) + np.exp(-3.0)])


def test_sum_mean_and_pmi_rank_words_of_several_tokens_differently():
    scorer = FakeCausalScorer(lambda before, word: {"a": -1.0, "b": -0.6, "c": -0.6}[word])
    words = ["a", "b c"]
    assert word_scores(scorer, ["x"], words, "sum", "")[0].argmax() == 0
    assert word_scores(scorer, ["x"], words, "mean", "")[0].argmax() == 1


def test_examples_that_all_prompts_share_are_read_once_and_change_nothing(model, monkeypatch):
    scorer, _, _ = model
    shared = "the nurse works every day good " * 8
    prompts = [shared + prompt for prompt in PROMPTS * 2]
    once, _ = word_scores(scorer, prompts, WORDS, "sum", "")
    monkeypatch.setattr("boletim.models.read._FEWEST_INPUTS", 10**9)
    each, _ = word_scores(scorer, prompts, WORDS, "sum", "")
    assert once == pytest.approx(each, abs=1e-4)
    assert np.ptp(once[:, 0]) > 1e-3
