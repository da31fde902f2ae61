"""The search's result, read from the study and the run folder."""

from collections.abc import Mapping
from pathlib import Path

import optuna

from boletim.contracts.configuration import CandidateConfig, RunConfig
from boletim.contracts.errors import BoletimError
from boletim.contracts.examples import answers_class
from boletim.contracts.results.search import (
    N_RANDOM,
    Front,
    LearningCurve,
    SearchPlan,
    SearchResult,
    TrainedModel,
    TrialRecord,
    Whereabouts,
)
from boletim.models.loading.declared_model import load_declared
from boletim.tuning.search.standing import STATES, best_number, sign_of
from boletim.tuning.study.pruner import RECORDED_AS
from boletim.tuning.study.recoveries import mishaps_of
from boletim.tuning.study.trial_attributes import (
    ACCUMULATION,
    BEST_STEP,
    CANDIDATE,
    CONSTRAINTS,
    FIXED,
    PARAMS,
    STOPPED_EARLY,
    WHERE,
    reason_of,
)
from boletim.tuning.study.trial_slots import Place, places_of, seconds_spent
from boletim.tuning.training.best_model import trial_folder
from boletim.tuning.training.history import read_points


def search_result(
    config: RunConfig,
    study: optuna.Study,
    folder: Path,
    model: TrainedModel,
    n_validation: int,
    ended_because: str,
    front: Front | None = None,
) -> SearchResult:
    """The trials in order, the best of them, and the model that it left.

    Args:
        config: The run's.
        study: With one complete trial at least.
        folder: The run folder, for the curves.
        model: What model/ holds.
        n_validation: Rows of the validation split.
        ended_because: `trials` or `timeout`.
        front: Of two objectives, with the trial that was chosen.
    """
    places = [place for place in places_of(study).values() if place.owner is not None and place.owner.state in STATES]
    marks = [where[0] for place in places if place.owner and (where := place.owner.user_attrs.get(WHERE))]
    machines = {mark: number for number, mark in enumerate(dict.fromkeys(marks), start=1)}
    records = tuple(_record(study, place, config.tuning.objective, folder, machines) for place in places)
    best = best_number(study) if front is None else front.chosen
    if best is None:
        raise BoletimError("no_complete_trial")
    return SearchResult(
        objective=config.tuning.objective,
        higher_is_better=sign_of(study) > 0,
        trials=records,
        best_trial=best,
        model=model,
        validation_n=n_validation,
        n_pruned=sum(record.state == "pruned" for record in records),
        n_failed=sum(record.state == "failed" for record in records),
        n_planned=config.tuning.trials,
        plan=_plan(config, study),
        ended_because=ended_because,
        seconds=round(seconds_spent(study), 3),
        mishaps=mishaps_of(places),
        front=front,
    )


def _plan(config: RunConfig, study: optuna.Study) -> SearchPlan:
    """The space of the models that are trained, and how settings were proposed; one that is asked has no space."""
    is_trained = any(not candidate.prompts for candidate in config.candidates)
    given = config.tuning.search.model_dump() if is_trained else {}
    space = {name: value if isinstance(value, tuple) else (value,) for name, value in given.items()}
    return SearchPlan(
        n_candidates=len(config.candidates),
        space=space,
        pruner=RECORDED_AS.get(config.tuning.pruner, config.tuning.pruner),
        n_fixed=study.user_attrs.get(FIXED),
        n_random=N_RANDOM,
        patience=config.tuning.early_stopping.patience if is_trained else None,
    )


def trained_model(
    model: Path, candidate: CandidateConfig, revision: str | None, params: Mapping[str, float | int | str]
) -> TrainedModel:
    """What the published folder holds; it is loaded as a user would load it.

    Args:
        model: The published folder.
        candidate: That was fine-tuned or asked.
        revision: The candidate's commit on the hub, where it has one.
        params: The settings it was trained with.

    Raises:
        ModelError: It cannot be loaded.
    """
    classifier = load_declared(str(model))
    facts = classifier.facts
    return TrainedModel(
        folder=model.name,
        sha256=facts.sha256 or "",
        base_model=candidate.model,
        base_revision=revision,
        task=answers_class(classifier.kind).task,
        labels=facts.labels,
        params=dict(params),
        max_length=facts.max_length or candidate.max_length,
        n_parameters=facts.n_parameters,
        architecture=facts.architecture,
        allow_pickle=candidate.allow_pickle,
        prompt=facts.prompt,
        no_answer=facts.no_answer,
    )


def _record(study: optuna.Study, place: Place, metric: str, folder: Path, machines: Mapping[str, int]) -> TrialRecord:
    trial = place.owner or place.attempts[-1]
    values = [sign_of(study) * value for value in trial.intermediate_values.values()]
    attributes = trial.user_attrs
    points = read_points(trial_folder(folder, place.number))
    params = attributes.get(PARAMS, {})
    curve = LearningCurve(
        metric=metric,
        higher_is_better=sign_of(study) > 0,
        points=points,
        best_step=attributes.get(BEST_STEP),
        stopped_early=attributes.get(STOPPED_EARLY, False),
        planned_epochs=params.get("epochs"),
    )
    where = attributes.get(WHERE)
    return TrialRecord(
        number=place.number,
        candidate=attributes.get(CANDIDATE, ""),
        params=params,
        objective=sign_of(study) * max(values) if values else trial.values[0] if trial.values else None,
        state=STATES[trial.state],
        seconds=round(place.seconds, 3),
        reason=reason_of(attributes),
        accumulation=attributes.get(ACCUMULATION, 1),
        constraints=attributes.get(CONSTRAINTS, ()),
        n_interruptions=len(place.attempts) - 1,
        curve=curve if points else None,
        where=Whereabouts(machine=machines[where[0]], device=where[1]) if where else None,
    )
