import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import RidgeClassifier

from boletim.contracts.corpus import TEXT, TuningData
from boletim.contracts.errors import ModelError
from boletim.models.load import load_classifier
from boletim.tuning.training.erase import erase_groups, indicators, read
from boletim.tuning.training.leace import fit_eraser

LABELS = ("care", "code", "sport")


@pytest.fixture
def data(make_tuning_data: Callable[..., TuningData]) -> TuningData:
    """The group can be read from the texts: those of women begin with `she`."""

    def with_groups(frame, seed):
        women = np.random.default_rng(seed).random(len(frame)) < 0.5
        texts = [f"{'she her' if woman else 'he his'} {text}" for woman, text in zip(women, frame[TEXT], strict=True)]
        return frame.assign(**{TEXT: texts, "g": np.where(women, "f", "m")})

    plain = make_tuning_data(300, 120)
    return replace(plain, train=with_groups(plain.train, 1), validation=with_groups(plain.validation, 2), groups=("g",))


@pytest.mark.parametrize("kind", ["bert", "distilbert", "roberta", "modernbert", "deberta-v2"])
def test_the_folded_model_is_an_ordinary_one_that_sees_no_group(
    data: TuningData, make_model: Callable[..., Path], tmp_path: Path, kind: str
) -> None:
    source, folder = make_model(kind, LABELS), tmp_path / "erased"
    shutil.copytree(source, folder)
    before = load_classifier(str(source))
    texts = list(data.validation[TEXT])
    train, other = before.last_inputs(list(data.train[TEXT])), before.last_inputs(texts)
    layer = [module for module in before._network.modules() if type(module).__name__ == "Linear"][-1]
    weight, bias = (one.detach().double().numpy().copy() for one in (layer.weight, layer.bias))
    plain = np.log(before.predict_scores(texts))
    centred = other @ weight.T + bias
    assert plain - plain.mean(axis=1, keepdims=True) == pytest.approx(
        centred - centred.mean(axis=1, keepdims=True), abs=1e-4
    )
    found = erase_groups(load_classifier(str(source)), data, folder)["g"]
    logits = fit_eraser(train, indicators(data.train["g"])[1])(other) @ weight.T + bias
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    assert np.log(load_classifier(str(folder)).predict_scores(texts)) == pytest.approx(logits, abs=1e-4)
    gold = (data.validation["g"] == "m").to_numpy().astype(int)
    assert found.names == ("f", "m")
    assert found.before[np.arange(len(gold)), gold].mean() > 0.65
    assert found.after == pytest.approx(np.full((len(gold), 2), 0.5)), "the reader has nothing to go by"


def test_a_head_without_a_bias_is_refused(data: TuningData, make_model: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="needs a classifier that ends in a linear layer with a bias"):
        erase_groups(load_classifier(str(make_model("gpt2", LABELS))), data, tmp_path)


def test_the_reader_reads_as_scikit_learns_ridge_classifier() -> None:
    rng = np.random.default_rng(1)
    group = (rng.random(400) < 0.2).astype(int)
    vectors = rng.normal(size=(400, 6)) + group[:, None] * rng.normal(size=6)
    theirs = RidgeClassifier(alpha=1e-6, class_weight="balanced").fit(vectors[:200], group[:200])
    own = read(vectors[:200], np.eye(2)[group[:200]], vectors[200:])
    assert (own.argmax(axis=1) == theirs.predict(vectors[200:])).mean() > 0.98
