from collections import Counter

import optuna
import pytest
from optuna.trial import TrialState

from boletim.contracts.configuration import TuningConfig
from boletim.contracts.configuration.search_space import SearchSpace
from boletim.tuning.study.pruner import PLACE, Hyperband, make_pruner

optuna.logging.set_verbosity(optuna.logging.WARNING)


def study_of(*curves: list[float], place: int = 0, direction: str = "maximize") -> optuna.Study:
    study = optuna.create_study(direction=direction)
    for curve in curves:
        study.add_trial(ended(curve, place))
    return study


def ended(curve: list[float], place: int, state: TrialState = TrialState.COMPLETE) -> optuna.trial.FrozenTrial:
    return optuna.trial.create_trial(
        state=state,
        value=max(curve) if state == TrialState.COMPLETE else None,
        intermediate_values=dict(enumerate(curve, start=1)),
        user_attrs={PLACE: place},
    )


def is_pruned(study: optuna.Study, curve: list[float], n_evaluations: int = 9, place: int = 0) -> bool:
    trial = study.ask()
    trial.set_user_attr(PLACE, place)
    for step, value in enumerate(curve, start=1):
        trial.report(value, step)
    return Hyperband(n_evaluations).prune(study, study.get_trials()[trial.number])


RIVALS = [[0.1], [0.2], [0.3], [0.4], [0.5]]


@pytest.mark.parametrize(("value", "expected"), [(0.6, False), (0.45, False), (0.35, True), (0.0, True)])
def test_the_best_third_goes_on(value: float, expected: bool) -> None:
    assert is_pruned(study_of(*RIVALS), [value]) is expected


@pytest.mark.parametrize(("value", "expected"), [(0.05, False), (0.15, False), (0.25, True)])
def test_where_lower_is_better_the_lowest_third_goes_on(value: float, expected: bool) -> None:
    assert is_pruned(study_of(*RIVALS, direction="minimize"), [value]) is expected


def test_of_two_both_go_on() -> None:
    assert not is_pruned(study_of([0.9]), [0.1])


def test_the_best_value_so_far_counts_and_not_the_last() -> None:
    rivals = study_of(*[[0.1, 0.1, value] for value in (0.1, 0.2, 0.3, 0.4, 0.5)])
    assert not is_pruned(rivals, [0.1, 0.9, 0.0])


def test_it_judges_at_rungs_only() -> None:
    rivals = study_of(*[[0.9] * 9] * 5)
    judged = [n for n in range(1, 10) if is_pruned(rivals, [0.1] * n)]
    assert judged == [1, 3, 9]


def test_other_brackets_and_failed_trials_are_no_rivals() -> None:
    pruner = Hyperband(9)
    other = next(p for p in range(17) if not is_pruned(study_of(*RIVALS, place=p), [0.0], place=p))
    assert not is_pruned(study_of(*RIVALS, place=other), [0.0], place=0)
    study = study_of()
    for curve in RIVALS:
        study.add_trial(ended(curve, 0, TrialState.FAIL))
    assert not is_pruned(study, [0.0])
    assert len(set(pruner._cycle)) == 3


def test_brackets_share_the_trials_as_hyperband_does() -> None:
    # Li et al. 2018, section 3.1: bracket s of s_max + 1 starts ceil((s_max + 1) / (s + 1) * eta ** s) trials
    assert Counter(Hyperband(9)._cycle) == {0: 9, 1: 5, 2: 3}
    assert Counter(Hyperband(2)._cycle) == {0: 1}


@pytest.mark.parametrize(
    ("name", "kind"),
    [("hyperband", Hyperband), ("median", optuna.pruners.MedianPruner), ("none", optuna.pruners.NopPruner)],
)
def test_the_configured_pruner_is_made(name: str, kind: type) -> None:
    config = TuningConfig(pruner=name, search=SearchSpace(epochs=5), evaluations_per_epoch=2)
    assert type(make_pruner(config)) is kind
