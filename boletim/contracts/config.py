"""The run's configuration: one YAML file, every value checked before anything starts."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from boletim.contracts.bars import BarConfig, GateConfig
from boletim.contracts.card_config import CardConfig, LanguageCode
from boletim.contracts.finished import check_subject, with_predictions_as_data, without_search
from boletim.contracts.local_path import path_in
from boletim.contracts.measure import parse_measure_id
from boletim.contracts.quantities import Bytes, Duration
from boletim.contracts.reading import ReadConfig
from boletim.contracts.record import Record
from boletim.contracts.refits_config import SampleSizes
from boletim.contracts.search_space import SearchSpace

Share = Annotated[float, Field(gt=0, lt=1)]


class SplitConfig(Record):
    """How one table becomes train, validation and test."""

    validation: Share = 0.15
    """Share of the rows by which trials are compared."""
    test: Share = 0.2
    """Share of the rows that the audit alone sees."""
    stratify: bool = True
    """Keep the label shares equal in the three splits."""
    by: str | None = None
    """Column whose values (authors, say) never cross splits."""

    @model_validator(mode="after")
    def _leaves_some_for_training(self) -> Self:
        if self.validation + self.test >= 0.9:
            raise ValueError(
                f"validation + test must leave at least 0.1 for training, got {self.validation + self.test:g}"
            )
        return self


class CleanConfig(Record):
    """What is removed from the texts; every change is counted and none touches the source."""

    urls: bool = True
    """Web addresses go."""
    emoji: bool = False
    """Emoji go."""
    html: bool = True
    """Tags go, and entities become their characters."""
    whitespace: bool = True
    """Runs of white space become one blank."""
    duplicates: bool = True
    """Exact and near duplicates, within and across splits."""


class GroupColumn(Record):
    """A subgroup column, cut into bands when `bands` is given."""

    column: str
    """Its name in the data."""
    bands: tuple[float, ...] | None = None
    """Increasing edges; values at or above the last edge and below the first form open bands."""


def _group_column(value: Any) -> Any:
    if isinstance(value, str):
        return {"column": value}
    if isinstance(value, dict) and len(value) == 1 and "column" not in value:
        column, bands = next(iter(value.items()))
        return {"column": str(column), "bands": bands}
    return value


def _label_names(value: Any) -> Any:
    """Keys and names as texts: YAML reads 0 as a number and true as a truth value."""
    if not isinstance(value, dict):
        return value
    return {str(key): str(name) if isinstance(name, int | float) else name for key, name in value.items()}


class DataConfig(Record):
    """Where the labelled texts are and what their columns mean."""

    source: str | None = None
    """A csv, jsonl or parquet file, or a Hugging Face data set id."""
    train: str | None = None
    """File of training texts, where the splits are given; needs `test`."""
    validation: str | None = None
    """File of validation texts; without one a share of `train` is taken."""
    test: str | None = None
    """File of test texts, which only the audit sees."""
    subset: str | None = None
    """Name of the hub data set's configuration."""
    revision: str | None = None
    """Commit of the hub data set."""
    text: str
    """Column of the texts."""
    label: str
    """Column of the labels."""
    predicted: str = "predicted"
    """Column of the predicted labels, where `predictions` names a file."""
    scores: str | None = None
    """What the names of the columns of scores begin with, such as `score_`, where `predictions` names a file."""
    groups: tuple[Annotated[GroupColumn, BeforeValidator(_group_column)], ...] = ()
    """Columns that the audit compares, such as `[gender, {age: [0, 30, 45]}]`."""
    split: SplitConfig = SplitConfig()
    """How one table is split."""
    clean: CleanConfig = CleanConfig()
    """What is removed from the texts."""
    label_names: Annotated[dict[str, str], BeforeValidator(_label_names)] = {}
    """Names of the classes, by what stands in the data: `{0: negative, 1: positive}`."""
    read: ReadConfig = ReadConfig()
    """How a csv or tsv file is read, where that is not to be found out."""
    cluster: str | None = None
    """Column of authors or templates: rows with the same value depend on each other, and every interval allows for it.
    Left out, it is `split.by`."""
    weights: str | None = None
    """Column of sampling weights: how many of the population each example stands for. The audit's figures are then the
    population's; training takes no notice."""
    drop_missing: bool = False
    """Drop rows whose label or text is missing (counted) instead of stopping."""
    sample: Annotated[int, Field(ge=10)] | None = None
    """Work on this many rows, drawn with the run's seed."""
    synthetic: bool = False
    """The texts were made by a program; the card says so wherever the data are named."""
    description: str | None = None
    """One sentence about the data for the card."""
    licence: str | None = None
    """Of the data."""

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        if (self.source is None) == (self.train is None):
            raise ValueError("give either source, or train (with validation and test, one file each)")
        if self.source is not None and (self.validation or self.test):
            raise ValueError("validation and test go with train, not with source")
        if any(not name.strip() or len(name) > 500 for name in self.label_names.values()):
            raise ValueError(f"label_names gives each class a name of 1 to 500 characters, got {self.label_names}")
        if self.train is not None and self.test is None:
            raise ValueError("train needs test: the audit reads a test file that tuning never saw")
        if self.cluster is not None and self.split.by not in (None, self.cluster):
            raise ValueError(
                f"cluster and split.by name one column, got {self.cluster!r} and {self.split.by!r}; "
                "leave one of them out"
            )
        names = [group.column for group in self.groups]
        if len(set(names)) < len(names):
            raise ValueError(f"each group column is named once, got {names}")
        for group in self.groups:
            if group.bands is not None and (
                len(group.bands) < 1 or any(a >= b for a, b in zip(group.bands, group.bands[1:], strict=False))
            ):
                raise ValueError(f"bands of {group.column} must be increasing numbers, got {list(group.bands)}")
        return self

    @property
    def cluster_column(self) -> str | None:
        """Column of whose rows depend on each other; None where all are independent."""
        return self.cluster or self.split.by


class CandidateConfig(Record):
    """A model to fine-tune."""

    model: str
    """Hub id or local folder."""
    revision: str | None = None
    """Commit of a hub id; the latest where it is left out."""
    max_length: Annotated[int, Field(ge=4, le=8192)] = 256
    """Longest input in tokens."""
    allow_pickle: bool = False
    """Accept weights that are not safetensors; the card then says so."""


def _candidate(value: Any) -> Any:
    return {"model": value} if isinstance(value, str) else value


class EarlyStopping(Record):
    """When a trial stops before its last epoch."""

    patience: Annotated[int, Field(ge=1)] = 3
    """Evaluations without improvement."""
    min_delta: Annotated[float, Field(ge=0)] = 0.001
    """The least that counts as improvement."""


class Confirm(Record):
    """The best settings are trained again with other seeds before one is chosen."""

    top: Annotated[int, Field(ge=1, le=20)] = 3
    """How many."""
    seeds: Annotated[int, Field(ge=2, le=20)] = 2
    """How often each."""


class TuningConfig(Record):
    """The search."""

    trials: Annotated[int, Field(ge=1, le=100_000)] = 20
    """The total for the study, also after a restart."""
    timeout: Duration | None = None
    """Seconds in total; written 30m, 8h, 2d."""
    objective: str = "f1_macro"
    """What the search makes large on the validation data, such as f1_macro or accuracy."""
    objectives: tuple[str, ...] = ()
    """Two: the objective, and a measure of the validation data to weigh it against, such as a recall gap."""
    search: SearchSpace = SearchSpace()
    """Settings that trials draw from."""
    early_stopping: EarlyStopping = EarlyStopping()
    """Ends a trial that no longer improves."""
    pruner: Literal["hyperband", "median", "none"] = "hyperband"
    """What ends a trial that lags behind the others."""
    constraints: tuple[BarConfig, ...] = ()
    """Measures that the winner must keep on the validation data, such as a largest recall gap."""
    confirm: Confirm | None = None
    """`{}` trains the three best settings again, twice each; None takes the best trial as it is."""
    storage: str = "sqlite"
    """`sqlite` (in the run folder) or the URL of a database that several workers share."""
    artifacts: str | None = None
    """Where workers hand over the best model: a folder that all see, or `s3://bucket`. None is the run folder's own."""
    disk_budget: Bytes | None = None
    """The most that the run folder may take while it searches; written 20GB. None leaves it to the disk."""
    warm_start: str | None = None
    """A former run folder or its study.db; what its three best trials tried is tried right after the first trial."""
    report_to: tuple[str, ...] = ()
    """Experiment trackers that the Trainer writes to, such as tensorboard, mlflow or wandb."""
    processes: Annotated[int, Field(ge=1, le=64)] = 1
    """That train one trial together, one for each GPU of this machine; each batch is shared out among them."""
    evaluations_per_epoch: Annotated[int, Field(ge=1, le=100)] = 2
    """How often a trial is measured on the validation data."""
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """`auto` is bf16 on a GPU that has it and on a processor whose bf16 products are faster, else fp32."""

    @model_validator(mode="before")
    @classmethod
    def _first_objective_is_the_objective(cls, values: Any) -> Any:
        match values:
            case {"objectives": [first, _], **others} if others.get("objective", first) == first:
                return {**values, "objective": first}
            case {"objectives": [_, *_]}:
                raise ValueError("objectives are two, and objective is then left out or the first of them")
        return values

    @model_validator(mode="after")
    def _shares_out_every_batch(self) -> Self:
        sizes = self.search.batch_size if isinstance(self.search.batch_size, tuple) else (self.search.batch_size,)
        if any(size % self.processes for size in sizes):
            raise ValueError(
                f"search.batch_size must be multiples of processes, {self.processes}, got {list(sizes)}; change either"
            )
        return self

    @model_validator(mode="after")
    def _weighs_two_objectives_alone(self) -> Self:
        if self.objectives:
            parse_measure_id(self.objectives[1])
            if self.confirm is not None:
                raise ValueError("objectives do not go with confirm; leave it out, or give one objective")
        return self


class AuditConfig(Record):
    """What the audit computes and when it calls a gap shown."""

    metrics: tuple[str, ...] = ("accuracy", "f1_macro")
    """Shown first on the card; `evaluate:PATH_OR_ID` adds one of the `evaluate` library."""
    bootstrap: Annotated[int, Field(ge=100, le=1_000_000)] = 2000
    """Resamplings behind an interval that no formula gives."""
    level: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    """Confidence level of every interval."""
    intersections: Annotated[int, Field(ge=1)] = 2
    """How many group columns are crossed."""
    min_group: Annotated[int, Field(ge=1)] = 30
    """Groups with fewer examples are shown and not judged."""
    margin: Annotated[float, Field(ge=0, lt=1)] = 0.05
    """A gap up to this size counts as none."""
    costs: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = {}
    """What an example costs, by `true class>predicted class`; what is not named costs nothing."""
    sample_sizes: SampleSizes | None = None
    """Train again on parts of the data, `{}` for the usual four sizes with two refits each; None does not."""
    thresholds: Literal["half", "validation"] = "half"
    """Where a text may have several labels: each is predicted from 0.5 on, or from where its F1 is largest on
    validation data."""
    precision: Literal["auto", "fp32", "bf16"] = "fp32"
    """Of the test texts' scores; bf16 is given up where it changes labels, `auto` tries it where it is faster."""
    show_texts: bool = False
    """Print the texts of the most confident errors on the card; otherwise their ids alone."""


class ProbesConfig(Record):
    """Which probes run."""

    use: tuple[str, ...] = ("gender_profession", "pronoun_swap")
    """Names of probes."""
    frames: str | None = None
    """A YAML file with the user's own sentence frames and word lists."""
    flagged: tuple[str, ...] = ()
    """Labels that count against a text, such as `toxic`; probes of identity terms judge false positives of these."""
    data: dict[str, str] = {}
    """Where the data sets of probes lie that Boletim may not pass on, by name: a path or a hub id."""


class RunConfig(Record):
    """One run, whole."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
    """Of the run, its folder and its card: ASCII letters, digits, dots, hyphens and underscores."""
    language: LanguageCode = "en"
    """Language of the texts and of the probes."""
    task: str = "text_classification"
    """`text_classification`, or `multi_label_classification` where a text may have several labels."""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 13
    """Of every random draw."""
    data: DataConfig
    """Where the labelled texts are."""
    candidates: tuple[Annotated[CandidateConfig, BeforeValidator(_candidate)], ...] = ()
    """Models to fine-tune and compare."""
    model: str | None = None
    """In place of candidates and tuning: a finished classifier, a folder or hub id, audited on `data.source`."""
    predictions: str | None = None
    """In place of candidates and tuning: a file of predictions made elsewhere, with `data.label`, `data.predicted`."""
    tuning: TuningConfig = TuningConfig()
    """How models are searched for."""
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
    def _reads_predictions_as_data(cls, values: Any) -> Any:
        return with_predictions_as_data(values)

    @model_validator(mode="after")
    def _has_one_subject(self) -> Self:
        check_subject(self, self.tuning != TuningConfig())
        return self

    @property
    def is_finished(self) -> bool:
        """Whether a model or predictions made elsewhere are audited, so that nothing is searched."""
        return not self.candidates

    def chosen(self) -> dict[str, Any]:
        """The settings as they are written down."""
        content = self.model_dump(mode="json")
        return without_search(content) if self.is_finished else content

    @model_validator(mode="after")
    def _weighs_one_label_each(self) -> Self:
        if self.data.weights and self.task != "text_classification":
            raise ValueError(f"data.weights need one label per text, task text_classification, got {self.task}")
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
        candidates = tuple(c.model_copy(update={"model": absolute(c.model)}) for c in self.candidates)
        probe_data = {name: absolute(value) for name, value in self.probes.data.items()}
        probes = self.probes.model_copy(update={"frames": absolute(self.probes.frames), "data": probe_data})
        metrics = tuple(
            f"evaluate:{absolute(m.removeprefix('evaluate:'))}" if m.startswith("evaluate:") else m
            for m in self.audit.metrics
        )
        audit = self.audit.model_copy(update={"metrics": metrics})
        artifacts = self.tuning.artifacts
        if artifacts is not None and not artifacts.startswith("s3://"):
            artifacts = os.path.abspath(path_in(folder, artifacts))
        warm_start = self.tuning.warm_start
        if warm_start is not None:
            warm_start = os.path.abspath(path_in(folder, warm_start))
        tuning = self.tuning.model_copy(update={"artifacts": artifacts, "warm_start": warm_start})
        card = self.card
        if card.compare_with is not None:
            card = card.model_copy(update={"compare_with": os.path.abspath(path_in(folder, card.compare_with))})
        finished = {"model": absolute(self.model), "predictions": absolute(self.predictions)}
        parts = finished | {"data": data, "candidates": candidates, "tuning": tuning, "probes": probes, "audit": audit}
        return self.model_copy(update=parts | {"card": card})


_DATA_SUFFIXES = {".csv", ".tsv", ".jsonl", ".json", ".parquet", ".gz", ".yaml", ".yml"}
