from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from boletim.contracts.configuration import CandidateConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import ConfigError, ModelError
from boletim.tuning.tasks.text_classification import TASK as task

# Six examples of three classes; counted by hand below.
GOLD = [0, 0, 0, 1, 1, 2]
PREDICTED = [0, 0, 1, 1, 0, 2]


def metrics_of(gold: list[int], scores: Any) -> dict[str, float]:
    return task.compute_metrics(SimpleNamespace(predictions=np.log(np.asarray(scores)), label_ids=np.asarray(gold)))


def scores_for(predicted: list[int], sure: float = 0.8) -> np.ndarray:
    other = (1 - sure) / 2
    return np.where(np.eye(3)[predicted] > 0, sure, other)


def test_metrics_are_those_counted_by_hand() -> None:
    metrics = metrics_of(GOLD, scores_for(PREDICTED))
    f1 = [2 / 3, 1 / 2, 1.0]  # 2 TP / (2 TP + FP + FN): 4/6, 2/4, 2/2
    assert metrics["accuracy"] == metrics["f1_micro"] == pytest.approx(4 / 6)
    assert metrics["f1_macro"] == pytest.approx(sum(f1) / 3)
    assert metrics["f1_weighted"] == pytest.approx((3 * f1[0] + 2 * f1[1] + f1[2]) / 6)
    assert metrics["balanced_accuracy"] == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    # Gorodkin 2004: (c s - sum p t) / sqrt((s^2 - sum p^2)(s^2 - sum t^2)), with p = t = (3, 2, 1), c = 4, s = 6
    assert metrics["mcc"] == pytest.approx((4 * 6 - 14) / (36 - 14))
    assert metrics["log_loss"] == pytest.approx(-(4 * np.log(0.8) + 2 * np.log(0.1)) / 6)
    assert metrics["brier"] == pytest.approx((4 * (0.2**2 + 2 * 0.1**2) + 2 * (0.8**2 + 0.9**2 + 0.1**2)) / 6)
    assert set(metrics) == set(task.metrics)


def test_auc_of_two_classes_counts_ordered_pairs() -> None:
    scores = np.asarray([[0.9, 0.1], [0.6, 0.4], [0.65, 0.35], [0.2, 0.8]])
    assert metrics_of([0, 0, 1, 1], scores)["roc_auc_macro"] == pytest.approx(3 / 4)


def test_an_absent_class_leaves_auc_out_and_the_rest_defined() -> None:
    metrics = metrics_of([0, 0, 1], scores_for([0, 2, 1]))
    assert "roc_auc_macro" not in metrics
    assert metrics["balanced_accuracy"] == pytest.approx((1 / 2 + 1) / 2)
    assert all(np.isfinite(value) for value in metrics.values())


def test_a_logit_that_is_not_finite_is_refused() -> None:
    logits = SimpleNamespace(predictions=np.asarray([[0.0, np.nan]]), label_ids=np.asarray([0]))
    with pytest.raises(FloatingPointError, match="loss not finite"):
        task.compute_metrics(logits)


def test_an_unknown_objective_names_the_known_ones(make_tuning_data: Callable[..., TuningData]) -> None:
    data = make_tuning_data(12, 6)
    assert task.check_objective("f1_macro", data) is True
    assert task.check_objective("log_loss", data) is False
    with pytest.raises(ConfigError, match=r"f1_macro.*'f1'"):
        task.check_objective("f1", data)


def test_auc_is_no_objective_where_a_class_is_missing(make_tuning_data: Callable[..., TuningData]) -> None:
    with pytest.raises(ConfigError, match="'sport'"):
        task.check_objective("roc_auc_macro", make_tuning_data(12, 2))


@pytest.mark.parametrize("kind", ["bert", "distilbert", "roberta", "gpt2"])
def test_any_architecture_gets_a_head_for_the_classes_of_the_data(
    make_model: Callable[..., Path], make_tuning_data: Callable[..., TuningData], kind: str
) -> None:
    data = make_tuning_data(12, 6)
    data.train.loc[0, "text"] = ""
    config = CandidateConfig(model=str(make_model(kind, ("old", "classes"))), max_length=8)
    candidate = task.open_candidate(config, data.labels)
    network = task.build_model(candidate)
    assert network.config.id2label == {0: "care", 1: "code", 2: "sport"}
    assert network.config.problem_type == "single_label_classification"
    splits = task.tokenise(candidate, data, np.asarray([0, 5]))
    assert {name: len(rows) for name, rows in splits.items()} == {"train": 12, "validation": 6, "train_sample": 2}
    rows = [splits["train"][i] for i in range(12)]
    assert [row["labels"] for row in rows] == [0, 1, 2] * 4
    assert all(1 <= len(row["input_ids"]) <= 8 for row in rows)
    batch = task.make_collator(candidate.tokenizer)(rows)
    assert batch["input_ids"].shape[1] == max(len(row["input_ids"]) for row in rows), "padded to the longest, no more"
    assert network(**batch).logits.shape == (12, 3)


def test_a_candidate_with_real_weights_opens(minilm_folder: Path) -> None:
    candidate = task.open_candidate(CandidateConfig(model=str(minilm_folder), max_length=64), ("x", "y"))
    assert (candidate.weights, candidate.tokenizer.model_max_length) == ("safetensors", 64)


def test_a_candidate_that_cannot_be_loaded_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"config\.json"):
        task.open_candidate(CandidateConfig(model=str(tmp_path)), ("x", "y"))
