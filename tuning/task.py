"""What the search asks of a task: one file of `tuning/tasks` holds a `TASK` for each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from boletim.contracts.configuration import CandidateConfig
from boletim.contracts.corpus import LABEL, TEXT, TuningData
from boletim.contracts.errors import ConfigError
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.registry import find_plugin
from boletim.tuning.training.rows.tokens import TokenRows


@dataclass(frozen=True)
class Task:
    """One way of answering about a text, and how it is learned; `text_classification` is the example."""

    metrics: Mapping[str, bool]
    """What an objective may be, and whether higher is better."""
    open_candidate: Callable[[CandidateConfig, tuple[str, ...]], Any]
    """Finds a candidate, judges it safe, loads it once; the labels in the order of the head."""
    build_model: Callable[[Any], Any]
    """The candidate with a fresh head, in fp32; the head comes from torch's current seed."""
    rows_of: Callable[["Texts"], TokenRows]
    """Token ids of a split with what is true of it, unpadded, held in memory."""
    make_collator: Callable[[Any], Any]
    """From a tokenizer what pads a batch."""
    check_objective: Callable[[str, TuningData], bool]
    """Whether higher is better; ConfigError where the objective is unknown or the data leave it undefined."""
    gold_of: Callable[[pd.DataFrame, tuple[str, ...]], np.ndarray]
    """The true answers of a split."""
    compute_metrics: Callable[[Any], dict[str, float]]
    """The metrics of one evaluation, as the Trainer asks for them."""
    score: Callable[[str, np.ndarray, np.ndarray], float]
    """One metric of logits against gold; NaN where it is undefined."""
    probabilities: Callable[[Any], np.ndarray]
    """Logits to probabilities, float64 of the same shape; FloatingPointError where a logit is not finite."""
    head: str = ""
    """What transformers calls the heads that it trains, as in MODEL_FOR_…_MAPPING_NAMES; empty where any will do."""
    per_text: Callable[[Any, Any, Any], np.ndarray] | None = None
    """Where rows are parts of texts: from what an evaluation holds, its labels and its rows what is kept of each text,
    (n_texts, width), in the place of logits; `score` makes the metrics of it. None where a row is a text."""
    held: Callable[[Any, Any], Any] | None = None
    """From a batch's logits and labels what an evaluation holds of it; None holds the logits."""
    labelled: tuple[str, ...] = ("labels",)
    """Columns of the rows that say what is true."""
    finish: Callable[[Path, np.ndarray, Mapping[str, Any]], None] | None = None
    """Writes beside the weights what else a model needs: its folder, what was kept of the validation data, the rows."""

    def tokenise(
        self, candidate: Any, data: TuningData, sample_rows: np.ndarray, progress: Progress = no_progress
    ) -> dict[str, TokenRows]:
        """Rows for `train`, `validation`, `train_sample` and, where there are any, `swapped`.

        Args:
            candidate: Whose tokenizer to use.
            data: The two splits that tuning may see.
            sample_rows: (n_sample,) int64, texts of the training split on which its own metrics are measured.
            progress: Told how many texts are done.
        """
        splits: dict[str, TokenRows] = {}
        for name, frame in data.frames().items():
            texts = [str(text) for text in frame[TEXT]]
            split = Texts(candidate, texts, list(frame[LABEL]), data.labels, splits.get("train"))
            splits[name] = self.rows_of(split)
            progress("texts tokenised", len(texts), len(texts))
        return splits | {"train_sample": splits["train"].of_texts(sample_rows)}


@dataclass(frozen=True)
class Texts:
    """A split to be tokenised."""

    candidate: Any
    """Whose tokenizer to use."""
    texts: list[str]
    written: list[str]
    """What is true of each, as the corpus holds it."""
    labels: tuple[str, ...]
    """In the order of the head."""
    train: Any
    """Rows of the training split; None while these are made."""


def known_objective(task: str, metrics: Mapping[str, bool], objective: str, data: TuningData) -> bool:
    """Whether higher is better for a metric that any data define.

    Raises:
        ConfigError: No such metric; the known ones are named.
    """
    if objective not in metrics:
        raise ConfigError("objective_of", multi_label=task, metrics=metrics, objective=objective)
    return metrics[objective]


def row_numbers(frame: pd.DataFrame, labels: tuple[str, ...]) -> np.ndarray:
    """(n,) int64: which row, where what is true of it is in what `per_text` keeps."""
    return np.arange(len(frame), dtype=np.int64)


def not_by_row(prediction: Any) -> dict[str, float]:
    """Not asked for where rows are parts of texts: `per_text` puts them together."""
    raise TypeError("rows are parts of texts here; call per_text and score")


def no_probabilities(task: str) -> Callable[[Any], np.ndarray]:
    """What refuses the constraints of a search where what is kept of a text has no probabilities."""

    def probabilities(kept: Any) -> np.ndarray:
        raise ConfigError("constraints_task", task=task)

    return probabilities


def find_task(name: str) -> Task:
    """The task of this name.

    Raises:
        InputError: There is none; the known ones are listed.
    """
    return cast(Task, find_plugin("task", name))
