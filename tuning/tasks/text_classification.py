"""Text classification: one class for each text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from sklearn import metrics as sk

from boletim.contracts.configuration import CandidateConfig
from boletim.contracts.corpus import LABEL, TEXT, TuningData
from boletim.contracts.errors import ConfigError
from boletim.contracts.meaning import Reason
from boletim.contracts.results.card import WeightsFormat
from boletim.models.files import ModelFiles, find_model_files, weights_format
from boletim.models.load import load_network
from boletim.models.sizes import check_vocabulary
from boletim.models.tokenizer import encode, load_tokenizer
from boletim.tuning.task import Task, Texts
from boletim.tuning.training.freeze import count_layers
from boletim.tuning.training.rows.tokens import TokenRows

METRICS = {
    "accuracy": True,
    "balanced_accuracy": True,
    "f1_macro": True,
    "f1_micro": True,
    "f1_weighted": True,
    "mcc": True,
    "roc_auc_macro": True,
    "log_loss": False,
    "brier": False,
}
"""What an objective may be, and whether higher is better."""

_CHUNK = 2_000


@dataclass(frozen=True)
class Candidate:
    """A model that can be fine-tuned: found, judged safe, loaded once to see that it loads."""

    config: CandidateConfig
    files: ModelFiles
    weights: WeightsFormat
    tokenizer: Any
    labels: tuple[str, ...]
    n_parameters: int = 0
    n_layers: int = 0
    """Layers that can be left untrained."""
    width: int = 0
    """Hidden size, as config.json has it; 0 where it names none."""


def open_candidate(config: CandidateConfig, labels: tuple[str, ...]) -> Candidate:
    """Find a candidate and load it once.

    Raises:
        ModelError: It cannot be loaded safely.
    """
    return open_with(config, labels, build_model)


def open_with(config: CandidateConfig, labels: tuple[str, ...], build: Callable[[Candidate], Any]) -> Candidate:
    """Find a candidate, and load it once with the head of a task.

    Args:
        config: The candidate's.
        labels: What its outputs stand for, in their order.
        build: Makes the network.

    Raises:
        ModelError: It cannot be loaded safely.
    """
    files = find_model_files(config.model, revision=config.revision, allow_pickle=config.allow_pickle)
    weights = weights_format(files, allow_pickle=config.allow_pickle)
    candidate = Candidate(config, files, weights, load_tokenizer(files, config.max_length), labels)
    network = build(candidate)
    check_vocabulary(files.name, candidate.tokenizer, network)
    n_parameters = sum(weight.numel() for weight in network.parameters())
    width = getattr(network.config.get_text_config(), "hidden_size", 0)
    return replace(candidate, n_parameters=n_parameters, n_layers=count_layers(network), width=width)


def build_model(candidate: Candidate, problem_type: str = "single_label_classification") -> Any:
    """The candidate with a fresh head for these classes, in fp32; the head comes from torch's current seed.

    Raises:
        ModelError: It cannot be loaded.
    """
    names = dict(enumerate(candidate.labels))
    network, _ = load_network(
        candidate.files,
        candidate.weights,
        id2label=names,
        label2id={name: index for index, name in names.items()},
        problem_type=problem_type,
    )
    network.config.pad_token_id = candidate.tokenizer.pad_token_id
    return network


def rows_of(split: Texts) -> TokenRows:
    """Token ids with the class of each text."""
    place = {label: index for index, label in enumerate(split.labels)}
    return encoded(split.candidate.tokenizer, split.texts, [place[label] for label in split.written])


def make_collator(tokenizer: Any) -> Any:
    """What pads a batch to its longest text."""
    from transformers import DataCollatorWithPadding

    return DataCollatorWithPadding(tokenizer)


def check_objective(objective: str, data: TuningData) -> bool:
    """Whether higher is better for this metric.

    Raises:
        ConfigError: No such metric; the known ones are named. Or the validation split leaves it undefined.
    """
    if objective not in METRICS:
        raise ConfigError("objective", metrics=METRICS, objective=objective)
    absent = sorted(set(data.labels) - set(data.validation[LABEL]))
    if objective == "roc_auc_macro" and absent:
        raise ConfigError("auc_classes", name=absent[0])
    return METRICS[objective]


def gold_of(frame: pd.DataFrame, labels: tuple[str, ...]) -> np.ndarray:
    """(n,) int64 true classes of a split, in the order of `labels`."""
    return frame[LABEL].map({label: code for code, label in enumerate(labels)}).to_numpy(dtype=np.int64)


def compute_metrics(prediction: Any) -> dict[str, float]:
    """The metrics of one evaluation; one that these labels leave undefined is left out.

    Args:
        prediction: `predictions` (n, n_labels) logits, and `label_ids` (n,) int, at least one row.

    Returns:
        Plain scikit-learn figures by name; log_loss in nats and brier in [0, 2] fall, the others rise, with quality.

    Raises:
        FloatingPointError: A logit is not finite.
    """
    logits = prediction.predictions[0] if isinstance(prediction.predictions, tuple) else prediction.predictions
    gold, scores = np.asarray(prediction.label_ids), probabilities(logits)
    predicted, is_whole = scores.argmax(axis=1), len(np.unique(gold)) == scores.shape[1]
    of_labels = {name: float(metric(gold, predicted)) for name, metric in _OF_LABELS.items()}
    names = [name for name in _OF_SCORES if is_whole or name != "roc_auc_macro"]
    return of_labels | {name: float(_OF_SCORES[name](gold, scores)) for name in names}


def score(metric: str, logits: np.ndarray, gold: np.ndarray) -> float:
    """One metric of `METRICS`; NaN where these labels leave it undefined.

    Args:
        metric: Its name.
        logits: (n, n_labels).
        gold: (n,) int.
    """
    if metric in _OF_LABELS:
        return float(_OF_LABELS[metric](gold, logits.argmax(axis=1)))
    if metric == "roc_auc_macro" and len(np.unique(gold)) < logits.shape[1]:
        return float("nan")
    return float(_OF_SCORES[metric](gold, probabilities(logits)))


def probabilities(logits: Any) -> np.ndarray:
    """Logits (n, n_labels) to probabilities of the same shape, float64.

    Raises:
        FloatingPointError: A logit is not finite.
    """
    logits = np.asarray(logits, dtype=np.float64)
    if not np.isfinite(logits).all():
        raise FloatingPointError(Reason.of("loss_not_finite"))
    scores = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True))


def _balanced_accuracy(gold: np.ndarray, predicted: np.ndarray) -> Any:
    return sk.recall_score(gold, predicted, labels=np.unique(gold), average="macro", zero_division=0)


def _log_loss(gold: np.ndarray, scores: np.ndarray) -> Any:
    return sk.log_loss(gold, scores, labels=range(scores.shape[1]))


def _brier(gold: np.ndarray, scores: np.ndarray) -> Any:
    return np.mean(np.sum((scores - np.eye(scores.shape[1])[gold]) ** 2, axis=1))


def _roc_auc_macro(gold: np.ndarray, scores: np.ndarray) -> Any:
    target = scores[:, 1] if scores.shape[1] == 2 else scores
    return sk.roc_auc_score(gold, target, multi_class="ovr", average="macro")


_OF_LABELS: dict[str, Callable[[np.ndarray, np.ndarray], Any]] = {
    "accuracy": sk.accuracy_score,
    "balanced_accuracy": _balanced_accuracy,
    "mcc": sk.matthews_corrcoef,
    **{f"f1_{how}": partial(sk.f1_score, average=how, zero_division=0) for how in ("macro", "micro", "weighted")},
}
_OF_SCORES: dict[str, Callable[[np.ndarray, np.ndarray], Any]] = {
    "log_loss": _log_loss,
    "brier": _brier,
    "roc_auc_macro": _roc_auc_macro,
}


def encoded(tokenizer: Any, texts: Sequence[str], labels: Sequence[int] | np.ndarray) -> TokenRows:
    """Token ids of texts with their labels, unpadded; labels as `TokenRows` takes them."""
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()  # the run's own progress line says how far it is
    tokenised = Dataset.from_dict({TEXT: list(texts)}).map(
        lambda rows: encode(tokenizer, rows[TEXT]),
        batched=True,
        batch_size=_CHUNK,
        remove_columns=[TEXT],
        keep_in_memory=True,
        new_fingerprint="tokenised",  # held in memory only: no need to hash the tokenizer
    )
    return TokenRows.joined(list(tokenised.iter(_CHUNK)), labels)


TASK = Task(
    metrics=METRICS,
    open_candidate=open_candidate,
    build_model=build_model,
    rows_of=rows_of,
    make_collator=make_collator,
    check_objective=check_objective,
    gold_of=gold_of,
    compute_metrics=compute_metrics,
    score=score,
    probabilities=probabilities,
    head="SEQUENCE_CLASSIFICATION",
)
