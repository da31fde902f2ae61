"""A run with mitigations on a tiny model: what is kept, what goes on after a kill, who sees the test split."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from boletim.app.run import Run
from boletim.app.screen.terminal import Terminal
from boletim.app.stages.mitigation import judge_test, study
from boletim.app.stages.mitigation.models import MitigatedModels
from boletim.app.stages.swapped_texts import Texts
from boletim.contracts.configuration import Mitigations, RunConfig
from boletim.contracts.corpus import LABEL, TEXT, CleaningReport, Corpus, TuningData
from boletim.contracts.errors import StopRequest
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.results.search import SearchResult
from boletim.models.classifier import TextClassifier
from boletim.models.load import load_classifier
from boletim.tuning.search.run import run_search
from boletim.tuning.winner import refit as refit_module

ALL = ("none", "both", "balanced", "erase")


@pytest.fixture(scope="module")
def corpus(make_tuning_data: Callable[..., TuningData]) -> Corpus:
    def with_people(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
        women = np.random.default_rng(seed).random(len(frame)) < 0.5
        texts = [f"{'she' if woman else 'he'} {text}" for woman, text in zip(women, frame[TEXT], strict=True)]
        return frame.assign(**{TEXT: texts, "g": np.where(women, "f", "m")})

    plain, other = make_tuning_data(60, 40), make_tuning_data(50, 30)
    parts = (with_people(plain.train, 1), with_people(plain.validation, 2), with_people(other.train, 3))
    return Corpus(*parts, plain.labels, ("g",), CleaningReport(n_rows_read=0, n_rows_kept=0))


@pytest.fixture
def started(
    corpus: Corpus, make_run_config: Callable[..., RunConfig], tmp_path: Path
) -> tuple[Run, TuningData, SearchResult]:
    config = make_run_config(search={"epochs": 1}).model_copy(update={"mitigations": Mitigations(compare=ALL, seeds=2)})
    config = config.model_copy(update={"audit": config.audit.model_copy(update={"min_group": 5})})
    data = TuningData(corpus.train, corpus.validation, corpus.labels, corpus.groups)
    run = Run(config, RunFolder(tmp_path / "run"), Terminal(quiet=True), "")
    run.folder.path.mkdir()
    search_config = config.model_copy(update={"mitigations": None})
    return run, data, run_search(search_config, data, run.folder.path)


def test_a_kill_in_the_middle_goes_on_and_nothing_is_trained_twice(
    started: tuple[Run, TuningData, SearchResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, data, search = started
    trained: list[tuple[int, int]] = []
    real = refit_module._refit

    def counting(train: Any, plan: Any, part: Any, *rest: Any) -> Any:
        if len(trained) == 3:
            trained.append((-1, -1))
            raise StopRequest("killed")
        trained.append((part.seed, len(plan.splits["train"])))
        return real(train, plan, part, *rest)

    monkeypatch.setattr(refit_module, "_refit", counting)
    with pytest.raises(StopRequest):
        study.mitigate(run, data, search)
    found = study.mitigate(run, data, search)
    assert len(trained) == 1 + 3 * 2, "three settings are trained with two seeds each, erase is made from none"
    rows = found.mitigations.rows if found.mitigations else ()
    assert [row.mitigation for row in rows] == list(ALL)
    assert all(row.n_seeds == 2 and row.measures for row in rows)
    assert all((row.verdict is None) == (row.mitigation == "none") for row in rows)
    n_with_copies = len(data.train) + len(MitigatedModels(run, search, data).data.swapped)  # type: ignore[arg-type]
    assert n_with_copies == 120, "every text has one"
    assert [n for seed, n in trained if seed >= 0] == [60, 60, 120, 120, 60, 60]
    again = study.mitigate(run, data, search)
    assert again.mitigations == found.mitigations
    assert len(trained) == 7


def test_the_test_split_is_read_for_none_and_the_chosen_one_alone(
    started: tuple[Run, TuningData, SearchResult], corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, data, search = started
    test_texts = set(corpus.test[TEXT]) - set(corpus.train[TEXT]) - set(corpus.validation[TEXT])
    seen: list[str] = []
    real, load = TextClassifier.predict_scores, load_classifier

    def watched(self: Any, texts: Any, *rest: Any) -> Any:
        if test_texts & set(texts):
            seen.append(self.facts.sha256)
        return real(self, texts, *rest)

    monkeypatch.setattr(TextClassifier, "predict_scores", watched)
    monkeypatch.setattr("boletim.audit.mitigation.compare.chosen_of", lambda rows: "balanced")
    result = study.mitigate(run, data, search)
    assert not seen, "the choice saw no test text"
    models = MitigatedModels(run, search, data)
    known = {name: {load(str(models.weights(name, seed))).facts.sha256 for seed in models.seeds} for name in ALL}
    found = judge_test.compared_on_test(run, result, corpus)
    assert found is not None
    assert (found.n, found.none.mitigation, found.chosen.mitigation) == (len(corpus.test), "none", "balanced")
    assert set(seen) == known["none"] | known["balanced"]
    assert sorted(path.parent.name for path in run.folder.path.glob("mitigations/*/*/test-*")) == [
        *["balanced"] * 2,
        *["none"] * 2,
    ]
    assert result.model.sha256 in known["balanced"], "model/ holds the first seed's"
    assert load(str(run.folder.model)).facts.sha256 == result.model.sha256
    assert result.model.params["mitigation"] == "balanced"
    assert not list(run.folder.path.glob("mitigations/*/*/model-*")), "weights are dropped, scores stay"
    n = len(seen)
    assert judge_test.compared_on_test(run, result, corpus) == found
    assert len(seen) == n, "what was said is kept"


def test_where_none_is_chosen_nothing_of_the_test_split_is_read(
    started: tuple[Run, TuningData, SearchResult], corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, data, search = started
    monkeypatch.setattr("boletim.audit.mitigation.compare.chosen_of", lambda rows: "none")
    short = replace(run, config=run.config.model_copy(update={"mitigations": Mitigations(compare=ALL[:2], seeds=2)}))
    result = study.mitigate(short, data, search)
    assert result.model == search.model
    assert judge_test.compared_on_test(short, result, corpus) is None
    assert not list(run.folder.path.glob("mitigations/*/*/test-*"))


def test_a_setting_that_cannot_be_trained_is_named_and_the_others_are_compared(
    started: tuple[Run, TuningData, SearchResult], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, data, search = started
    real = refit_module._refit
    monkeypatch.setattr(
        refit_module,
        "_refit",
        lambda train, plan, *rest: "failed: no" if plan.settings.balanced else real(train, plan, *rest),
    )
    wanted = Mitigations(compare=("none", "reweighing", "balanced"), seeds=2)
    short = replace(run, config=run.config.model_copy(update={"mitigations": wanted}))
    found = study.mitigate(short, data, search).mitigations
    assert found is not None
    none, weighed, balanced = found.rows
    assert (none.n_seeds, weighed.n_seeds, balanced.n_seeds) == (2, 2, 0)
    assert balanced.verdict is None
    assert "2 of 2 trainings with balanced failed" in str(balanced.because)


def test_other_settings_leave_no_training_behind(started: tuple[Run, TuningData, SearchResult]) -> None:
    run, data, search = started
    own = MitigatedModels(run, search, data)._own
    own.mkdir(parents=True)
    (own / "kept").touch()
    assert (MitigatedModels(run, search, data)._own / "kept").exists()
    trials = tuple(one.model_copy(update={"params": {**one.params, "batch_size": 8}}) for one in search.trials)
    assert not (MitigatedModels(run, search.model_copy(update={"trials": trials}), data)._own / "kept").exists()
    assert not own.exists()


def test_copies_stand_by_the_places_of_their_texts(corpus: Corpus) -> None:
    texts = Texts.of("test", corpus.test, "en")
    assert texts.copies.index.tolist() == list(range(50))
    assert texts.copies[TEXT].iloc[0].split()[0] == {"f": "he", "m": "she"}[corpus.test["g"].iloc[0]]
    assert texts.copies[LABEL].tolist() == corpus.test[LABEL].tolist()
