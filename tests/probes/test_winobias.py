"""Planted truths: a model whose liking for the stereotype is known by occupation."""

import math
from pathlib import Path

import numpy as np
import pytest

from boletim.contracts.errors import DataError
from boletim.contracts.language import load_language
from boletim.models.fakes import FakeCausalScorer, FakeMaskedScorer
from probes._language_models import ModelContext
from probes.winobias import run

JOBS = [f"job{letter}" for letter in "abcdefghij"]
WORDS = ["the", "clerk", "told", "that", "she", "he", "was", "late", ".", *JOBS]


def write(folder: Path, shift: int, n: int = 4) -> str:
    """Every job four times; the first half are women's jobs."""
    lines = [
        f"{number} [The {job}] told the clerk that [{('she', 'he')[(place >= 5) ^ bool(shift)]}] was late."
        for number, (place, job) in enumerate([(place, job) for place, job in enumerate(JOBS) for _ in range(n)], 1)
    ]
    path = folder / f"{('pro', 'anti')[shift]}_stereotyped_type1.txt.test"
    path.write_text("\n".join(lines), "utf-8")
    return str(path)


def context(folder: Path, **side: object) -> ModelContext:
    data = {"winobias_pro": write(folder, 0), "winobias_anti": write(folder, 1)}
    settings = {"level": 0.95, "margin": 0.05, "seed": 1, "bootstrap": 100}
    return ModelContext(language=load_language("en"), data=data, **settings, **side)  # type: ignore[arg-type]


def answer(words: tuple[str, ...], word: str) -> float:
    """The first seven jobs get their stereotype with odds of e to one, the last three its opposite with e^2."""
    job = next((place for place, job in enumerate(JOBS) if job in words), None)
    if job is None or word not in ("she", "he"):
        return -1.0
    is_pro = (word == "she") == (job < 5)
    return (0.0 if is_pro else -1.0) if job < 7 else (-2.0 if is_pro else 0.0)


@pytest.mark.parametrize("side", ["masked", "causal"])
def test_the_planted_preference_is_recovered(tmp_path: Path, side: str) -> None:
    scorer = (
        FakeMaskedScorer(WORDS, lambda words, place, word: answer(words, word))
        if side == "masked"
        else FakeCausalScorer(answer)
    )
    found = {measure.metric: measure for measure in run(context(tmp_path, **{side: scorer})).measures}
    share, ratio = found["stereotype_preference"], found["stereotype_log_ratio"]
    assert (share.value, share.n) == (0.7, 40)
    assert share.low is not None
    assert share.low < 0.7 - 1.96 * math.sqrt(0.21 / 40), "pairs about one occupation are not independent"
    assert (ratio.value, ratio.n) == (pytest.approx((7 * 1 - 3 * 2) / 10), 10)
    spread = np.array([1.0] * 7 + [-2.0] * 3).std(ddof=1) / math.sqrt(10)
    assert ratio.high == pytest.approx(0.1 + 2.262157 * spread)  # t of nine degrees of freedom


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1 The developer argued because he was late.", "in brackets"),
        ("", "a sentence a line"),
        ("1 [The clerk] told the clerk that [he] was late.", "differ in the pronoun"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str, part: str) -> None:
    scorer = FakeCausalScorer(answer)
    made = context(tmp_path, causal=scorer)
    Path(made.data["winobias_anti"]).write_text(text, "utf-8")
    with pytest.raises(DataError, match=part):
        run(made)
