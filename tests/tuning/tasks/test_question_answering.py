"""Answers with adapters: they read back the same; and what is chosen on validation once the best training is known."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from safetensors.torch import load_file

from boletim.contracts.answer_words import best, official_words, token_f1
from boletim.contracts.answers.question_answers import Answer, join_question, read_answers, write_answers
from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import ModelError
from boletim.models.answering.stretches import Choosing
from boletim.models.loading.declared_model import load_declared
from boletim.tuning.search.run import run_search
from boletim.tuning.tasks.question_answering import finish

# difference of no answer and the best stretch; token F1 of the stretch and of none; exact match of the two
ROWS = [
    [-3.0, 1.0, 0.0, 1.0, 0.0],
    [-1.0, 1.0, 0.0, 1.0, 0.0],
    [0.5, 0.4, 0.0, 0.0, 0.0],  # half right, and lost
    [1.0, 0.0, 1.0, 0.0, 1.0],
    [2.0, 0.0, 1.0, 0.0, 1.0],
    [-2.0, 0.0, 1.0, 0.0, 1.0],  # no answer in its text, and answered all the same
    [0.4, 0.0, 1.0, 0.0, 1.0],
]


def finished(tmp_path, rows):
    finish(tmp_path, np.array(rows), {"train": SimpleNamespace(about=SimpleNamespace(longest=12))})
    return Choosing.of_folder(tmp_path, "m")


def test_the_threshold_of_the_best_token_f1_is_kept_with_what_it_does_on_validation(tmp_path):
    chosen = finished(tmp_path, ROWS)
    assert (chosen.threshold, chosen.longest) == (pytest.approx(-0.3), 12), "between -1 and 0.4"
    on = chosen.chosen_on
    assert (on.n_answerable, on.n_unanswerable, on.n_found, on.n_lost) == (3, 4, 3, 1)
    assert on.token_f1 == pytest.approx(5 / 7)
    assert on.token_f1_always == pytest.approx(2.4 / 7)
    assert chosen.no_answer.threshold == chosen.threshold


def test_without_unanswerable_questions_everything_is_answered_and_nothing_is_lost(tmp_path):
    chosen = finished(tmp_path, ROWS[:3])
    assert chosen.threshold is None
    assert (chosen.chosen_on.n_found, chosen.chosen_on.n_lost) == (0, 0)
    assert chosen.chosen_on.token_f1 == chosen.chosen_on.token_f1_always == pytest.approx(0.8)


def test_counts_that_no_questions_have_are_refused(tmp_path):
    finished(tmp_path, ROWS)
    held = json.loads((tmp_path / "answering.json").read_text())
    held["chosen_on"]["n_found"] = 9
    (tmp_path / "answering.json").write_text(json.dumps(held))
    with pytest.raises(ModelError, match=r"answering\.json of m"):
        Choosing.of_folder(tmp_path, "m")


FIRST, LAST = ["nurse", "doctor", "patient"], ["server", "bug", "compiler"]
OTHERS = ["the", "every", "day", "night", "with", "her", "his", "old", "works", "runs"]


def frame(n: int, seed: int) -> pd.DataFrame:
    """Each text names one person or, in one of four, nobody; who stands there is asked."""
    draw, rows = random.Random(seed), []
    for number in range(n):
        words, answers = draw.choices(OTHERS, k=draw.randint(4, 9)), []
        if number % 4:
            place, said = draw.randrange(len(words)), f"{draw.choice(FIRST)} {draw.choice(LAST)}"
            answers = [Answer(said, len(" ".join([*words[:place], ""])))]
            words.insert(place, said)
        text = join_question("the nurse runs", " ".join(words))
        rows.append({"id": f"{seed}-{number}", "text": text, "label": write_answers(answers)})
    return pd.DataFrame(rows)


def test_adapters_are_merged_and_the_model_answers_as_it_did_in_training(
    make_run_config: Callable[..., RunConfig], tiny_encoder_folder: Path, tmp_path: Path
) -> None:
    space = {"lora": 8, "learning_rate": 5e-3, "epochs": 12}
    config = make_run_config(objective="token_f1", search=space, early_stopping={"patience": 99})
    config = RunConfig.model_validate(config.model_dump() | {"task": "question_answering"})
    validation = frame(40, 2)
    result = run_search(config, TuningData(frame(160, 1), validation, (), ()), tmp_path)
    model = tmp_path / result.model.folder
    assert not list(model.glob("adapter*"))
    said = [one.text for one in load_declared(str(model)).predict_scores(list(validation["text"]))]
    gold = [[one.text for one in read_answers(label)] for label in validation["label"]]
    scores = [best(token_f1, text, true, official_words) for text, true in zip(said, gold, strict=True)]
    assert np.mean(scores) == pytest.approx(result.trials[0].objective, abs=1e-9)
    assert np.mean(scores) > 0.4, "answering nothing at all scores 0.25"
    before, after = load_file(tiny_encoder_folder / "model.safetensors"), load_file(model / "model.safetensors")
    plain = {name.removeprefix("bert."): weight for name, weight in before.items()}
    kept = [bool((after[f"bert.{name}"] == plain[name]).all()) for name in LAYERS]
    assert kept == [True, False], "adapters leave the words' vectors, and are added into the linear layers"


LAYERS = ("embeddings.word_embeddings.weight", "encoder.layer.0.output.dense.weight")
