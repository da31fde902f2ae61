"""The short form of benchmarks/learning_curves.py, and sentences with figures that would make them untrue."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from boletim.audit.training.curve_shape import fall, to_come
from boletim.audit.training.learning_curve import diagnose
from boletim.contracts.results.search import CurvePoint, LearningCurve, SearchResult, TrainedModel, TrialRecord

PATH = Path(__file__).resolve().parents[3] / "benchmarks" / "learning_curves.py"
KINDS = ("good fit", "overfitting", "underfitting", "not converged", "unstable")


@pytest.fixture(scope="module")
def curves():
    spec = importlib.util.spec_from_file_location("learning_curves_benchmark", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("n", "noise"), [(4, 0.0), (4, 0.05), (6, 0.05), (20, 0.02)])
def test_at_most_one_curve_in_ten_is_misnamed(curves, kind, n, noise):
    n_runs = 60
    found = curves.names(kind, n, noise, n_runs)
    assert n_runs - found[kind] <= n_runs * (0.1 + 2 * np.sqrt(0.09 / n_runs) * (noise > 0.02)), found


def made(train, validation, kept=None, **more):
    points = tuple(
        CurvePoint(step=10 * (i + 1), epoch=i + 1, train_loss=t, validation_loss=v)
        for i, (t, v) in enumerate(zip(train, validation, strict=True))
    )
    return LearningCurve(metric="accuracy", points=points, best_step=kept, **more)


TURNS = [0.7, 0.35, 0.3, 0.4, 0.55, 0.7]
FALLS = [0.68, 0.33, 0.25, 0.15, 0.06, 0.03]


def test_the_same_curve_is_a_good_fit_when_the_weights_are_those_before_the_turn():
    early, late = diagnose(made(FALLS, TURNS, 30)), diagnose(made(FALLS, TURNS, 60))
    assert (early.diagnosis, early.key) == ("good fit", "kept_before_the_rise")
    assert (early.kept_step, early.kept_train_loss, early.kept_validation_loss) == (30, 0.25, 0.3)
    assert (late.diagnosis, late.key) == ("overfitting", "loss_rises")
    assert (late.kept_step, late.kept_train_loss, late.kept_validation_loss) == (60, 0.03, 0.7)


def test_a_rise_of_both_losses_is_no_overfitting():
    train = [0.68, 0.33, 0.3, 0.4, 0.5, 0.6]
    assert diagnose(made(train, TURNS, 60)).diagnosis != "overfitting"


def test_a_gap_at_the_kept_weights_is_overfitting_and_one_elsewhere_is_not():
    train, validation = [0.5, 0.1, 0.05, 0.05, 0.05], [0.6, 0.5, 0.48, 0.47, 0.47]
    assert diagnose(made(train, validation, 40)).key == "loss_gap"
    close = diagnose(made([0.5, 0.4, 0.38, 0.05, 0.05], [0.6, 0.42, 0.4, 0.41, 0.42], 30))
    assert close.diagnosis == "good fit"


def test_a_curve_that_was_stopped_early_is_not_said_to_have_settled():
    found = diagnose(made([0.9, 0.7, 0.5, 0.35], [0.9, 0.72, 0.55, 0.4], 40, stopped_early=True))
    assert found.diagnosis == "good fit"
    assert found.key == "settled"
    assert diagnose(made([0.9, 0.7, 0.5, 0.35], [0.9, 0.72, 0.55, 0.4], 40)).diagnosis == "not converged"


def test_a_small_loss_is_not_underfitting_however_little_it_fell():
    assert diagnose(made([0.05, 0.05, 0.049, 0.048], [0.06, 0.06, 0.06, 0.06], 40)).diagnosis == "good fit"


def test_by_how_much_a_line_and_a_decay_fall():
    assert fall(np.array([9.0, 4.0, 3.0, 2.0])) == pytest.approx(2 / 3)
    x = np.linspace(0, 1, 9)
    decay = 0.3 + 0.7 * np.exp(-2 * x)
    wanted = 0.7 * (np.exp(-2) - np.exp(-4)) / (0.3 + 0.7 * np.exp(-2))
    assert to_come(decay, 2 * decay) == pytest.approx((wanted, wanted))
    assert to_come(np.full(9, np.nan), decay) == (np.inf, pytest.approx(wanted))


def trial(number, objective, candidate="a", state="complete", **params):
    curve = made([0.9, 0.7, 0.5, 0.35], [0.9, 0.72, 0.55, 0.4], 40)
    return TrialRecord(number=number, candidate=candidate, params=params, objective=objective, state=state, curve=curve)


def search(*trials):
    model = TrainedModel(folder="model", sha256="", base_model="a", labels=("x", "y"), max_length=8)
    return SearchResult(objective="accuracy", trials=trials, best_trial=0, model=model, validation_n=10)


@pytest.mark.parametrize(
    ("other", "refuted"),
    [
        (trial(1, 0.7, learning_rate=2e-4, epochs=3), ("higher learning_rate",)),
        (trial(1, 0.9, learning_rate=2e-4, epochs=3), ()),  # not chosen for a constraint, but it did score better
        (trial(1, 0.7, learning_rate=1.1e-4, epochs=3), ()),  # too near to tell
        (trial(1, 0.7, "b", learning_rate=2e-4, epochs=3), ()),  # another model
        (trial(1, 0.7, state="pruned", learning_rate=2e-4, epochs=3), ()),  # never finished
        (trial(1, 0.7, learning_rate=1e-4, epochs=6), ("higher epochs",)),
    ],
)
def test_a_remedy_that_the_search_refuted_is_not_offered(other, refuted):
    curve = search(trial(0, 0.8, learning_rate=1e-4, epochs=3), other).chosen_curve()
    assert curve.refuted == refuted
    found = diagnose(curve)
    assert found.diagnosis == "not converged"
    assert ("higher_learning_rate" in found.remedies) == ("higher learning_rate" not in refuted)
    assert ("learning_rate_too_low" in found.causes) == ("higher learning_rate" not in refuted)
    assert ("more_epochs" in found.remedies) == ("higher epochs" not in refuted)


def test_a_small_loss_that_wanders_is_neither_unstable_nor_overfitting_nor_falling():
    """A real training: every text right, and a loss between 0.01 and 0.04."""
    wanders = [1.06, 0.37, 0.026, 0.012, 0.041, 0.011, 0.038, 0.012]
    found = diagnose(made([1.05, 0.4, 0.05, 0.02, 0.02, 0.02, 0.015, 0.014], wanders, 70))
    assert (found.diagnosis, found.key) == ("good fit", "settled")
    falls = diagnose(made([0.06, 0.05, 0.04, 0.03], [0.07, 0.06, 0.05, 0.04], 40))
    assert falls.diagnosis == "good fit"


def test_a_loss_of_next_to_nothing_is_converged_though_it_halved():
    """A real training: accuracy 0.98 since the sixth evaluation."""
    train = [0.999, 0.69, 0.486, 0.396, 0.264, 0.105, 0.098, 0.092]
    assert diagnose(made(train, [1.026, 0.702, 0.484, 0.377, 0.221, 0.111, 0.071, 0.066], 80)).diagnosis == "good fit"


def test_a_decay_that_has_all_but_reached_its_floor_has_converged() -> None:
    # 0.5 + 0.8 x 0.45^i falls by a fifth over its second half, and has 0.01 left to fall
    left = [0.8 * 0.45**place for place in range(6)]
    points = tuple(
        CurvePoint(
            step=place + 1, epoch=float(place + 1), train_loss=0.4 + more, validation_loss=0.5 + more,
            train_metrics={"f1_macro": 0.9}, validation_metrics={"f1_macro": 0.88},
        )
        for place, more in enumerate(left)
    )  # fmt: skip
    curve = LearningCurve(metric="f1_macro", points=points, best_step=6, stopped_early=False)
    assert diagnose(curve).diagnosis == "good fit"
