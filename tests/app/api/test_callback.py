"""Somebody's own Trainer script, with the callback added."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

import boletim
from boletim.contracts.corpus import TuningData


def test_a_card_stands_at_the_end_of_a_training(
    tiny_model_folder: Path, make_tuning_data: Callable[..., TuningData], tmp_path: Path
) -> None:
    from datasets import Dataset
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, Trainer, TrainingArguments

    data = make_tuning_data(60, 60)
    tokenizer = AutoTokenizer.from_pretrained(tiny_model_folder)
    model = AutoModelForSequenceClassification.from_pretrained(tiny_model_folder)

    def encode(frame: pd.DataFrame) -> Dataset:
        names = list(model.config.id2label.values())
        rows = {"labels": [names.index(label) for label in frame["label"]]}
        return Dataset.from_dict(rows | dict(tokenizer(list(frame["text"]), padding="max_length", max_length=16)))

    test = data.validation.assign(sex=["f", "m"] * 30)
    callback = boletim.TrainerCallback(
        test, card=tmp_path / "card.html", text="text", groups=["sex"], audit={"bootstrap": 100}, probes={"use": []}
    )
    arguments = TrainingArguments(
        str(tmp_path / "out"), max_steps=2, report_to=[], use_cpu=True, disable_tqdm=True, save_strategy="no"
    )
    Trainer(
        model, arguments, train_dataset=encode(data.train), processing_class=tokenizer, callbacks=[callback]
    ).train()
    assert (tmp_path / "card.html").is_file()
    assert callback.report is not None
    assert int(callback.report.measures.set_index("id").loc["accuracy", "n"]) == 60
