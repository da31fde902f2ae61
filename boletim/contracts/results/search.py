"""What the search hands on: trials, curves, the trained model."""

from typing import Literal

from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.record import Record
from boletim.contracts.results.mitigations import MitigationStudy
from boletim.contracts.results.no_answer import NoAnswer
from boletim.contracts.results.prompt import PromptFacts

TrialState = Literal["complete", "pruned", "failed", "running"]


class CurvePoint(Record):
    """One evaluation during training."""

    step: int
    """Optimiser steps done."""
    epoch: float
    train_loss: float | None = None
    """Mean loss on a fixed sample of the training split, in evaluation mode (no dropout), nats."""
    validation_loss: float | None = None
    """Mean loss on the validation split, nats."""
    train_metrics: dict[str, float] = {}
    """Metrics on the same sample of the training split."""
    validation_metrics: dict[str, float] = {}

    @property
    def is_whole(self) -> bool:
        """Whether the training sample was measured too; it is not where the trial was pruned."""
        return self.train_loss is not None


class LearningCurve(Record):
    """One trial's evaluations in order, and where it stopped."""

    metric: str
    """The objective's name in the metrics of each point."""
    higher_is_better: bool = True
    points: tuple[CurvePoint, ...]
    best_step: int | None = None
    """Step whose weights were kept."""
    stopped_early: bool = False
    planned_epochs: float | None = None
    refuted: tuple[str, ...] = ()
    """Changes of its settings that the search scored no better, such as `higher learning_rate`."""


class ConstraintValue(Record):
    """One constraint of the search, measured on the validation data."""

    measure: str
    at_least: float | None = None
    at_most: float | None = None
    value: float | None
    """None where these data cannot tell."""
    low: float | None = None
    high: float | None = None
    """Its interval at the audit's level, as of a model that was not chosen by it; None where there is none."""
    n: int = 0
    """Validation examples it rests on."""
    violation: float
    """How far beyond the bar; 0 when it is kept, 1 when it cannot be told."""


class Whereabouts(Record):
    """Where a trial ran to its end."""

    machine: int
    """Of those that took trials, in the order in which they did, from 1; no machine is named."""
    device: str
    """Its GPU, or its processor where it has none."""


class TrialRecord(Record):
    """One trial of the search."""

    number: int
    """Its place, 0 to the total - 1; Optuna counts interrupted attempts too."""
    candidate: str
    """Hub id or folder as written in the configuration."""
    params: dict[str, float | int | str]
    objective: float | None = None
    """Best validation value of the named metric; None when none was reported."""
    state: TrialState
    seconds: float | None = None
    reason: Reason | None = None
    """Why it failed or was pruned."""
    curve: LearningCurve | None = None
    accumulation: int = 1
    """Parts that each batch was cut into to fit the memory; the gradient is that of the whole batch."""
    constraints: tuple[ConstraintValue, ...] = ()
    """In the configuration's order; empty where there are none, or the trial was pruned or failed."""
    n_interruptions: int = 0
    """How often it was torn by a kill or stopped on request before it ended."""
    where: Whereabouts | None = None
    """None where it failed."""

    @property
    def violation(self) -> float:
        """How far beyond the constraints, summed; 0 where it keeps them all or there are none."""
        return sum(one.violation for one in self.constraints)


class Mishap(Record):
    """Something that went wrong in the search, and was dealt with."""

    kind: str
    """Key of the sentence in the language packs (`training.mishaps.<kind>`)."""
    trial: int | None = None
    values: dict[str, str | int] = {}
    """What the sentence is filled with."""
    reason: Reason | None = None
    """Why a trial failed, where the sentence says it."""


class StatusRow(Record):
    """One trial as it stands."""

    trial: int
    candidate: str
    state: TrialState
    epochs: float | None = None
    """Evaluated so far."""
    objective: float | None = None
    """Best value so far."""
    seconds: float = 0.0


class SearchStatus(Record):
    """How a search stands while it runs."""

    objective: str
    n_planned: int
    n_ended: int
    n_pruned: int
    n_failed: int
    best: float | None = None
    best_trial: int | None = None
    seconds_left: float | None = None
    """At the pace so far, one trial after another; None before the first trial has ended."""
    rows: tuple[StatusRow, ...] = ()
    """The latest trials, in order."""


class TrainedModel(Record):
    """The model that the search chose."""

    folder: str
    """Path relative to the run folder."""
    sha256: str
    """Hash of the weights file(s), see `hash_folder`."""
    base_model: str
    base_revision: str | None = None
    task: str = "text_classification"
    labels: tuple[str, ...]
    params: dict[str, float | int | str] = {}
    max_length: int
    """Longest input in tokens; longer texts are truncated."""
    n_parameters: int | None = None
    architecture: str | None = None
    allow_pickle: bool = False
    """True when the candidate's weights were pickled and the user allowed it."""
    prompt: PromptFacts | None = None
    """The prompt that the search chose; None where a model was trained."""
    no_answer: NoAnswer | None = None
    """When it leaves a question without an answer; None where it answers none."""


class Confirmation(Record):
    """A trial's settings, trained again with other seeds."""

    trial: int
    candidate: str
    n_parameters: int
    values: tuple[float, ...]
    """The objective on validation, one per seed."""
    mean: float
    is_tied: bool
    """Whether its distance to the best mean is within chance; true of the best itself."""
    violation: float = 0.0
    """How far beyond the constraints its trainings are, mean over seeds; what violates more than others is not tied."""


class FrontPoint(Record):
    """A complete trial of a search for two objectives."""

    trial: int
    candidate: str
    objective: Measure
    """The first objective on the validation data."""
    second: Measure
    """The second one on the same examples."""
    is_on_front: bool
    """Whether no other trial is as good in both and better in one."""
    is_tied: bool = False
    """Of points on the front: whether the first objective is within chance of the best."""


class Front(Record):
    """The trials of a search for two objectives, and which of the undominated ones was chosen."""

    second: str
    """Id of the measure."""
    higher_is_better: bool
    """Direction of the second objective."""
    points: tuple[FrontPoint, ...]
    """Complete trials that keep the constraints best, in the order of trials."""
    chosen: int
    """Trial: the best second objective among the points whose first one is within chance of the best."""


N_RANDOM = 10
"""Trials to learn from before the sampler proposes any: until then settings are drawn at random."""
N_DRAWS = 200
"""Of the validation examples, by which the winner's score is corrected for having been chosen."""


class SearchPlan(Record):
    """What the trials drew from."""

    n_candidates: int
    space: dict[str, tuple[int | float, ...]] = {}
    """Of models that are trained, by setting: the one value, the two ends of a range, or the choices of a list."""
    pruner: str = "none"
    n_fixed: int | None = None
    """Trials, from the first on, whose settings stood before the search; None where it was not written down."""
    n_random: int | None = None
    """Trials to learn from before the sampler proposes any; None where it was not written down."""
    patience: int | None = None
    """Evaluations without improvement after which a training ends; None where nothing is trained, or it was not written
    down."""


class SearchResult(Record):
    """The content of search.json."""

    objective: str
    higher_is_better: bool = True
    trials: tuple[TrialRecord, ...]
    best_trial: int
    model: TrainedModel
    validation_n: int
    """Examples the objective was measured on."""
    train_sample_n: int | None = None
    """Training texts measured at each evaluation, a fixed sample; None where it was not written down."""
    n_pruned: int = 0
    n_failed: int = 0
    n_planned: int = 0
    """The configured total of trials."""
    plan: SearchPlan | None = None
    """What they drew from; None where it was not written down."""
    excluded: dict[str, str] = {}
    """Candidates that could not be loaded, and why."""
    ended_because: str = ""
    """`trials`, `timeout`."""
    seconds: float = 0.0
    """Time in which trials ran, over all restarts."""
    precision: Literal["", "fp32", "bf16"] = ""
    """That the machine which settled the search trains in; empty where it was not written down."""
    mishaps: tuple[Mishap, ...] = ()
    """What went wrong, and what was done about it."""
    front: Front | None = None
    """What two objectives made of the trials; None where there is one."""
    confirmations: tuple[Confirmation, ...] = ()
    """The best settings trained again before one was chosen, the best mean first; empty where none was."""
    mitigations: MitigationStudy | None = None
    """Of the chosen setting, None where none were compared; `model` and the best trial are those of a chosen one."""
    measures: tuple[Measure, ...] = ()
    """The winner's validation score as it is, corrected for having been chosen, and its spread over seeds."""
    n_draws: int | None = None
    """Of the validation examples, by which the score was corrected; None where it was not written down."""

    def chosen_curve(self) -> LearningCurve | None:
        """The best trial's curve, with the changes that other trials of its candidate tried in vain."""
        chosen = next((trial for trial in self.trials if trial.number == self.best_trial), None)
        if chosen is None or chosen.curve is None:
            return None
        return chosen.curve.model_copy(update={"refuted": _tried_in_vain(chosen, self)})


_SETTINGS = ("learning_rate", "batch_size", "epochs", "weight_decay")
_APART = 1.25  # by this factor two settings differ


def _tried_in_vain(chosen: TrialRecord, result: SearchResult) -> tuple[str, ...]:
    """Directions in which complete trials of the candidate went, and none of them scored better."""
    tried, helped = set(), set()
    for trial in result.trials:
        if trial.number == chosen.number or trial.candidate != chosen.candidate or trial.state != "complete":
            continue
        gain = (trial.objective or 0.0) - (chosen.objective or 0.0)
        for name in _SETTINGS:
            own, other = chosen.params.get(name), trial.params.get(name)
            if not isinstance(own, int | float) or not isinstance(other, int | float):
                continue
            way = "higher" if other > own * _APART else "lower" if other * _APART < own else None
            if way is not None:
                tried.add(f"{way} {name}")
            if way is not None and (gain > 0) == result.higher_is_better and gain != 0:
                helped.add(f"{way} {name}")
    return tuple(sorted(tried - helped))
