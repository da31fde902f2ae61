"""A run folder may be called anything; nothing is written beside it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.models.load import load_classifier
from boletim.tuning.search.run import run_search
from boletim.tuning.search.warm_start import warm_params
from boletim.tuning.study.sqlite_file import open_file_storage

NAMES = ("a%20b", "what?", "{}", "{SCHEMA_VERSION}", "a#b", "two words", "avaliação", "50%", "a&b=1;c", "it's", "[x]*")


@pytest.mark.parametrize("name", NAMES)
def test_a_study_lies_where_it_was_asked_for(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    open_file_storage(folder / "study.db").create_new_study(directions=[], study_name="one")
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("*.db")] == [Path(name) / "study.db"]
    (found,) = open_file_storage(folder / "study.db", is_read_only=True).get_all_studies()
    assert found.study_name == "one"
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("name", ["a%20b? {c} #é [x]*", "what?mode=memory&uri=true"])
def test_a_search_in_an_oddly_called_folder_writes_nothing_outside(
    name: str,
    make_run_config: Callable[..., RunConfig],
    make_tuning_data: Callable[..., TuningData],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    folder = tmp_path / name
    folder.mkdir()
    config = make_run_config(trials=1, search={"learning_rate": [1e-3, 5e-3]})
    result = run_search(config, make_tuning_data(48, 24), folder)
    assert (folder / "study.db").stat().st_size > 0
    assert load_classifier(str(folder / result.model.folder)).labels
    assert {path.name for path in tmp_path.iterdir()} == {"here", name}
    assert not list(here.iterdir())
    space, candidates = config.tuning.search, config.candidates
    assert len(warm_params(folder, space, candidates)) == 1
    again = run_search(config, make_tuning_data(48, 24), folder)
    assert again.trials == result.trials, "the search is found again"
