"""Named entities: a tag for each word, entities from the tags."""

from functools import partial
from typing import Any

import numpy as np

from boletim.contracts.answers.spans import TOKEN_CLASSIFICATION, read_spans
from boletim.contracts.configuration import CandidateConfig
from boletim.contracts.tags import spans_of_tags
from boletim.models.load import load_network
from boletim.tuning.task import Task, Texts, known_objective, no_probabilities, not_by_row, row_numbers
from boletim.tuning.tasks.text_classification import Candidate, open_with
from boletim.tuning.training.rows.tagged import UNREAD, tagged
from boletim.tuning.training.rows.windows import WindowRows

METRICS = {"f1_micro": True, "f1_macro": True, "precision_micro": True, "recall_micro": True}
"""What an objective may be, and whether higher is better: figures of exact stretches and types."""


def tags_of_types(types: tuple[str, ...]) -> tuple[str, ...]:
    """The BIO tags of some types, in the order of the model's outputs."""
    return ("O", *(f"{letter}-{name}" for name in types for letter in "BI"))


def open_candidate(config: CandidateConfig, types: tuple[str, ...]) -> Candidate:
    """Find a candidate and load it once.

    Raises:
        ModelError: It cannot be loaded safely.
    """
    return open_with(config, tags_of_types(types), build_model)


def build_model(candidate: Candidate) -> Any:
    """The candidate with a fresh head for these tags, in fp32; the head comes from torch's current seed.

    Raises:
        ModelError: It cannot be loaded.
    """
    from transformers import AutoModelForTokenClassification

    names = dict(enumerate(candidate.labels))
    network, _ = load_network(
        candidate.files,
        candidate.weights,
        auto=AutoModelForTokenClassification,
        what="a token classifier",
        id2label=names,
        label2id={name: index for index, name in names.items()},
    )
    network.config.pad_token_id = candidate.tokenizer.pad_token_id
    return network


def rows_of(split: Texts) -> WindowRows:
    """Windows of the texts with the tags of their words."""
    spans = [read_spans(label) for label in split.written]
    return tagged(split.candidate.tokenizer, split.texts, spans, split.candidate.labels)


def make_collator(tokenizer: Any) -> Any:
    """What pads a batch to its longest window."""
    from transformers import DataCollatorForTokenClassification

    return DataCollatorForTokenClassification(tokenizer, label_pad_token_id=UNREAD)


def likeliest(logits: Any, labels: Any) -> Any:
    """Of each token, so that no evaluation holds the scores of all of them."""
    return (logits[0] if isinstance(logits, tuple) else logits).argmax(dim=-1)


def per_text(predicted: np.ndarray, labels: np.ndarray, rows: WindowRows) -> np.ndarray:
    """Hits, true and predicted entities of each type in each text, (n_texts, 3 k) float64.

    Args:
        predicted: (n_windows, n_tokens) int, the likeliest tag.
        labels: (n_windows, n_tokens) int, the true tag at the tokens where a word is read.
        rows: The windows in the same order.
    """
    tags = rows.about
    types = [tag[2:] for tag in tags if tag.startswith("B-")]
    kept = []
    for of_text in rows.by_text():
        is_read = labels[of_text] != UNREAD
        true, said = (column[of_text][is_read] for column in (labels, predicted[:, : labels.shape[1]]))
        gold, found = (
            {span.key for span in spans_of_tags([tags[code] for code in codes], "BIO")} for codes in (true, said)
        )
        counts = [[sum(key[2] == name for key in keys) for name in types] for keys in (gold & found, gold, found)]
        kept.append(np.concatenate(counts))
    return np.array(kept, dtype=np.float64)


def score(metric: str, kept: np.ndarray, gold: np.ndarray) -> float:
    """One metric of `METRICS` over some texts; 0 where there is nothing to find.

    Args:
        metric: Its name.
        kept: (n_texts, 3 k) from `per_text`.
        gold: Not needed.
    """
    hits, true, said = kept.sum(axis=0).reshape(3, -1)
    if metric == "f1_macro":
        known = true + said > 0
        return float(np.mean(2 * hits[known] / (true + said)[known])) if known.any() else 0.0
    parts = {
        "recall_micro": (hits.sum(), true.sum()),
        "precision_micro": (hits.sum(), said.sum()),
        "f1_micro": (2 * hits.sum(), true.sum() + said.sum()),
    }
    top, bottom = parts[metric]
    return float(top / bottom) if bottom else 0.0


TASK = Task(
    metrics=METRICS,
    open_candidate=open_candidate,
    build_model=build_model,
    rows_of=rows_of,
    make_collator=make_collator,
    check_objective=partial(known_objective, TOKEN_CLASSIFICATION, METRICS),
    gold_of=row_numbers,
    compute_metrics=not_by_row,
    score=score,
    probabilities=no_probabilities(TOKEN_CLASSIFICATION),
    head="TOKEN_CLASSIFICATION",
    held=likeliest,
    per_text=per_text,
)
