import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boletim.contracts.configuration.search_space import SearchSpace
from boletim.tuning.training.space import LITERATURE, first_params, fit_params, redirected, suggest_settings

optuna.logging.set_verbosity(optuna.logging.WARNING)


@given(
    st.tuples(st.floats(1e-6, 1e-4), st.floats(1e-4, 1e-2)),
    st.lists(st.integers(1, 64), min_size=2, max_size=4, unique=True),
    st.tuples(st.integers(1, 3), st.integers(4, 6)),
    st.integers(0, 100),
)
def test_draws_stay_in_the_space(
    rates: tuple[float, float], sizes: list[int], epochs: tuple[int, int], seed: int
) -> None:
    space = SearchSpace(learning_rate=rates, batch_size=tuple(sizes), epochs=epochs)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    for params in ({}, first_params(space, (0, 2), 0, 768)):
        study.enqueue_trial(params)
        drawn = suggest_settings(study.ask(), space, (0, 2))
        assert rates[0] <= drawn.learning_rate <= rates[1]
        assert drawn.batch_size in sizes
        assert epochs[0] <= drawn.epochs <= epochs[1]
        assert isinstance(drawn.epochs, int)
        assert drawn.candidate in (0, 2)


def test_a_single_number_is_fixed_and_not_drawn() -> None:
    space = SearchSpace(learning_rate=3e-4, batch_size=8, epochs=2, weight_decay=(0.0, 0.0), warmup_ratio=0)
    trial = optuna.create_study().ask()
    drawn = suggest_settings(trial, space, (1,))
    assert trial.params == {}
    assert first_params(space, (1,), 1, 384) == {}
    assert drawn.params() == {
        "learning_rate": 3e-4, "batch_size": 8, "epochs": 2, "weight_decay": 0.0, "warmup_ratio": 0.0,
    }  # fmt: skip


def test_the_learning_rate_is_drawn_on_a_logarithmic_scale() -> None:
    space = SearchSpace(learning_rate=(1e-6, 1e-2))
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    rates = [suggest_settings(study.ask(), space, (0,)).learning_rate for _ in range(200)]
    assert 0.35 < sum(rate < 1e-4 for rate in rates) / 200 < 0.65


@pytest.mark.parametrize(
    ("space", "width", "expected"),
    [
        (SearchSpace(), 768, LITERATURE),
        (SearchSpace(), 0, LITERATURE),
        (SearchSpace(), 385, LITERATURE),
        (SearchSpace(), 384, LITERATURE | {"learning_rate": 3e-4}),
        (SearchSpace(learning_rate=(1e-5, 1e-4)), 256, LITERATURE | {"learning_rate": 1e-4}),
        (SearchSpace(lora=(0, 8)), 256, LITERATURE | {"learning_rate": 3e-4, "lora": 0}),
        (SearchSpace(lora=8), 256, LITERATURE),
        (SearchSpace(learning_rate=(1e-4, 1e-3)), 768, LITERATURE | {"learning_rate": 1e-4}),
        (SearchSpace(epochs=(1, 2), batch_size=(4, 12, 64)), 768, LITERATURE | {"epochs": 2, "batch_size": 12}),
    ],
)
def test_the_first_trial_is_the_literatures_moved_into_the_space(
    space: SearchSpace, width: int, expected: dict[str, float]
) -> None:
    assert first_params(space, (0,), 0, width) == expected


def test_each_of_several_candidates_has_parameters_of_its_own() -> None:
    fair = {"gender_swap": [False, True], "reweighing": [False, True]}
    space = SearchSpace(lora=[False, 8], freeze_layers=[0, 2], label_smoothing=[0, 0.2], **fair)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    for _ in range(20):
        trial = study.ask()
        drawn = suggest_settings(trial, space, (0, 3))
        names = {name for name in trial.params if name != "candidate"}
        assert names == {f"{name}/{drawn.candidate}" for name in SearchSpace.model_fields}
        moved = redirected(trial.params, 3, (0, 3))
        assert {name: value for name, value in moved.items() if name != "candidate"} == {
            f"{name}/3": trial.params[f"{name}/{drawn.candidate}"] for name in SearchSpace.model_fields
        }


def test_adapters_train_ten_times_faster_and_a_warm_start_knows_it() -> None:
    space = SearchSpace(learning_rate=(1e-5, 1e-4), lora=["off", 8, 16])
    assert space.lora == (0, 8, 16)
    study = optuna.create_study()
    study.enqueue_trial({"learning_rate": 5e-5, "lora": 16})
    study.enqueue_trial({"learning_rate": 5e-5, "lora": 0})
    adapted, whole = (suggest_settings(study.ask(), space, (0,)) for _ in range(2))
    assert (adapted.learning_rate, adapted.lora) == (pytest.approx(5e-4), 16)
    assert (whole.learning_rate, whole.lora) == (5e-5, 0)
    assert "lora" not in whole.params()
    again = fit_params(adapted.params(), 0, space, (0,))
    assert (again["learning_rate"], again["lora"]) == (pytest.approx(5e-5), 16)
