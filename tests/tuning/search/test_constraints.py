from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import optuna
import pytest

from boletim.app.stages.validation_judge import validation_judge
from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.gates import BarConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import ConfigError
from boletim.contracts.meaning import message
from boletim.contracts.measure import Measure
from boletim.contracts.results.search import SearchResult, TrialRecord
from boletim.tuning.search.constraints import check_constraints, judge_trial
from boletim.tuning.search.run import run_search
from boletim.tuning.study.trial_slots import _sampler


def figure(name: str, value: float | None) -> Measure:
    if value is None:
        return Measure(id=name, metric=name, value=None, n=60, undefined_because=message("too few"))
    return Measure(id=name, metric=name, value=value, low=value - 0.04, high=value + 0.05, level=0.95, n=60)


AT_MOST = BarConfig(measure="gap", at_most=0.1)
AT_LEAST = BarConfig(measure="recall", at_least=0.8)


@pytest.mark.parametrize(
    ("gap", "recall", "violations"),
    [(0.05, 0.9, (0.0, 0.0)), (0.1, 0.8, (0.0, 0.0)), (0.25, 0.5, (0.15, 0.3)), (None, 0.9, (1.0, 0.0))],
)
def test_violations_by_hand(gap: float | None, recall: float, violations: tuple[float, float]) -> None:
    judged = judge_trial((AT_MOST, AT_LEAST), {"gap": figure("gap", gap), "recall": figure("recall", recall)})
    assert [one.violation for one in judged] == pytest.approx(violations)
    assert [one.value for one in judged] == [gap, recall]
    assert [one.n for one in judged] == [60, 60]
    assert (judged[1].low, judged[1].high) == (recall - 0.04, recall + 0.05)


def test_an_unknown_measure_is_refused_before_the_first_trial() -> None:
    with pytest.raises(ConfigError, match=r"'gapp' is none; did you mean 'gap'\?"):
        check_constraints((BarConfig(measure="gapp", at_most=0.1),), lambda scores: {"gap": figure("gap", 0.0)}, 4, 2)


def test_the_judge_measures_gaps_on_the_validation_data(
    make_run_config: Callable[..., RunConfig], make_tuning_data: Callable[..., TuningData]
) -> None:
    data = make_tuning_data(60, 90)
    config = make_run_config(constraints=[{"measure": "recall_gap{attribute=side}", "at_most": 0.1}])
    audit = config.audit.model_copy(update={"min_group": 5})
    frame = data.validation.assign(side=["left", "right"] * 45)
    split = TuningData(data.train, frame, data.labels, ("side",))
    judge = validation_judge(config.model_copy(update={"audit": audit}), split)
    assert judge is not None
    gold = frame["label"].map({label: i for i, label in enumerate(data.labels)}).to_numpy()
    answer = gold.copy()
    is_hit = (frame["side"] == "left").to_numpy() & (gold == 0)
    answer[is_hit] = 1  # the first class is never found on the left
    measured = judge(np.eye(len(data.labels))[answer])
    assert measured["recall_gap{class=" + data.labels[0] + ",attribute=side}"].value == 1.0
    assert measured["recall_gap{class=" + data.labels[2] + ",attribute=side}"].value == 0.0
    assert measured["accuracy"].value == pytest.approx((answer == gold).mean())


def searched(
    make_run_config: Callable[..., RunConfig], data: TuningData, folder: Path, *, at_most: float | None, trials: int = 4
) -> tuple[SearchResult, list[str]]:
    """A search whose trials have a gap that grows with how much the model has learnt."""
    constraints = [] if at_most is None else [{"measure": "gap", "at_most": at_most}]
    config = make_run_config(
        trials=trials, search={"learning_rate": [1e-4, 2e-2], "epochs": 2}, pruner="none", constraints=constraints
    )
    gold = data.validation["label"].map({label: i for i, label in enumerate(data.labels)}).to_numpy()

    def judge(scores: np.ndarray) -> Mapping[str, Measure]:
        return {"gap": figure("gap", float((scores.argmax(axis=1) == gold).mean()))}

    folder.mkdir()
    said: list[str] = []
    return run_search(config, data, folder, on_event=said.append, judge=judge), said


def test_the_winner_is_the_best_within_the_constraint_and_without_it_another(
    make_run_config: Callable[..., RunConfig], make_tuning_data: Callable[..., TuningData], tmp_path: Path
) -> None:
    data = make_tuning_data(160, 60)
    free = searched(make_run_config, data, tmp_path / "free", at_most=None)[0]
    accuracy = {t.number: kept_accuracy(t) for t in free.trials}
    assert len(set(accuracy.values())) > 1, "or no bar lies between the trials"
    bar = accuracy[free.best_trial] - 1e-6  # what would win is just outside
    bound, said = searched(make_run_config, data, tmp_path / "bound", at_most=bar)
    records = {t.number: t for t in bound.trials}
    chosen = records[bound.best_trial]
    kept = [t for t in records.values() if t.constraints[0].violation == 0]
    assert chosen in kept
    assert chosen.objective == max(t.objective or 0 for t in kept)
    assert records[free.best_trial] not in kept
    assert any("constraints not kept: gap 0." in line for line in said)
    none, _ = searched(make_run_config, data, tmp_path / "none", at_most=0.001, trials=3)
    least = {t.number: t.constraints[0].violation for t in none.trials}
    assert least[none.best_trial] == min(least.values()) > 0


def kept_accuracy(trial: TrialRecord) -> float:
    assert trial.curve is not None
    point = next(point for point in trial.curve.points if point.step == trial.curve.best_step)
    return point.validation_metrics["accuracy"]


def test_the_sampler_keeps_away_from_what_violates() -> None:
    def share_kept(*, is_bound: bool) -> float:
        study = optuna.create_study(direction="maximize")
        kept = []
        for place in range(60):
            study.sampler = _sampler(place, is_alone=True, is_conditional=False)
            trial = study.ask()
            x = trial.suggest_float("x", 0, 1)
            over = max(0.0, x - 0.3)
            if is_bound:
                trial.set_constraint("x", over)
            kept.append(over == 0)
            study.tell(trial, x)
        return float(np.mean(kept[20:]))

    assert share_kept(is_bound=True) > 0.5 > share_kept(is_bound=False)
