"""The candidates and the search over them."""

from pathlib import PurePath
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BeforeValidator, Field, model_validator

from boletim.contracts.configuration.gates import BarConfig
from boletim.contracts.configuration.quantities import Bytes, Duration
from boletim.contracts.configuration.search_space import SearchSpace
from boletim.contracts.errors import RuleError
from boletim.contracts.measure import parse_measure_id
from boletim.contracts.record import Record
from boletim.contracts.results.prompt import MOST_SHOTS, Calibration, LabelScores


def _as_tuple(value: Any) -> Any:
    return tuple(dict.fromkeys(value)) if isinstance(value, list | tuple) else (value,)


T = TypeVar("T")
OneOrMore = Annotated[tuple[T, ...], BeforeValidator(_as_tuple), Field(min_length=1)]


class CandidateConfig(Record):
    """A model to fine-tune, or with `prompts` a language model to ask."""

    model: str
    """Hub id or local folder."""
    revision: str | None = None
    """Commit of a hub id; the latest where it is left out."""
    max_length: Annotated[int, Field(ge=4, le=8192)] = 256
    """Longest input in tokens; of a prompted model the longest text, its own and each example's."""
    allow_pickle: bool = False
    """Accept weights that are not safetensors; the card then says so."""
    prompts: tuple[str, ...] = ()
    """Files of prompts (Jinja, with the slot `{{ text }}`): the model is asked, not trained, and the search chooses."""
    labels: dict[str, str] = {}
    """The word that stands for each class in the prompts; the class's own name where it is left out."""
    shots: OneOrMore[Annotated[int, Field(ge=0, le=MOST_SHOTS)]] = (0,)
    """How many training texts the prompt shows with their classes: one number, or choices."""
    calibration: OneOrMore[Calibration] = ("none",)
    """What is taken out of the scores: none, content_free, prior, validation; one, or choices."""
    label_scores: LabelScores = "sum"
    """How a word of several tokens is scored: sum, mean or pmi."""

    @model_validator(mode="after")
    def _asks_or_trains(self) -> Self:
        given = [name for name in ("labels", "shots", "calibration", "label_scores")
                 if getattr(self, name) != type(self).model_fields[name].default]  # fmt: skip
        if given and not self.prompts:
            raise RuleError("of_prompts", given=given[0])
        stems = [PurePath(path).stem for path in self.prompts]
        if twice := next((stem for stem in stems if stems.count(stem) > 1), None):
            raise RuleError("prompt_names", twice=twice)
        words = list(self.labels.values())
        if any(not word.strip() for word in words) or len(set(words)) < len(words):
            raise RuleError("prompt_words", words=words)
        return self


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
    """What ends a trial that lags behind the others: Hyperband's first bracket, or Optuna's median rule."""
    constraints: tuple[BarConfig, ...] = ()
    """Measures that the winner must keep on the validation data, such as a largest recall gap."""
    confirm: Confirm | None = None
    """`{}` trains the three best settings again, twice each; None takes the best trial as it is."""
    storage: str = "sqlite"
    """`sqlite` (in the run folder) or the URL of a database where others watch; this run alone writes to it."""
    disk_budget: Bytes | None = None
    """The most that the run folder may take while it searches; written 20GB. None leaves it to the disk."""
    warm_start: str | None = None
    """A former run folder or its study.db; what its three best trials tried is tried right after the first trial."""
    report_to: tuple[str, ...] = ()
    """Experiment trackers that the Trainer writes to, such as tensorboard, mlflow or wandb."""
    processes: Annotated[int, Field(ge=1, le=64)] = 1
    """That train one trial together on one machine, one for each GPU; each batch is shared out among them."""
    parallel: Annotated[int, Field(ge=1, le=1_000)] | None = None
    """Trials at once. None is one for each GPU, or for each machine of a cluster without any."""
    cluster: str | None = None
    """Address of a Ray cluster that trains: `auto` on one of its machines, or `ray://host:10001`."""
    evaluations_per_epoch: Annotated[int, Field(ge=1, le=100)] = 2
    """How often a trial is measured on the validation data."""
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """`auto` is bf16 on a GPU that has it and on a processor whose bf16 products are faster, else fp32."""

    @property
    def needs_ray(self) -> bool:
        """Whether more is asked for than one process that trains one trial at a time."""
        return self.cluster is not None or (self.parallel or 1) > 1 or self.processes > 1

    def without_machines(self) -> Self:
        """The same, wherever it is done."""
        return self.model_copy(update={"parallel": None, "cluster": None})

    @model_validator(mode="before")
    @classmethod
    def _first_objective_is_the_objective(cls, values: Any) -> Any:
        match values:
            case {"objectives": [first, _], **others} if others.get("objective", first) == first:
                return {**values, "objective": first}
            case {"objectives": [_, *_]}:
                raise RuleError("objectives_two")
        return values

    @model_validator(mode="after")
    def _shares_out_every_batch(self) -> Self:
        sizes = self.search.batch_size if isinstance(self.search.batch_size, tuple) else (self.search.batch_size,)
        if any(size % self.processes for size in sizes):
            raise RuleError("batch_multiple", processes=self.processes, sizes=list(sizes))
        return self

    @model_validator(mode="after")
    def _weighs_two_objectives_alone(self) -> Self:
        if self.objectives:
            parse_measure_id(self.objectives[1])
            if self.confirm is not None:
                raise RuleError("objectives_confirm")
        return self
