"""What an audit asks of a kind of answer, as one record; and the answers of one audit as every part of it sees them.

`audit/kinds/` holds one file per kind. Nothing outside asks which kind some answers are of: it calls the record, or
looks up in `lacks` why the kind has not what is wanted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from boletim.audit.evidence.rows import SubsetEvidence
from boletim.audit.groups.gaps import SHARES, Scale
from boletim.audit.metrics.metric import Metric
from boletim.audit.settings import Settings
from boletim.audit.tally.draws import Draws, draws_of
from boletim.audit.tally.tally import Part, Tally
from boletim.contracts.configuration import AuditConfig, DataConfig, RunConfig
from boletim.contracts.errors import InputError
from boletim.contracts.measure import Measure
from boletim.contracts.protocols import Say
from boletim.contracts.record import Record
from boletim.contracts.registry import find_plugin
from boletim.contracts.results.drawn import DrawnText
from boletim.contracts.results.failures import ErrorExample
from boletim.contracts.sentence import Sentence

WEIGHTED = {
    "outside_metrics": "equal_weights",
    "recall_differences": "equal_weights",
    "scoring_rates": "equal_weights",
}
"""What no audit of weighted examples has, whatever the kind."""
OF_CLASSES = (
    "failures", "costs", "outside_metrics", "scoring_rates", "paired_comparison", "differential_fairness",
    "recall_differences", "suspected_labels",
)  # fmt: skip
"""What no kind has whose answers are not of a few classes."""
NEEDS = {
    "one_label_each": "errors.one_label_each",
    "one_answer_each": "errors.one_answer_each",
    "rows": "errors.rows_kept",
    "classes": "errors.classes_to_choose",
    "right_answers": "errors.right_answers",
}
"""What is lacking, by the key of its words."""


@dataclass(frozen=True)
class Baseline:
    """Always the same answer, and what it is worth."""

    named: str
    """The answer as people read it."""
    labels: tuple[str, ...]
    """The labels that it holds."""
    origin: str
    """Whose most frequent answer it is: `training` or `test`."""
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class ByRow:
    """What is asked of single examples; a kind whose rows are not kept has none of it."""

    hits: Callable[[Any], np.ndarray]
    """(n,) bool, which examples are right."""
    confidence: Callable[[Any], np.ndarray | None]
    """(n,) how sure each answer is; None without scores."""
    errors: Callable[[Any, Sequence[str] | None], tuple[ErrorExample, ...]]
    """The surest errors, with their texts where these may be shown."""
    suspected: Callable[[Any], np.ndarray | None]
    """(n,) bool, whether the label may be wrong; None where that cannot be told."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of answer."""

    name: str
    """That of its file, stored beside the answers."""
    metrics: Callable[[], Iterable[Metric]]
    """All metrics of one subset, in order."""
    tally: Callable[[Any, int, np.ndarray | None], Tally]
    """The subsets of some answers: how many columns are crossed, and the cluster codes of the examples or None."""
    evidence: Callable[[Any, Settings, Draws], SubsetEvidence]
    """What the metrics of one subset share."""
    is_exclusive: bool
    """Whether an example is of one class only."""
    gaps: tuple[str, ...] = ("accuracy", "ece")
    """Metrics of all examples whose gaps between groups are looked at, where there are such metrics; the first is the
    kind's chief figure."""
    scale: Scale = SHARES
    """What these are counted in; the margin is a share of its span."""
    has_f1: bool = True
    """Whether groups are compared by macro F1 over the classes that all of them have."""
    baseline: Callable[["Sample", Sequence[str] | None], Baseline] | None
    """Always the training data's most frequent answer, given by its labels; its default is that of the true answers.
    None where no constant answer makes sense."""
    thresholds: Callable[["Sample", Sequence[float] | None, Any], list[Measure]]
    """What thresholds would do, those that were chosen elsewhere, and those chosen on answers to validation data."""
    answers: str
    """Name of the form in which the answers are stored."""
    facts: Callable[["Sample"], Record]
    """Counts that the card draws."""
    n_contradicted: Callable[[Any], int]
    """Examples whose answer is not the one with the highest score."""
    by_row: ByRow | None
    of_rows: Callable[[Any, str], np.ndarray | None] = lambda answers, metric: None
    """(n,) the number of each example whose mean a metric is; None of other metrics."""
    read: Callable[[RunConfig, Say], Any] | None = None
    """Reads the kind's answers from the file of predictions, and from that of what is true where these are two; None
    where the files are those of one or several labels."""
    columns: Callable[[DataConfig], Sequence[str]] = lambda data: (data.label, data.predicted)
    """Columns of a file of predictions that are no author's or template's."""
    suited: Callable[[Any], "Kind"] | None = None
    """The record for some answers, where names or ranges are theirs; None where it is the same for all."""
    drawn: Callable[[Any, Sequence[str] | None], tuple[DrawnText, ...]] | None = None
    """Texts that are worth drawing with their answers, where texts may be shown."""
    more: Callable[["Sample"], list[Measure]] = lambda sample: []
    """Figures of all examples that no other kind has."""
    lacks: Mapping[str, str]
    """What an audit of this kind has not, with what it would need: `one_label_each`, `rows`."""

    def check_weights(self, column: str | None) -> None:
        """Refuse sampling weights where this kind has no audit with them.

        Raises:
            InputError: There are some.
        """
        if column and "weights" in self.lacks:
            raise InputError("weights_need", need=Sentence(NEEDS[self.lacks["weights"]]), column=column)

    def check_asked(self, config: AuditConfig, *, is_weighted: bool) -> None:
        """Refuse what a configuration asks for and this kind has not.

        Raises:
            InputError: It asks for costs or for metrics from outside.
        """
        outside = next((name for name in config.metrics if name.startswith("evaluate:")), "")
        for what, name, spelt in (
            ("costs", next(iter(config.costs), ""), "errors.costs_need"),
            ("outside_metrics", outside, "errors.outside_needs"),
        ):
            if name and what in self.lacks:
                raise InputError(
                    "setting_needs", spelt=Sentence(spelt), need=Sentence(NEEDS[self.lacks[what]]), name=name
                )
        if outside and is_weighted:
            raise InputError("weights_with", outside=outside)


@dataclass(frozen=True)
class Sample:
    """Some answers under one configuration: what every part of an audit works with."""

    answers: Any
    kind: Kind
    settings: Settings
    draws: Draws
    tally: Tally

    def evidence(self, part: Part) -> SubsetEvidence:
        """What the metrics of one subset share."""
        return self.kind.evidence(part, self.settings, self.draws)

    @property
    def lacks(self) -> dict[str, str]:
        """What this audit has not, and what that would need."""
        return {**(WEIGHTED if self.settings.is_weighted else {}), **self.kind.lacks}


def kind_named(name: str) -> Kind:
    """The record of a kind of answer.

    Raises:
        InputError: There is no such kind; the known ones are listed.
    """
    kind: Kind = find_plugin("kind", name)
    return kind


def sample_of(answers: Any, config: AuditConfig, seed: int) -> Sample:
    """Answers under a configuration.

    Args:
        answers: At least one, of any kind.
        config: Level, smallest group, replicates, depth of crossings.
        seed: Of every random draw.
    """
    kind, clusters = kind_named(answers.kind), answers.clusters
    kind = kind.suited(answers) if kind.suited is not None else kind
    config = config.model_copy(update={"margin": config.margin * kind.scale.span})
    is_clustered, is_weighted = clusters is not None, answers.weights is not None
    settings = Settings(config, seed, answers.labels, tuple(answers.groups), is_clustered, is_weighted)
    draws = draws_of(clusters, answers.weights, config.bootstrap, settings.generator("clusters"))
    tally = kind.tally(answers, config.intersections, draws.codes)
    return Sample(answers, kind, settings, draws, tally)
