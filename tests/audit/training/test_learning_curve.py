import numpy as np
import pytest

from boletim.audit.run import audit
from boletim.audit.training.learning_curve import diagnose
from boletim.contracts.configuration import AuditConfig
from boletim.contracts.results.search import CurvePoint, LearningCurve

SEEDS = range(20)
x = np.linspace(0, 1, 10)


def curve(train, validation, train_metric=None, validation_metric=None, seed=0, noise=0.01, **more):
    rng = np.random.default_rng(seed)

    def noisy(values):
        return np.asarray(values) * (1 + noise * rng.standard_normal(len(values)))

    n = len(validation)
    train, validation = noisy(train), noisy(validation)
    points = [
        CurvePoint(
            step=10 * (i + 1),
            epoch=(i + 1) / 2,
            train_loss=float(train[i]),
            validation_loss=float(validation[i]),
            train_metrics={} if train_metric is None else {"f1_macro": float(noisy([train_metric[i]])[0])},
            validation_metrics={} if validation_metric is None else {"f1_macro": float(validation_metric[i])},
        )
        for i in range(n)
    ]
    return LearningCurve(metric="f1_macro", points=tuple(points), **more)


def fall(start, end, speed):
    return end + (start - end) * np.exp(-speed * x)


@pytest.mark.parametrize("seed", SEEDS)
def test_good_fit(seed):
    found = diagnose(curve(fall(1, 0.25, 9), fall(1, 0.3, 9), fall(0.3, 0.93, 8), fall(0.3, 0.9, 8), seed))
    assert (found.diagnosis, found.key) == ("good fit", "settled")
    assert (found.causes, found.remedies) == ((), ())


@pytest.mark.parametrize("seed", SEEDS)
def test_overfitting_by_rising_loss(seed):
    validation = fall(1, 0.3, 9) + 0.35 * np.clip(x - 0.35, 0, 1)
    found = diagnose(curve(fall(1, 0.02, 4), validation, fall(0.3, 0.99, 8), fall(0.3, 0.93, 8), seed, best_step=100))
    assert (found.diagnosis, found.key) == ("overfitting", "loss_rises")
    assert {"earlier_stop", "more_data"} <= set(found.remedies)
    assert 20 <= found.values["step"] <= 60


@pytest.mark.parametrize("seed", SEEDS)
def test_overfitting_by_a_gap_of_the_metric(seed):
    made = curve(fall(1, 0.05, 8), fall(1, 0.5, 12), fall(0.3, 0.99, 8), fall(0.3, 0.8, 8), seed, best_step=100)
    assert (diagnose(made).diagnosis, diagnose(made).key) == ("overfitting", "metric_gap")


@pytest.mark.parametrize("seed", SEEDS)
def test_underfitting(seed):
    made = curve(fall(1.1, 1.0, 8), fall(1.1, 1.02, 8), fall(0.3, 0.5, 8), fall(0.3, 0.48, 8), seed)
    assert (diagnose(made).diagnosis, diagnose(made).key) == ("underfitting", "train_metric_low")
    without_metrics = curve(fall(1.1, 1.0, 8), fall(1.1, 1.02, 8), seed=seed)
    assert diagnose(without_metrics).key == "train_loss_high"


@pytest.mark.parametrize("seed", SEEDS)
def test_not_converged(seed):
    made = curve(1 - 0.6 * x, 1 - 0.55 * x, fall(0.3, 0.8, 2), fall(0.3, 0.78, 2), seed)
    assert diagnose(made).diagnosis == "not converged"
    assert "more_epochs" in diagnose(made).remedies


@pytest.mark.parametrize("seed", SEEDS)
def test_unstable(seed):
    swinging = 0.6 + 0.25 * (-1.0) ** np.arange(10)
    assert diagnose(curve(fall(1, 0.5, 5), swinging, seed=seed)).key == "swings"
    diverging = curve(fall(1, 0.5, 5) + 3 * x**2, fall(1, 0.5, 5) + 3 * x**2, seed=seed)
    assert (diagnose(diverging).diagnosis, diagnose(diverging).key) == ("unstable", "train_loss_grows")
    assert "lower_learning_rate" in diagnose(diverging).remedies


@pytest.mark.parametrize("n", [0, 1, 3])
def test_too_few_points(n):
    found = diagnose(curve(np.ones(n), np.ones(n)))
    assert (found.diagnosis, found.values) == ("too few points", {"n": n, "least": 4})


def test_a_loss_that_is_not_finite_is_unstable():
    points = tuple(CurvePoint(step=i, epoch=i, validation_loss=float("nan") if i == 2 else 1.0) for i in range(6))
    found = diagnose(LearningCurve(metric="f1_macro", points=points))
    assert (found.diagnosis, found.key, found.values["step"]) == ("unstable", "not_finite", 2)


def test_early_stop_while_falling_is_no_lack_of_epochs():
    made = curve(1 - 0.6 * x, 1 - 0.55 * x, fall(0.3, 0.85, 6), fall(0.3, 0.84, 6), noise=0, stopped_early=True)
    assert diagnose(made).diagnosis == "good fit"


def test_noise_of_two_percent_triggers_nothing():
    names = [
        diagnose(curve(fall(1, 0.25, 9), fall(1, 0.3, 9), fall(0.3, 0.93, 8), fall(0.3, 0.9, 8), s, 0.02)).diagnosis
        for s in range(100)
    ]
    assert names.count("good fit") >= 90


@pytest.mark.parametrize(
    ("made", "severity", "verdict"),
    [
        (curve(fall(1, 0.25, 9), fall(1, 0.3, 9), noise=0), "info", "shown"),
        (curve(fall(1, 0.02, 4), fall(1, 0.3, 9) + 0.4 * x, noise=0, best_step=100), "medium", "shown"),
        (curve([1], [1]), "info", "insufficient evidence"),
    ],
)
def test_the_diagnosis_becomes_a_finding(make_predictions, made, severity, verdict):
    result = audit(make_predictions([[0.9, 0.9]], 40), AuditConfig(bootstrap=100), seed=1, curve=made)
    finding = next(f for f in result.findings if f.key.startswith("curve_"))
    assert (finding.severity, finding.verdict, finding.kind) == (severity, verdict, result.curve.diagnosis)
    assert finding.key == f"curve_{result.curve.key}"
    assert result.curve.points == made.points
