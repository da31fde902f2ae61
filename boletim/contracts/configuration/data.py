"""What is read, cleaned and split."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from boletim.contracts.configuration.card import LanguageCode
from boletim.contracts.configuration.reading import ReadConfig
from boletim.contracts.configuration.score import ScoreConfig, score_config
from boletim.contracts.errors import RuleError
from boletim.contracts.record import Record

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
            raise RuleError("seed_share", n=self.validation + self.test)
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
    question: str = "question"
    """Column of the questions about the texts, where the task is question_answering."""
    predicted: str = "predicted"
    """Column of the predicted labels, where `predictions` names a file."""
    scores: str | None = None
    """What the names of the columns of scores begin with, such as `score_`, where `predictions` names a file."""
    score: Annotated[ScoreConfig | None, BeforeValidator(score_config)] = None
    """Column of a number per row, where `predictions` names a file whose texts somebody scored."""
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
    description: str | dict[LanguageCode, str] | None = None
    """One sentence about the data for the card, or one in each of its languages: `{en: …, pt-BR: …}`."""
    licence: str | None = None
    """Of the data."""

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        if (self.source is None) == (self.train is None):
            raise RuleError("source_or_train")
        if self.source is not None and (self.validation or self.test):
            raise RuleError("splits_of_train")
        if any(not name.strip() or len(name) > 500 for name in self.label_names.values()):
            raise RuleError("label_name_length", label_names=self.label_names)
        if self.train is not None and self.test is None:
            raise RuleError("train_needs_test")
        if self.cluster is not None and self.split.by not in (None, self.cluster):
            raise RuleError("cluster_split_by", cluster=self.cluster, by=self.split.by)
        names = [group.column for group in self.groups]
        if len(set(names)) < len(names):
            raise RuleError("group_twice", names=names)
        for group in self.groups:
            if group.bands is not None and (
                len(group.bands) < 1 or any(a >= b for a, b in zip(group.bands, group.bands[1:], strict=False))
            ):
                raise RuleError("bands", column=group.column, bands=list(group.bands))
        return self

    @property
    def cluster_column(self) -> str | None:
        """Column of whose rows depend on each other; None where all are independent."""
        return self.cluster or self.split.by
