from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from boletim.contracts.configuration import Confirm, RunConfig
from boletim.contracts.configuration.gates import BarConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import StopRequest
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure
from boletim.contracts.results.search import N_DRAWS, SearchResult
from boletim.models.load import load_classifier
from boletim.tuning.search.run import run_search
from boletim.tuning.training import on_engine as crew
from boletim.tuning.training.plan import TrialPlan
from boletim.tuning.winner import confirm
from boletim.tuning.winner.kept_runs import Run
from boletim.tuning.winner.settle import settle_winner

Searched = tuple[RunConfig, TuningData, SearchResult, Path]


@pytest.fixture
def searched(
    make_run_config: Callable[..., RunConfig], make_tuning_data: Callable[..., TuningData], tmp_path: Path
) -> Searched:
    config = make_run_config(trials=3, search={"learning_rate": [1e-3, 2e-2], "epochs": 1}, confirm={"top": 2})
    data, folder = make_tuning_data(90, 60), tmp_path / "run"
    folder.mkdir()
    return config, data, run_search(config, data, folder), folder


def test_the_best_settings_are_trained_again_and_the_published_model_is_the_one_named(searched: Searched) -> None:
    config, data, search, folder = searched
    said: list[str] = []
    settled = settle_winner(config, data, search, folder, said.append)
    ranked = sorted((t for t in search.trials if t.state == "complete"), key=lambda t: (-(t.objective or 0), t.number))
    assert {one.trial for one in settled.confirmations} == {t.number for t in ranked[:2]}
    assert len(said) == 4
    assert all(len(one.values) == 2 for one in settled.confirmations)
    assert settled.confirmations[0].mean == max(one.mean for one in settled.confirmations)
    assert settled.best_trial in {one.trial for one in settled.confirmations if one.is_tied}
    chosen = next(one for one in settled.confirmations if one.trial == settled.best_trial)
    by_id = {measure.metric: measure for measure in settled.measures}
    spread = by_id["seed_spread"]
    assert spread.value == pytest.approx(np.std(chosen.values, ddof=1))
    assert (spread.low or 0) ** 2 == pytest.approx((spread.value or 0) ** 2 / stats.chi2.ppf(0.975, 1))
    record = next(t for t in settled.trials if t.number == settled.best_trial)
    classifier = load_classifier(str(folder / "model"))
    gold = data.validation["label"].map({label: i for i, label in enumerate(data.labels)}).to_numpy()
    accuracy = (classifier.predict_scores(list(data.validation["text"])).argmax(axis=1) == gold).mean()
    kept = next(p for p in record.curve.points if p.step == record.curve.best_step)  # type: ignore[union-attr]
    assert kept.validation_metrics["accuracy"] == pytest.approx(accuracy)
    assert by_id["validation_score"].value == pytest.approx(kept.validation_metrics["f1_macro"])
    assert classifier.facts.sha256 == settled.model.sha256


def test_a_stop_in_between_loses_and_repeats_nothing(searched: Searched, monkeypatch: pytest.MonkeyPatch) -> None:
    config, data, search, folder = searched
    trained: list[tuple[Any, int]] = []
    real = crew.run_trial

    def stopping(plan: TrialPlan, *rest: Any) -> Any:
        if len(trained) == 2:
            raise StopRequest("now")
        trained.append((plan.settings, plan.seed))
        return real(plan, *rest)

    monkeypatch.setattr(crew, "run_trial", stopping)
    with pytest.raises(StopRequest):
        settle_winner(config, data, search, folder, print)
    monkeypatch.setattr(
        crew, "run_trial", lambda plan, *rest: (trained.append((plan.settings, plan.seed)), real(plan, *rest))[1]
    )
    settled = settle_winner(config, data, search, folder, print)
    assert len(trained) == len(set(map(str, trained))) == 4
    assert settle_winner(config, data, search, folder, print) == settled
    assert len(trained) == 4


def test_settings_that_an_earlier_choice_gave_up_are_published_all_the_same(
    searched: Searched, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, data, search, folder = searched
    real = confirm._compare

    def preferring(is_own: bool) -> Callable[..., Any]:
        def compare(*rest: Any) -> Any:
            made = real(*rest)
            return tuple(one.model_copy(update={"is_tied": (one.trial == search.best_trial) is is_own}) for one in made)

        return compare

    monkeypatch.setattr(confirm, "_compare", preferring(True))
    own = settle_winner(config, data, search, folder, print)
    assert (own.best_trial, own.model) == (search.best_trial, search.model)
    assert not list(folder.glob("confirm/*/model-*"))
    monkeypatch.setattr(confirm, "_compare", preferring(False))
    other = settle_winner(config, data, search, folder, print)
    assert other.best_trial != search.best_trial
    assert load_classifier(str(folder / "model")).facts.sha256 == other.model.sha256 != search.model.sha256


def test_a_winner_that_cannot_be_trained_again_stays(searched: Searched, monkeypatch: pytest.MonkeyPatch) -> None:
    config, data, search, folder = searched
    said: list[str] = []

    def failing(*_: Any) -> Any:
        raise FloatingPointError("the loss is no longer finite")

    monkeypatch.setattr(crew, "run_trial", failing)
    settled = settle_winner(config, data, search, folder, said.append)
    assert (settled.best_trial, settled.model, settled.confirmations) == (search.best_trial, search.model, ())
    assert said[-1] == "the winner is not confirmed: every training with another seed failed"
    assert "seed_spread" not in {measure.metric for measure in settled.measures}


def test_without_confirmation_the_score_is_corrected_all_the_same(searched: Searched) -> None:
    config, data, search, folder = searched
    plain = config.model_copy(update={"tuning": config.tuning.model_copy(update={"confirm": None})})
    settled = settle_winner(plain, data, search, folder, print)
    by_id = {measure.metric: measure for measure in settled.measures}
    assert set(by_id) == {"validation_score", "validation_score_corrected"}
    best = next(t for t in search.trials if t.number == search.best_trial)
    assert by_id["validation_score"].value == best.objective
    assert by_id["validation_score_corrected"].low is not None
    assert settled.n_draws == N_DRAWS
    (folder / "trials" / f"{best.number:04d}" / "validation_logits.npy").unlink()
    again = settle_winner(plain, data, search, folder, print)
    assert again.measures[1].undefined_because == Reason.of("trials_gone")


def run_of(right: float, n_parameters: int, rng: np.random.Generator, gold: np.ndarray) -> Run:
    answer = np.where(rng.random(len(gold)) < right, gold, 1 - gold)
    value = float((answer == gold).mean())
    return Run(1, value, n_parameters, 1, False, (), np.eye(2)[answer])


@pytest.mark.parametrize(("small", "is_tied"), [(0.89, True), (0.70, False)])
def test_what_chance_may_have_put_behind_is_tied(searched: Searched, small: float, is_tied: bool) -> None:
    trials = searched[2].trials
    rng = np.random.default_rng(3)
    gold = rng.integers(0, 2, 300)
    found = [
        (trials[0], [run_of(0.9, 100, rng, gold) for _ in range(3)]),
        (trials[1], [run_of(small, 10, rng, gold) for _ in range(3)]),
    ]
    big, little = confirm._compare(
        found, gold, lambda logits, true: float(np.mean(logits.argmax(axis=1) == true)), 1, 1
    )
    assert (big.trial, little.trial) == (trials[0].number, trials[1].number)
    assert big.is_tied
    assert little.is_tied == is_tied


def test_confirmation_needs_two_seeds() -> None:
    with pytest.raises(ValueError, match="greater than or equal to 2"):
        Confirm(seeds=1)


def test_settings_that_violate_the_constraints_more_when_trained_again_do_not_win(searched: Searched) -> None:
    """The measure is a made one: the more a model has learnt the more it violates, so that the worse setting wins."""
    config, data, search, folder = searched
    bar = BarConfig(measure="gap", at_most=0.0)
    config = config.model_copy(update={"tuning": config.tuning.model_copy(update={"constraints": (bar,)})})
    gold = data.validation["label"].map({label: i for i, label in enumerate(data.labels)}).to_numpy()

    def judge(scores: np.ndarray) -> dict[str, Measure]:
        value = float((scores.argmax(axis=1) == gold).mean())
        return {"gap": Measure(id="gap", metric="gap", value=value, n=60)}

    settled = settle_winner(config, data, search, folder, print, judge=judge)
    first, second = settled.confirmations
    assert first.violation < second.violation
    assert (first.is_tied, second.is_tied) == (True, False)
    assert first.mean < second.mean, "or nothing was turned round"
    assert settled.best_trial == first.trial
    record = next(trial for trial in settled.trials if trial.number == settled.best_trial)
    scores = load_classifier(str(folder / "model")).predict_scores(list(data.validation["text"]))
    if first.trial != search.best_trial:
        assert [one.value for one in record.constraints] == [judge(scores)["gap"].value]
