"""The best stretches of a window of tokens, by the scores of where an answer begins and where it ends.

References:
    Devlin et al. (2019), BERT, NAACL, sec. 4.2 and 4.3: a stretch scores the sum of its two ends, and is answered where
    that beats no answer, the first token's sum, by a threshold chosen on validation data.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from boletim.contracts.errors import ModelError, first_line
from boletim.contracts.files.atomic import write_json
from boletim.contracts.results.no_answer import ChosenOn, NoAnswer

SETTINGS = "answering.json"
"""Beside the weights: how answers are chosen."""
USUAL_LONGEST = 30


@dataclass(frozen=True)
class Choosing:
    """How an answer is chosen from the scores of a window."""

    threshold: float | None = 0.0
    """Nothing is answered where no answer scores so much more than the best stretch; None answers always."""
    longest: int = USUAL_LONGEST
    """Tokens of an answer at most."""
    chosen_on: ChosenOn | None = None
    """What the threshold does on the data that it was chosen on; None where that was not here."""

    @property
    def no_answer(self) -> NoAnswer:
        """The rule as the card has it."""
        return NoAnswer(threshold=self.threshold, chosen_on=self.chosen_on)

    def save(self, folder: Path) -> None:
        """Write it beside the weights."""
        chosen_on = self.chosen_on.model_dump() if self.chosen_on else None
        write_json(
            folder / SETTINGS,
            {"no_answer_threshold": self.threshold, "longest_answer": self.longest, "chosen_on": chosen_on},
        )

    @classmethod
    def of_folder(cls, folder: Path, name: str) -> "Choosing":
        """What lies beside the weights; the usual of models made elsewhere.

        Raises:
            ModelError: What lies there is not what `save` writes.
        """
        file = folder / SETTINGS
        if not file.exists():
            return cls()
        try:
            held = json.loads(file.read_text(encoding="utf-8"))
            threshold, longest = held["no_answer_threshold"], held["longest_answer"]
            threshold = None if threshold is None else float(threshold)
            chosen_on = held.get("chosen_on") and ChosenOn.model_validate(held["chosen_on"])
            is_sound = isinstance(longest, int) and longest > 0 and (threshold is None or np.isfinite(threshold))
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise ModelError("answering_file", file=SETTINGS, name=name, reason=first_line(error)) from error
        if not is_sound:
            raise ModelError("answering_file", file=SETTINGS, name=name, reason=f"{threshold}, {longest}")
        return cls(threshold, longest, chosen_on)


class Stretch(NamedTuple):
    """Tokens of a window, the last included."""

    score: float
    first: int
    last: int


def best_stretches(
    begins: np.ndarray, ends: np.ndarray, is_context: np.ndarray, longest: int, n: int = 1
) -> list[Stretch]:
    """The n stretches of the text with the highest sum of scores, the best first; of equals the earlier, the shorter.

    Args:
        begins: (n_tokens,) how well an answer begins at each.
        ends: (n_tokens,) how well one ends there.
        is_context: (n_tokens,) bool, which tokens are of the text and not of the question.
        longest: Tokens of an answer at most.
        n: How many.
    """
    places = np.flatnonzero(is_context)
    if not len(places):
        return []
    first, last = int(places[0]), int(places[-1]) + 1
    longest = min(longest, last - first)
    own = is_context[first:last]
    left = np.where(own, begins[first:last], -np.inf).astype(np.float64)
    right = np.concatenate([np.where(own, ends[first:last], -np.inf), np.full(longest - 1, -np.inf)])
    sums = left[:, None] + np.lib.stride_tricks.sliding_window_view(right, longest)
    flat = sums.ravel()
    n = min(n, int(np.isfinite(flat).sum()))
    least = np.partition(flat, len(flat) - n)[len(flat) - n]
    chosen = np.flatnonzero(flat >= least)  # with all that tie with the last
    chosen = chosen[np.argsort(-flat[chosen], kind="stable")][:n]
    return [
        Stretch(float(flat[one]), first + one // longest, first + one // longest + one % longest)
        for one in map(int, chosen)
    ]


def no_answer(begins: np.ndarray, ends: np.ndarray, place: int) -> float:
    """How well no answer scores: the sum at the token that stands for it."""
    return float(begins[place]) + float(ends[place])


def best_threshold(differences: np.ndarray, answered: np.ndarray, silent: np.ndarray) -> tuple[float | None, float]:
    """The threshold with the highest mean score, and that score; of equals the highest threshold.

    Args:
        differences: (n,) no answer's score less that of the best stretch.
        answered: (n,) what each question counts where its best stretch is the answer.
        silent: (n,) what it counts where there is none.
    """
    order = np.argsort(differences, kind="stable")
    known = differences[order]
    gains = np.concatenate([[0.0], np.cumsum((answered - silent)[order])])
    is_between = np.concatenate([[True], np.diff(known) > 0, [True]])
    place = len(known) - int(np.argmax(np.where(is_between, gains, -np.inf)[::-1]))
    mean = float(silent.mean() + gains[place] / len(known))
    if place == len(known):
        return None, mean
    return float(known[0] - 1.0 if place == 0 else (known[place - 1] + known[place]) / 2), mean
