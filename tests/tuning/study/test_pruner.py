import optuna
import pytest
from optuna.trial import TrialState

from boletim.contracts.configuration import TuningConfig
from boletim.contracts.configuration.search_space import SearchSpace
from boletim.tuning.study.pruner import Halving, make_pruner
from boletim.tuning.study.trial_attributes import LOSSES, PARAMS

optuna.logging.set_verbosity(optuna.logging.WARNING)

Curve = list[float]
FLAT = 0.4
"""The objective of whoever has learnt nothing yet."""


def study_of(*losses: Curve, objectives: list[Curve] | None = None, direction: str = "maximize") -> optuna.Study:
    study = optuna.create_study(direction=direction)
    for place, curve in enumerate(losses):
        study.add_trial(ended(curve, objectives[place] if objectives else [FLAT] * len(curve)))
    return study


def ended(losses: Curve, objective: Curve, state: TrialState = TrialState.COMPLETE) -> optuna.trial.FrozenTrial:
    return optuna.trial.create_trial(
        state=state,
        value=max(objective) if state == TrialState.COMPLETE else None,
        intermediate_values=dict(enumerate(objective, start=1)),
        user_attrs={LOSSES: losses, PARAMS: {"epochs": 8}},
    )


def is_pruned(study: optuna.Study, losses: Curve, objective: Curve | None = None, epochs: int = 8) -> bool:
    """Of a trial that is evaluated twice an epoch, after its last evaluation so far."""
    trial = study.ask()
    trial.set_user_attr(PARAMS, {"epochs": epochs})
    trial.set_user_attr(LOSSES, losses)
    for step, value in enumerate(objective or [FLAT] * len(losses), start=1):
        trial.report(value, step)
    return Halving(2).prune(study, study.get_trials()[trial.number])


RIVALS = [[0.1], [0.2], [0.3], [0.4], [0.5]]


@pytest.mark.parametrize(("loss", "expected"), [(0.05, False), (0.15, False), (0.25, True), (0.6, True)])
def test_the_third_with_the_lowest_losses_goes_on(loss: float, expected: bool) -> None:
    assert is_pruned(study_of(*RIVALS), [loss]) is expected


@pytest.mark.parametrize("direction", ["maximize", "minimize"])
def test_losses_rank_whichever_way_the_objective_goes(direction: str) -> None:
    assert [is_pruned(study_of(*RIVALS, direction=direction), [loss]) for loss in (0.05, 0.6)] == [False, True]


def test_of_two_the_better_goes_on_and_the_first_has_no_rival() -> None:
    assert not is_pruned(study_of(), [9.0])
    assert not is_pruned(study_of([0.5]), [0.4])
    assert is_pruned(study_of([0.5]), [0.6])
    assert not is_pruned(study_of([0.5]), [0.5])


@pytest.mark.parametrize(("direction", "ahead", "behind"), [("maximize", 0.7, 0.5), ("minimize", 0.5, 0.7)])
def test_whoever_leads_by_the_objective_goes_on(direction: str, ahead: float, behind: float) -> None:
    rivals = study_of(*RIVALS, objectives=[[0.6]] * 5, direction=direction)
    assert not is_pruned(rivals, [0.9], [ahead])
    assert is_pruned(rivals, [0.9], [behind])
    assert is_pruned(rivals, [0.9], [0.6]), "who is as good as others does not lead"


def test_a_good_trial_whose_classes_are_those_of_chance_is_not_behind_hopeless_ones() -> None:
    """Macro F1 and losses of nine occupations after half an epoch: the rates 3e-4, 1.8e-5, 4.5e-5, and now 3.5e-4."""
    rivals = study_of([2.05], [2.19], [2.19], [2.17], objectives=[[0.06], [0.17], [0.16], [0.1]])
    assert not is_pruned(rivals, [2.04], [0.04])


def test_the_lowest_loss_and_the_best_objective_so_far_count_and_not_the_last() -> None:
    rivals = study_of(*[[0.9, value] for value in (0.1, 0.2, 0.3, 0.4, 0.5)], objectives=[[FLAT, 0.6]] * 5)
    assert not is_pruned(rivals, [0.05, 0.9], [FLAT, FLAT])
    assert not is_pruned(rivals, [0.9, 0.9], [0.7, FLAT])


@pytest.mark.parametrize(
    ("epochs", "expected"), [(1, [1]), (2, [1, 2]), (3, [1, 2]), (5, [1, 2, 4]), (8, [1, 2, 4, 8])]
)
def test_it_judges_at_rungs_of_the_first_half_only(epochs: int, expected: list[int]) -> None:
    rivals = study_of(*[[0.1] * 16] * 5)
    judged = [n for n in range(1, 2 * epochs + 1) if is_pruned(rivals, [0.9] * n, epochs=epochs)]
    assert judged == expected


def test_failed_trials_and_those_of_a_study_without_losses_are_no_rivals() -> None:
    study = study_of()
    for losses in RIVALS:
        study.add_trial(ended(losses, [FLAT], TrialState.FAIL))
        study.add_trial(ended([], [FLAT]))
    assert not is_pruned(study, [0.9])


def test_pruned_trials_are_rivals_at_the_rungs_that_they_saw() -> None:
    study = study_of()
    for losses in RIVALS:
        study.add_trial(ended(losses, [FLAT], TrialState.PRUNED))
    assert is_pruned(study, [0.25])
    assert not is_pruned(study, [0.9, 0.9])


@pytest.mark.parametrize(
    ("name", "kind"),
    [("hyperband", Halving), ("median", optuna.pruners.MedianPruner), ("none", optuna.pruners.NopPruner)],
)
def test_the_configured_pruner_is_made(name: str, kind: type) -> None:
    config = TuningConfig(pruner=name, search=SearchSpace(epochs=5), evaluations_per_epoch=2)
    assert type(make_pruner(config)) is kind
