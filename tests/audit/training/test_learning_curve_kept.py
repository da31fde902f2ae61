"""The sentence of a diagnosis names the kept evaluation's own figures, and no advice that they speak against."""

from boletim.audit.training.learning_curve import diagnose
from boletim.contracts.results.search import CurvePoint, LearningCurve

TRAIN = [0.599, 0.575, 0.445, 0.296, 0.272, 0.225]
VALIDATION = [0.605, 0.600, 0.561, 0.553, 0.648, 0.624]
ON_TRAIN = [0.412, 0.412, 0.803, 0.857, 0.865, 0.892]
ON_VALIDATION = [0.412, 0.412, 0.659, 0.687, 0.594, 0.631]


def tuned(kept: int = 36, train=TRAIN, validation=VALIDATION, on_train=ON_TRAIN, on_validation=ON_VALIDATION):
    points = tuple(
        CurvePoint(
            step=9 * i, epoch=i / 2, train_loss=t, validation_loss=v,
            train_metrics={"f1_macro": a}, validation_metrics={"f1_macro": b},
        )
        for i, (t, v, a, b) in enumerate(zip(train, validation, on_train, on_validation, strict=True), 1)
    )  # fmt: skip
    return diagnose(LearningCurve(metric="f1_macro", points=points, best_step=kept))


def test_a_gap_of_the_objective_is_told_with_the_figures_of_the_kept_evaluation():
    found = tuned()
    assert found.key == "metric_gap"
    assert (found.values["train"], found.values["validation"]) == (0.857, 0.687)  # the median of three is 0.659
    assert round(found.observed["metric_gap"], 3) == 0.198


def test_a_gap_of_the_losses_and_an_underfit_are_told_with_them_too():
    losses = tuned(train=[0.5, 0.2, 0.1, 0.11, 0.09, 0.08], on_train=[0.8] * 6, on_validation=[0.74] * 6)
    assert losses.key == "loss_gap"
    assert (losses.values["train"], losses.values["validation"]) == (0.11, 0.553)
    low = tuned(on_train=[0.6, 0.61, 0.62, 0.66, 0.63, 0.64], on_validation=[0.6] * 6)
    assert (low.key, low.values["train"]) == ("train_metric_low", 0.66)


def test_an_earlier_stop_is_advised_only_where_an_evaluation_before_was_better():
    best = tuned()
    assert "earlier_stop" not in best.remedies
    assert "too_many_epochs" not in best.causes
    assert "more_data" in best.remedies
    late = tuned(54)
    assert "earlier_stop" in late.remedies
    assert "too_many_epochs" in late.causes
    scored = tuned(on_validation=[0.412, 0.412, 0.69, 0.687, 0.594, 0.631])
    assert "earlier_stop" in scored.remedies


def test_a_loss_below_all_before_it_is_not_said_to_have_risen():
    """The medians rose by more than a fifth, yet the kept evaluation alone has the lowest loss of all."""
    train, validation = [0.6, 0.5, 0.45, 0.4, 0.35, 0.3], [0.6, 0.4, 0.4, 0.6, 0.39, 0.6]
    flat = [0.8] * 6
    assert tuned(45, train, validation, flat, flat).key != "loss_rises"
    risen = tuned(54, train, [0.6, 0.4, 0.41, 0.5, 0.55, 0.6], flat, flat)
    assert risen.key == "loss_rises"
    assert (risen.values["step"], risen.values["lowest"], risen.values["end"]) == (18, 0.4, 0.6)


def test_a_rise_after_the_kept_weights_is_told_with_the_last_figure():
    flat = [0.8] * 6
    found = tuned(27, [0.5, 0.4, 0.35, 0.34, 0.33, 0.32], [0.6, 0.42, 0.4, 0.45, 0.52, 0.56], flat, flat)
    assert (found.key, found.values["end"]) == ("kept_before_the_rise", 0.56)
