"""An audit at the end of anybody's `Trainer.train()`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from boletim.app.api.evaluate import evaluate
from boletim.app.api.report import Report
from boletim.contracts.extras import need_extra

need_extra("train", "TrainerCallback")
from transformers import TrainerCallback as _Callback  # noqa: E402


class TrainerCallback(_Callback):  # type: ignore[misc]
    """Audits the model when training ends and writes its card.

    Args:
        data: Labelled texts that the training did not see: file, DataFrame or Dataset.
        card: Where the card goes; its ending says the format (.pdf, .html, .md).
        settings: As `boletim.evaluate` takes them: text, label, groups, gates, language.

    Example:
        trainer.add_callback(boletim.TrainerCallback(test, card="card.pdf", text="review", label="stars"))
    """

    def __init__(self, data: Any, card: str | Path = "card.pdf", **settings: Any) -> None:
        self._data, self._card, self._settings = data, card, settings
        self.report: Report | None = None
        """The finished report, once training has ended."""

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Audit the model that training leaves (the best one under `load_best_model_at_end`)."""
        if not state.is_world_process_zero:
            return
        model, tokenizer = kwargs["model"], kwargs.get("processing_class")
        with TemporaryDirectory(prefix="boletim-model-") as place:
            model.save_pretrained(place)
            if tokenizer is not None:
                tokenizer.save_pretrained(place)
            self.report = evaluate(self._data, model=place, **self._settings)
        self.report.card(self._card)
