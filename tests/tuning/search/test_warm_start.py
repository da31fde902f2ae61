from collections.abc import Callable
from pathlib import Path

import pytest

from boletim.contracts.configuration import CandidateConfig, RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import ConfigError
from boletim.tuning.search.run import run_search
from boletim.tuning.search.warm_start import warm_params
from boletim.tuning.study.study import close_study, open_study

FORMER = [  # learning rate, batch, candidate, value
    (1e-5, 8, "/old/bert", 0.60),
    (9e-3, 64, "/old/minilm", 0.90),
    (2e-3, 16, "/old/bert", 0.80),
    (2e-3, 16, "/old/bert", 0.79),
    (3e-3, 16, "/old/gone", 0.70),
    (4e-3, 16, "/old/bert", 0.10),
]


@pytest.fixture
def former(make_run_config: Callable[..., RunConfig], tmp_path: Path) -> Path:
    folder = tmp_path / "former"
    folder.mkdir()
    study = open_study(make_run_config(), folder, [True])
    for rate, batch, candidate, value in FORMER:
        trial = study.ask()
        trial.set_user_attr("params", {"learning_rate": rate, "batch_size": batch, "epochs": 9, "dropout": 8})
        trial.set_user_attr("candidate_model", candidate)
        study.tell(trial, value)
    close_study(study)
    return folder


def test_the_three_best_different_ones_are_moved_into_the_space(
    former: Path, make_run_config: Callable[..., RunConfig]
) -> None:
    space = make_run_config(search={"learning_rate": [1e-4, 5e-3], "batch_size": [16, 32], "epochs": 3}).tuning.search
    candidates = [CandidateConfig(model="bert"), CandidateConfig(model="./minilm")]
    expected = [
        {"candidate": 1, "learning_rate/1": 5e-3, "batch_size/1": 32},
        {"candidate": 0, "learning_rate/0": 2e-3, "batch_size/0": 16},
        {"candidate": 0, "learning_rate/0": 1e-4, "batch_size/0": 16},
    ]
    before = (former / "study.db").read_bytes()
    assert warm_params(former, space, candidates) == expected
    assert warm_params(former / "study.db", space, candidates) == expected
    assert (former / "study.db").read_bytes() == before


def test_what_is_no_study_is_refused(tmp_path: Path, make_run_config: Callable[..., RunConfig]) -> None:
    space = make_run_config().tuning.search
    with pytest.raises(ConfigError, match="does not exist"):
        warm_params(tmp_path / "nowhere", space, [CandidateConfig(model="bert")])
    (tmp_path / "study.db").write_text("no database" * 100)
    with pytest.raises(ConfigError, match="is none"):
        warm_params(tmp_path, space, [CandidateConfig(model="bert")])


def test_a_search_tries_them_after_the_literatures_settings(
    former: Path, make_run_config: Callable[..., RunConfig], make_tuning_data: Callable[..., TuningData], tmp_path: Path
) -> None:
    space = {"learning_rate": [1e-4, 5e-3], "epochs": 1}
    config = make_run_config(trials=4, search=space, warm_start=str(former))
    (tmp_path / "run").mkdir()
    run_search(
        config.model_copy(update={"tuning": config.tuning.model_copy(update={"trials": 2})}),
        make_tuning_data(60, 30),
        tmp_path / "run",
    )
    (former / "study.db").unlink()
    result = run_search(config, make_tuning_data(60, 30), tmp_path / "run")
    assert [trial.params["learning_rate"] for trial in result.trials] == [3e-4, 5e-3, 2e-3, 3e-3]
    assert result.plan is not None
    assert result.plan.n_fixed == 4  # the literature's and the three of the former search
