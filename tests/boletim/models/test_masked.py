from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForMaskedLM

from boletim.contracts.errors import InputError, ModelError
from boletim.contracts.protocols import Reading
from boletim.models.load_language_model import load_masked
from boletim.models.masked import MaskedLanguageModel

KINDS = ("bert", "distilbert", "roberta", "xlm-roberta", "deberta", "deberta-v2", "electra", "albert", "modernbert")
TEXTS = ["the nurse said that she works", "the doctor", "he is a very good engineer and the server is bad", "she"]


@pytest.fixture(params=KINDS)
def folder(request: pytest.FixtureRequest, make_tiny: Callable[..., Path]) -> Path:
    return make_tiny(request.param, "masked")


def one_mask_each(model: MaskedLanguageModel) -> list[Reading]:
    readings = []
    for encoded in model.encode(TEXTS):
        for place in range(1, len(encoded.ids) - 1):
            ids = (*encoded.ids[:place], model.mask_id, *encoded.ids[place + 1 :])
            readings.append(Reading(ids, (place,), ((encoded.ids[place], 7),)))
    return readings


def test_log_probabilities_are_those_of_one_plain_forward_pass_each(folder: Path) -> None:
    model = load_masked(str(folder))
    network = AutoModelForMaskedLM.from_pretrained(folder).eval()
    readings = one_mask_each(model)
    found = model.log_probabilities(readings)
    spread = []
    for reading, values in zip(readings, found, strict=True):
        with torch.no_grad():
            logits = network(torch.tensor([reading.ids])).logits[0, reading.places[0]].log_softmax(-1)
        plain = logits[list(reading.candidates[0])].numpy()
        np.testing.assert_allclose(values, plain, atol=1e-5)
        spread.append(plain[1])
    assert np.ptp(spread) > 0.05, "the random model tells inputs apart, or this test proves nothing"


def test_an_input_asked_twice_is_read_once_and_gives_both_answers(make_tiny: Callable[..., Path]) -> None:
    model = load_masked(str(make_tiny("bert", "masked")))
    (encoded,) = model.encode(TEXTS[:1])
    seen: list[int] = []
    first, second, none = model.log_probabilities(
        [
            Reading(encoded.ids, (1, 3), ((5, 6), (7,))),
            Reading(encoded.ids, (3, 2), ((7,), (8,))),
            Reading(encoded.ids, (), ()),
        ],
        lambda what, done, total: seen.append(total),
    )
    assert seen == [1]
    assert first.shape == (3,)
    assert first[2] == second[0]
    assert none.shape == (0,)


def test_many_places_of_a_large_vocabulary_are_cut_into_parts(
    make_tiny: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_masked(str(make_tiny("bert", "masked")))
    readings = one_mask_each(model)
    whole = model.log_probabilities(readings)
    monkeypatch.setattr("boletim.models.read._LOGITS", 60)
    np.testing.assert_allclose(np.array(model.log_probabilities(readings)), np.array(whole), atol=1e-6)


def test_spans_lead_from_characters_to_tokens(make_tiny: Callable[..., Path]) -> None:
    text = "the nurse said"
    (encoded,) = load_masked(str(make_tiny("bert", "masked"))).encode([text])
    start = text.index("nurse")
    assert encoded.places(start, start + 5) == (2,)
    assert encoded.places(0, len(text)) == (1, 2, 3)


def test_fills_are_the_most_probable_words(make_tiny: Callable[..., Path]) -> None:
    model = load_masked(str(make_tiny("bert", "masked")))
    text = "the [MASK] said"
    (fills,) = model.top_fills([text], 5)
    (encoded,) = model.encode([text])
    vocabulary = range(len(model._tokenizer))
    (every,) = model.log_probabilities([Reading(encoded.ids, (2,), (tuple(vocabulary),))])
    assert fills == [model._tokenizer.decode([i]) for i in np.argsort(-every)[:5]]
    assert np.exp(every).sum() == pytest.approx(1, abs=1e-5)
    with pytest.raises(InputError, match="once"):
        model.top_fills(["the nurse"], 3)


def test_a_classifier_has_no_trained_head_for_words(make_tiny: Callable[..., Path]) -> None:
    with pytest.raises(ModelError, match="lacks cls"):
        load_masked(str(make_tiny("bert", "classifier")))


def test_a_sentence_is_never_cut(make_tiny: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="at most 64 tokens"):
        load_masked(str(make_tiny("bert", "masked"))).encode(["nurse " * 80])
