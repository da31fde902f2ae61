"""Entities with adapters and with frozen layers: each trains and reads back the same."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from safetensors.torch import load_file

from boletim.contracts.answers.spans import Span, read_spans, write_spans
from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.models.loading.declared_model import load_declared
from boletim.tuning.search.run import run_search

NAMES = {"PER": ["nurse", "doctor", "patient"], "LOC": ["server", "bug", "compiler"]}
OTHERS = ["the", "every", "day", "night", "with", "her", "his", "old", "works", "runs"]


def frame(n: int, seed: int) -> pd.DataFrame:
    draw, rows = random.Random(seed), []
    for number in range(n):
        text, spans = "", []
        for _ in range(draw.randint(1, 3)):
            text += " ".join(draw.choices(OTHERS, k=2)) + " "
            kind = draw.choice(sorted(NAMES))
            name = " ".join(draw.choices(NAMES[kind], k=2))
            spans.append(Span(len(text), len(text) + len(name), kind))
            text += name + " "
        rows.append({"id": f"{seed}-{number}", "text": text.strip(), "label": write_spans(spans)})
    return pd.DataFrame(rows)


def search(make_run_config: Callable[..., RunConfig], folder: Path, **space: Any) -> tuple[Path, float]:
    """The winner's folder, and its score on the validation texts as the search saw it."""
    config = make_run_config(objective="f1_micro", search=space, early_stopping={"patience": 99})
    config = RunConfig.model_validate(config.model_dump() | {"task": "token_classification"})
    result = run_search(config, TuningData(frame(120, 1), frame(40, 2), ("LOC", "PER"), ()), folder)
    return folder / result.model.folder, result.trials[0].objective or 0.0


def f1_of(model: Path) -> float:
    validation = frame(40, 2)
    said = load_declared(str(model)).predict_scores(list(validation["text"]))
    gold = [{span.key for span in read_spans(label)} for label in validation["label"]]
    found = [{span.key for span in spans} for spans in said]
    hits = sum(len(one & other) for one, other in zip(gold, found, strict=True))
    return 2 * hits / (sum(map(len, gold)) + sum(map(len, found)))


# the frozen layer is random, and what stands above it learns little; the adapters learn nearly all
CASES = [
    ({"lora": 8, "learning_rate": 3e-3, "epochs": 14}, 0.3),
    ({"freeze_layers": 1, "learning_rate": 5e-3, "epochs": 8}, 0.02),
]


@pytest.mark.parametrize(("space", "least"), CASES, ids=["lora", "frozen"])
def test_it_trains_and_reads_back_the_same(
    make_run_config: Callable[..., RunConfig],
    tiny_encoder_folder: Path,
    tmp_path: Path,
    space: dict[str, int],
    least: float,
) -> None:
    model, objective = search(make_run_config, tmp_path, **space)
    assert json.loads((model / "config.json").read_text())["architectures"] == ["BertForTokenClassification"]
    assert not list(model.glob("adapter*"))
    assert f1_of(model) == pytest.approx(objective, abs=1e-9)
    assert objective > least
    before, after = load_file(tiny_encoder_folder / "model.safetensors"), load_file(model / "model.safetensors")
    embeddings, first = "bert.embeddings.word_embeddings.weight", "bert.encoder.layer.0.output.dense.weight"
    plain = {name.removeprefix("bert."): weight for name, weight in before.items()}
    kept = {name: bool((after[name] == plain[name.removeprefix("bert.")]).all()) for name in (embeddings, first)}
    assert kept[embeddings], "neither adapters nor what is trained above frozen layers touch the words' vectors"
    assert kept[first] == ("freeze_layers" in space), "adapters are added into the linear layers"
