"""What the search asks of a task: one file of `tuning/tasks` holds a `TASK` for each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from boletim.contracts.configuration import CandidateConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.registry import find_plugin


@dataclass(frozen=True)
class Task:
    """One way of answering about a text, and how it is learned; `text_classification` is the example."""

    metrics: Mapping[str, bool]
    """What an objective may be, and whether higher is better."""
    open_candidate: Callable[[CandidateConfig, tuple[str, ...]], Any]
    """Finds a candidate, judges it safe, loads it once; the labels in the order of the head."""
    build_model: Callable[[Any], Any]
    """The candidate with a fresh head, in fp32; the head comes from torch's current seed."""
    tokenise: Callable[..., dict[str, Any]]
    """From candidate, data and the (n_sample,) int64 rows of the training sample: the `TokenRows` of each split."""
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
    per_text: Callable[[np.ndarray, np.ndarray, Any], np.ndarray] | None = None
    """Where rows are parts of texts: from an evaluation's likeliest answers, its labels and its rows what is kept of
    each text, (n_texts, width), in the place of logits; `score` makes the metrics of it. None where a row is a text."""


def find_task(name: str) -> Task:
    """The task of this name.

    Raises:
        InputError: There is none; the known ones are listed.
    """
    return cast(Task, find_plugin("task", name))
