import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boletim.contracts.config import SearchSpace
from tuning.space import LITERATURE, first_params, suggest_settings

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
    for params in ({}, first_params(space, (0, 2))):
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
    assert first_params(space, (1,)) == {}
    assert drawn.params() == {
        "learning_rate": 3e-4, "batch_size": 8, "epochs": 2, "weight_decay": 0.0, "warmup_ratio": 0.0,
    }  # fmt: skip


def test_the_learning_rate_is_drawn_on_a_logarithmic_scale() -> None:
    space = SearchSpace(learning_rate=(1e-6, 1e-2))
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    rates = [suggest_settings(study.ask(), space, (0,)).learning_rate for _ in range(200)]
    assert 0.35 < sum(rate < 1e-4 for rate in rates) / 200 < 0.65


@pytest.mark.parametrize(
    ("space", "expected"),
    [
        (SearchSpace(), LITERATURE),
        (SearchSpace(learning_rate=(1e-4, 1e-3)), LITERATURE | {"learning_rate": 1e-4}),
        (SearchSpace(epochs=(1, 2), batch_size=(4, 12, 64)), LITERATURE | {"epochs": 2, "batch_size": 12}),
    ],
)
def test_the_first_trial_is_the_literatures_moved_into_the_space(
    space: SearchSpace, expected: dict[str, float]
) -> None:
    assert first_params(space, (0,)) == expected
