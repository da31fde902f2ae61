"""The run's configuration: one YAML file, every value checked before anything starts."""

import os
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from boletim.contracts.configuration.audit import AuditConfig
from boletim.contracts.configuration.card import CardConfig, LanguageCode
from boletim.contracts.configuration.data import DataConfig
from boletim.contracts.configuration.finished import check_subject, with_predictions_as_data, without_search
from boletim.contracts.configuration.gates import GateConfig
from boletim.contracts.configuration.mitigations import Mitigations, check_mitigated
from boletim.contracts.configuration.probes import ProbesConfig, with_usual_probes
from boletim.contracts.configuration.score import with_scored_task
from boletim.contracts.configuration.tuning import CandidateConfig, TuningConfig, _candidate
from boletim.contracts.errors import RuleError
from boletim.contracts.files.local_path import path_in
from boletim.contracts.produced_by import ProducedBy, with_repeats_as_cluster
from boletim.contracts.record import Record


class RunConfig(Record):
    """One run, whole."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
    """Of the run, its folder and its card: ASCII letters, digits, dots, hyphens and underscores."""
    language: LanguageCode = "en"
    """Language of the texts and of the probes."""
    task: str = "text_classification"
    """`text_classification`, or `multi_label_classification` where a text may have several labels; of predictions also
    `scored_texts`."""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 13
    """Of every random draw."""
    data: DataConfig
    """Where the labelled texts are."""
    candidates: tuple[Annotated[CandidateConfig, BeforeValidator(_candidate)], ...] = ()
    """Models to fine-tune or to ask, and to compare."""
    model: str | None = None
    """In place of candidates and tuning: a finished classifier, a folder or hub id, audited on `data.source`."""
    predictions: str | None = None
    """In place of candidates and tuning: a file of predictions made elsewhere, with `data.label`, `data.predicted`."""
    produced_by: ProducedBy | None = None
    """Of predictions: which model behind an API made them, and how it was asked."""
    tuning: TuningConfig = TuningConfig()
    """How models are searched for."""
    mitigations: Mitigations | None = None
    """Which ways to make training fairer are compared, once a setting is chosen; None compares none."""
    audit: AuditConfig = AuditConfig()
    """What is measured, and when a gap counts."""
    probes: ProbesConfig = ProbesConfig()
    """Which bias probes run."""
    gates: tuple[GateConfig, ...] = ()
    """Bars that the model must clear, set before there is a result."""
    card: CardConfig = CardConfig()
    """What only people can say."""

    @model_validator(mode="before")
    @classmethod
    def _says_what_goes_without_saying(cls, values: Any) -> Any:
        return with_usual_probes(with_predictions_as_data(with_repeats_as_cluster(with_scored_task(values))))

    @model_validator(mode="after")
    def _has_one_subject(self) -> Self:
        check_subject(self, self.tuning.without_machines() != TuningConfig())
        check_mitigated(self)
        return self

    @property
    def kind(self) -> str:
        """Kind of answer that the task asks for; a task without one of its own has one label per text."""
        from boletim.contracts.examples import kinds_by_task

        return kinds_by_task().get(self.task, "one_label")

    @property
    def is_finished(self) -> bool:
        """Whether a model or predictions made elsewhere are audited, so that nothing is searched."""
        return not self.candidates

    def chosen(self) -> dict[str, Any]:
        """The settings as they are written down."""
        content = self.model_dump(mode="json")
        return without_search(content) if self.is_finished else content

    @model_validator(mode="after")
    def _asks_for_one_label(self) -> Self:
        if self.task != "text_classification" and any(candidate.prompts for candidate in self.candidates):
            raise RuleError("prompts_task", task=self.task)
        asked = [candidate.model for candidate in self.candidates if candidate.prompts]
        if twice := next((model for model in asked if asked.count(model) > 1), None):
            raise RuleError("prompts_candidate", twice=twice)
        return self

    @model_validator(mode="after")
    def _weighs_what_can_be_weighed(self) -> Self:
        from boletim.contracts.examples import answers_class

        if self.data.weights and not answers_class(self.kind).takes_weights:
            raise RuleError("weights_task", task=self.task)
        return self

    @model_validator(mode="after")
    def _says_what_made_predictions(self) -> Self:
        made = self.produced_by
        if made is not None and self.predictions is None:
            raise RuleError("produced_by_of_predictions")
        if made is not None and (made.refusals or made.repeats) and self.task != "text_classification":
            raise RuleError("refusals_task", task=self.task)
        return self

    def resolved(self, folder: Path) -> "RunConfig":
        """The same with every existing local path made absolute, relative to the file's folder."""

        def absolute(value: str | None) -> str | None:
            if value is None:
                return None
            path = path_in(folder, value)
            is_path = path.exists() or value.startswith((".", "/", "~")) or Path(value).suffix in _DATA_SUFFIXES
            return os.path.abspath(path) if is_path else value  # a link keeps the name that the user gave it

        data = self.data.model_copy(
            update={key: absolute(getattr(self.data, key)) for key in ("source", "train", "validation", "test")}
        )
        candidates = tuple(
            c.model_copy(
                update={
                    "model": absolute(c.model),
                    "prompts": tuple(os.path.abspath(path_in(folder, path)) for path in c.prompts),
                }
            )
            for c in self.candidates
        )
        probe_data = {name: absolute(value) for name, value in self.probes.data.items()}
        probes = self.probes.model_copy(update={"frames": absolute(self.probes.frames), "data": probe_data})
        metrics = tuple(
            f"evaluate:{absolute(m.removeprefix('evaluate:'))}" if m.startswith("evaluate:") else m
            for m in self.audit.metrics
        )
        audit = self.audit.model_copy(update={"metrics": metrics})
        warm_start = self.tuning.warm_start
        if warm_start is not None:
            warm_start = os.path.abspath(path_in(folder, warm_start))
        tuning = self.tuning.model_copy(update={"warm_start": warm_start})
        card = self.card
        if card.compare_with is not None:
            card = card.model_copy(update={"compare_with": os.path.abspath(path_in(folder, card.compare_with))})
        finished = {"model": absolute(self.model), "predictions": absolute(self.predictions)}
        parts = finished | {"data": data, "candidates": candidates, "tuning": tuning, "probes": probes, "audit": audit}
        made = self.produced_by and self.produced_by.with_hash(folder)
        return self.model_copy(update=parts | {"card": card, "produced_by": made})


_DATA_SUFFIXES = {".csv", ".tsv", ".jsonl", ".json", ".parquet", ".gz", ".yaml", ".yml"}
