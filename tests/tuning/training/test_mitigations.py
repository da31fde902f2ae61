from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from boletim.contracts.answers.label_sets import write_labels
from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import LABEL, TEXT, TuningData
from boletim.contracts.errors import ConfigError
from boletim.tuning.search.run import run_search
from boletim.tuning.tasks.text_classification import TASK as task
from boletim.tuning.training import on_engine as crew
from boletim.tuning.training.mitigations import balanced_rows, group_weights, training_rows
from boletim.tuning.training.plan import TrialPlan
from boletim.tuning.training.space import Settings
from boletim.tuning.training.stop import StopFlag
from boletim.tuning.training.trial import _losses, run_trial
from boletim.tuning.winner.parts import Part
from boletim.tuning.winner.refit import part_of, refit_parts


def test_weights_are_those_of_kamiran_and_calders_example() -> None:
    """Table 1 of the paper: ten applicants; of five men four are accepted, of five women two."""
    rows = [("m", "+")] * 4 + [("m", "-")] + [("f", "+")] * 2 + [("f", "-")] * 3
    frame = pd.DataFrame(rows, columns=["sex", LABEL])
    weights = group_weights(frame, ("sex",))
    assert weights == pytest.approx([0.75] * 4 + [2.0] + [1.5] * 2 + [2 / 3] * 3)
    table = frame.assign(w=weights).groupby(["sex", LABEL])["w"].sum()
    assert table["m", "+"] / table["m"].sum() == pytest.approx(table["f", "+"] / table["f"].sum())


def test_missing_groups_are_a_group_and_columns_are_crossed() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            LABEL: rng.choice(["a", "b"], 400),
            "g": rng.choice(np.array(["x", "y", None], dtype=object), 400),
            "h": rng.choice(["u", "v"], 400),
        }
    )
    weights = group_weights(frame, ("g", "h"))
    assert weights.mean() == pytest.approx(1)
    shares = (
        frame.assign(w=weights, g=frame["g"].fillna("-"))
        .groupby(["g", "h"])
        .apply(lambda part: part.loc[part[LABEL] == "a", "w"].sum() / part["w"].sum())
    )
    assert shares.to_numpy() == pytest.approx(np.full(6, (frame[LABEL] == "a").mean()))


def test_of_several_labels_each_has_weights_of_its_own() -> None:
    rng = np.random.default_rng(2)
    group = rng.choice(["x", "y"], 500)
    held = np.column_stack([rng.random(500) < np.where(group == "x", 0.7, 0.3), rng.random(500) < 0.5])
    sets = [write_labels([name for name, has in zip("ab", row, strict=True) if has]) for row in held]
    weights = group_weights(pd.DataFrame({LABEL: sets, "g": group}), ("g",))
    assert weights.shape == (500, 2)
    alone = group_weights(pd.DataFrame({LABEL: np.where(held[:, 0], "+", "-"), "g": group}), ("g",))
    assert weights[:, 0] == pytest.approx(alone), "as if it were the only label"
    for place in (0, 1):
        own = weights[:, place]
        shares = [(own * held[:, place])[group == g].sum() / own[group == g].sum() for g in ("x", "y")]
        assert shares[0] == pytest.approx(shares[1])


def test_balanced_rows_hold_each_class_of_each_group_equally_often() -> None:
    frame = pd.DataFrame({LABEL: ["a"] * 70 + ["b"] * 30, "g": ["x"] * 60 + ["y"] * 10 + [None] * 5 + ["x"] * 25})
    rows = balanced_rows(frame, ("g",), 3)
    assert len(rows) == 100
    drawn = frame.iloc[rows].fillna("-")
    assert drawn.groupby([LABEL, "g"]).size().to_dict() == {
        ("a", "x"): 25,
        ("a", "y"): 25,
        ("b", "-"): 25,
        ("b", "x"): 25,
    }
    times = np.bincount(rows, minlength=100)
    assert times[:60].max() == 1, "of a large cell none comes twice"
    assert set(times[60:70]) == {2, 3}, "of a small one all come as evenly often as they can"
    assert (balanced_rows(frame, ("g",), 3) == rows).all()
    assert (balanced_rows(frame, ("g",), 4) != rows).any()


def test_the_loss_of_several_labels_weighs_each_label() -> None:
    generator = torch.Generator().manual_seed(1)
    logits, labels = torch.randn(6, 3, generator=generator), (torch.rand(6, 3, generator=generator) > 0.5).float()
    weight = torch.rand(6, 3, generator=generator) + 0.5
    by_hand = -(labels * torch.sigmoid(logits).log() + (1 - labels) * torch.sigmoid(-logits).log())
    assert _losses(logits, labels, weight, 0.0).tolist() == pytest.approx(
        (weight * by_hand).mean(dim=1).tolist(), abs=1e-6
    )
    plain = torch.nn.BCEWithLogitsLoss()(logits, labels)
    assert float(_losses(logits, labels, torch.ones(6, 3), 0.0).mean()) == pytest.approx(float(plain), abs=1e-6)


@pytest.fixture
def data(make_tuning_data: Callable[..., TuningData]) -> TuningData:
    plain = make_tuning_data(60, 30)
    train = plain.train.assign(g=["x", "y", "y"] * 20)
    copies = train.iloc[[3, 10, 11]].assign(**{TEXT: ["nurse one", "code two", "goal three four"]})
    return replace(plain, train=train, groups=("g",), swapped=copies.set_axis([3, 10, 11], axis=0))


def settings(**changes: int) -> Settings:
    return Settings(0, 1e-3, 8, 1, 0.0, 0.0, **changes)


def test_copies_follow_their_originals_and_bring_their_weights(
    data: TuningData, make_run_config: Callable[..., RunConfig]
) -> None:
    candidate = task.open_candidate(make_run_config().candidates[0], data.labels)
    splits = task.tokenise(candidate, data, np.arange(5))
    plain = training_rows(splits, data, settings())
    assert len(plain) == 60
    assert "weight" not in plain[0]
    both = training_rows(splits, data, settings(gender_swap=1, reweighing=1))
    assert len(both) == 63
    assert both[61]["labels"] == both[10]["labels"]
    assert both[61]["weight"] == both[10]["weight"]
    assert both[60]["input_ids"] == splits["swapped"][0]["input_ids"]
    part = training_rows(splits, data, settings(gender_swap=1), rows=np.array([2, 10, 40]))
    assert [part[i]["input_ids"] for i in range(4)] == [
        *(splits["train"][row]["input_ids"] for row in (2, 10, 40)),
        splits["swapped"][1]["input_ids"],
    ]


def test_a_search_and_a_refit_train_on_what_was_drawn(
    data: TuningData, make_run_config: Callable[..., RunConfig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans: list[Any] = []
    real = crew.run_trial
    monkeypatch.setattr(crew, "run_trial", lambda plan, *rest: (plans.append(plan), real(plan, *rest))[1])
    config = make_run_config(trials=4, search={"gender_swap": [False, True], "reweighing": [False, True]})
    search = run_search(config, data, tmp_path)
    assert {plan.settings.gender_swap for plan in plans} | {plan.settings.reweighing for plan in plans} == {0, 1}
    for plan, record in zip(plans, search.trials, strict=True):
        assert len(plan.splits["train"]) == (63 if plan.settings.gender_swap else 60)
        assert ("weight" in plan.splits["train"][0]) == bool(plan.settings.reweighing)
        assert record.params.get("reweighing", 0) == plan.settings.reweighing
    assert plans[0].settings.gender_swap == plans[0].settings.reweighing == 0, "the first trial is the plain one"
    swapped = next(trial for trial in search.trials if trial.params.get("gender_swap"))
    seen: list[int] = []
    refit_parts(config, data, swapped, [Part(0.5, 1)], tmp_path / "r", lambda done: seen.append(done.n_train), print)
    rows = part_of(data.train, Part(0.5, 1))
    assert seen == [len(rows) + len(set(rows) & {3, 10, 11})]


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_equal_weights_train_the_same_model_and_parts_of_a_batch_add_up(
    data: TuningData,
    make_run_config: Callable[..., RunConfig],
    tmp_path: Path,
    smoothing: float,
) -> None:
    def without_dropout(candidate: Any) -> Any:
        network = task.build_model(candidate)
        for module in network.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        return network

    dry, config = replace(task, build_model=without_dropout), make_run_config()
    candidate = task.open_candidate(config.candidates[0], data.labels)
    splits = task.tokenise(candidate, data, np.arange(10))
    chosen = replace(settings(), label_smoothing=smoothing)

    def logits(name: str, weights: np.ndarray | None, accumulation: int = 1) -> np.ndarray:
        train = splits["train"] if weights is None else splits["train"].weighted(weights)
        plan = TrialPlan(dry, candidate, splits | {"train": train}, chosen, config.tuning, 1, tmp_path / name)
        plan = replace(plan, accumulation=accumulation)
        return run_trial(plan, name, lambda point: False, lambda *_: None, StopFlag()).validation_logits

    plain = logits("plain", None)
    assert logits("ones", np.ones(60)) == pytest.approx(plain, abs=1e-5)
    unequal = np.linspace(0.1, 1.9, 60)
    whole = logits("whole", unequal)
    assert np.abs(whole - plain).max() > 1e-3
    assert logits("parts", unequal, 2) == pytest.approx(whole, abs=1e-4)
    nothing = logits("nothing", np.r_[np.full(1, 60.0), np.full(59, 1e-9)])
    assert np.abs(nothing - plain).max() > 1e-3


@pytest.mark.parametrize(
    ("search", "changes", "message"),
    [
        ({"gender_swap": True}, {"swapped": None}, "gender_swap needs training texts whose gender can be swapped"),
        ({"reweighing": [False, True]}, {"groups": ()}, "reweighing needs groups to weigh, data.groups is empty"),
    ],
)
def test_what_cannot_help_is_refused_at_once(
    data: TuningData, make_run_config: Callable[..., RunConfig], tmp_path: Path, search: Any, changes: Any, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        run_search(make_run_config(search=search), replace(data, **changes), tmp_path)


def test_a_search_reweighs_texts_with_several_labels(
    data: TuningData, make_run_config: Callable[..., RunConfig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_sets(frame: pd.DataFrame) -> pd.DataFrame:
        sets = [write_labels([label, *(["old"] if place % 3 == 0 else [])]) for place, label in enumerate(frame[LABEL])]
        return frame.assign(**{LABEL: sets})

    labels = (*data.labels, "old")
    held = replace(
        data, train=with_sets(data.train), validation=with_sets(data.validation), labels=labels, swapped=None
    )
    config = make_run_config(search={"reweighing": [False, True], "epochs": 1}, trials=2)
    config = config.model_copy(update={"task": "multi_label_classification"})
    plans: list[Any] = []
    real = crew.run_trial
    monkeypatch.setattr(crew, "run_trial", lambda plan, *rest: (plans.append(plan), real(plan, *rest))[1])
    search = run_search(config, held, tmp_path)
    weighed = next(plan for plan in plans if plan.settings.reweighing)
    assert len(weighed.splits["train"][0]["weight"]) == len(labels)
    assert all(trial.state in ("complete", "pruned") for trial in search.trials)
