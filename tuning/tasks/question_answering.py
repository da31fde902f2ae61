"""Questions about texts: where the answer begins and ends, or that there is none."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from boletim.contracts.answer_words import best, exact, official_words, token_f1
from boletim.contracts.answers.question_answers import QUESTION_ANSWERING, read_answers
from boletim.contracts.configuration import CandidateConfig
from boletim.contracts.results.no_answer import ChosenOn
from boletim.models.answering.question_windows import candidates_of
from boletim.models.answering.stretches import Choosing, best_threshold
from boletim.models.load import load_network
from boletim.tuning.task import Task, Texts, known_objective, no_probabilities, not_by_row, row_numbers
from boletim.tuning.tasks.text_classification import Candidate, open_with
from boletim.tuning.training.rows.questions import BEGIN, END, Asked, QuestionRows, asked

METRICS = {"token_f1": True, "exact_match": True}
"""What an objective may be, and whether higher is better: by the rule of SQuAD, at the best threshold of no answer."""
_DIFFERENCE = 0
_SCORED = {"token_f1": (1, 2), "exact_match": (3, 4)}
"""Columns of what is kept: of the best stretch, and of no answer."""


def open_candidate(config: CandidateConfig, labels: tuple[str, ...]) -> Candidate:
    """Find a candidate and load it once.

    Raises:
        ModelError: It cannot be loaded safely.
    """
    return open_with(config, labels, build_model)


def build_model(candidate: Candidate) -> Any:
    """The candidate with a fresh head for the two ends of an answer, in fp32; it comes from torch's current seed.

    Raises:
        ModelError: It cannot be loaded.
    """
    from transformers import AutoModelForQuestionAnswering

    network, _ = load_network(
        candidate.files,
        candidate.weights,
        auto=AutoModelForQuestionAnswering,
        what="a model that answers questions",
        num_labels=2,
    )
    network.config.pad_token_id = candidate.tokenizer.pad_token_id
    return network


def rows_of(split: Texts) -> QuestionRows:
    """Windows of the questions; an answer may be as long as the longest that was learnt."""
    answers = [read_answers(label) for label in split.written]
    longest = None if split.train is None else split.train.about.longest
    return asked(split.candidate.tokenizer, split.texts, answers, longest)


def make_collator(tokenizer: Any) -> Any:
    """What pads a batch to its longest window."""
    from transformers import DataCollatorWithPadding

    return DataCollatorWithPadding(tokenizer)


def held(logits: Any, labels: Any) -> Any:
    """Scores of both ends; whatever else a model gives is let go."""
    return logits[:2]


def per_text(predicted: tuple[np.ndarray, np.ndarray], labels: Any, rows: QuestionRows) -> np.ndarray:
    """Of each question no answer's score less that of the best stretch, and token F1 and exact match of both of them.

    Returns:
        (n_questions, 5) float64: the difference, token F1 of the stretch and of no answer, exact match of the two.

    Args:
        predicted: Scores of where an answer begins and ends, each (n_windows, n_tokens).
        labels: Not needed.
        rows: The windows in the same order.
    """
    about: Asked = rows.about
    scores = np.stack(predicted, axis=-1)
    kept = []
    for of_question in rows.by_text():
        windows = rows.windows[of_question]
        question = int(rows.texts[windows[0]])
        own = dict(zip(map(int, windows), scores[of_question], strict=True))
        found = candidates_of(about.windows, question, own, about.longest, n=1)
        said = about.windows.contexts[question][slice(*found.places[0])] if found.places else ""
        difference = found.silent - found.scores[0] if found.scores else 0.0
        true = about.answers[question]
        counted = [best(score, text, true, official_words) for score in (token_f1, exact) for text in (said, "")]
        kept.append([difference, *counted])
    return np.array(kept, dtype=np.float64)


def score(metric: str, kept: np.ndarray, gold: np.ndarray) -> float:
    """One metric of `METRICS` over some questions, at the threshold of no answer that is best for it on them.

    Args:
        metric: Its name.
        kept: (n_questions, 5) from `per_text`.
        gold: Not needed.
    """
    answered, silent = _SCORED[metric]
    return best_threshold(kept[:, _DIFFERENCE], kept[:, answered], kept[:, silent])[1]


def finish(folder: Path, kept: np.ndarray, splits: Mapping[str, Any]) -> None:
    """Write how answers are chosen: the threshold of the best token F1 on validation, and the longest answer."""
    differences, answered, silent = kept[:, [_DIFFERENCE, *_SCORED["token_f1"]]].T
    threshold, mean = best_threshold(differences, answered, silent)
    is_left, is_answerable = differences > (np.inf if threshold is None else threshold), silent == 0
    chosen_on = ChosenOn(
        n_answerable=int(is_answerable.sum()),
        n_unanswerable=int((~is_answerable).sum()),
        n_found=int((is_left & ~is_answerable).sum()),
        n_lost=int((is_left & is_answerable & (answered > 0)).sum()),
        token_f1=mean,
        token_f1_always=float(answered.mean()),
    )
    Choosing(threshold, splits["train"].about.longest, chosen_on).save(folder)


TASK = Task(
    metrics=METRICS,
    open_candidate=open_candidate,
    build_model=build_model,
    rows_of=rows_of,
    make_collator=make_collator,
    check_objective=partial(known_objective, QUESTION_ANSWERING, METRICS),
    gold_of=row_numbers,
    compute_metrics=not_by_row,
    score=score,
    probabilities=no_probabilities(QUESTION_ANSWERING),
    head="QUESTION_ANSWERING",
    per_text=per_text,
    held=held,
    labelled=(BEGIN, END),
    finish=finish,
)
