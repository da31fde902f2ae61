from collections.abc import Callable
from pathlib import Path

import pytest

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import ConfigError
from boletim.models.quiet import quiet_transformers
from boletim.tuning.search.run import run_search
from boletim.tuning.training.freeze import count_layers, freeze_layers


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
    assert count_layers(network) == 2


def test_more_layers_than_there_are_end_the_search_before_it_begins(
    make_run_config: Callable[..., RunConfig], make_tuning_data: Callable[..., TuningData], tmp_path: Path
) -> None:
    config = make_run_config(search={"freeze_layers": [0, 3]})
    with pytest.raises(ConfigError, match=r"freeze_layers must be at most the number of layers, 2 in .*, got 3"):
        run_search(config, make_tuning_data(), tmp_path)
    assert not list(tmp_path.iterdir())
