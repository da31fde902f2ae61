"""Where a model fails whose examples have any number of labels, and how far its probabilities can be trusted."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, f1_score

from boletim.audit.run import audit
from boletim.contracts.answers.label_sets import LabelSets
from boletim.contracts.configuration import AuditConfig

LABELS = ("anger", "joy", "trust")


def made(n: int, seed: int, distortion: float = 1.0) -> LabelSets:
    """Probabilities of which the truth is drawn, raised to a power; decisions about group x are mostly wrong."""
    rng = np.random.default_rng(seed)
    chance = rng.uniform(0.02, 0.98, (n, 3))
    gold = rng.random((n, 3)) < chance
    group = rng.choice(np.array(["x", "y", "z"], dtype=object), n)
    predicted = np.where((rng.random((n, 3)) < 0.9) & (group != "x")[:, None], gold, chance >= 0.5)
    ids = np.array([f"t{i}" for i in range(n)], dtype=object)
    return LabelSets(ids, gold, predicted, LABELS, scores=chance**distortion, groups={"g": group})


@pytest.mark.parametrize("distortion", [1.0, 2.5])
def test_calibration_of_a_label_is_that_of_scikit_learn_s_curve(distortion: float) -> None:
    found = made(600, 1, distortion)
    result = audit(found, AuditConfig(bootstrap=200), seed=1)
    by_id = {measure.id: measure for measure in result.measures}
    assert found.scores is not None
    for place, label in enumerate(LABELS):
        truth, mean = calibration_curve(found.gold[:, place], found.scores[:, place], n_bins=15, strategy="quantile")
        measure = by_id[f"label_calibration_error{{class={label}}}"]
        assert measure.value == pytest.approx(np.abs(truth - mean).mean(), abs=1e-9)
        debiased = by_id[f"label_calibration_error_debiased{{class={label}}}"]
        square = ((truth - mean) ** 2).mean() - (truth * (1 - truth) / 39).mean()
        assert debiased.value == pytest.approx(np.sqrt(max(square, 0.0)), abs=1e-9)
        assert (measure.low == 0.0) == (distortion == 1.0), "the interval reaches zero where the probabilities are true"
        assert f"label_calibration_error{{class={label},g=x}}" in by_id


def test_a_planted_slice_is_found_and_wrong_sets_are_listed() -> None:
    found = made(900, 2)
    texts = [f"a text about {'x' if g == 'x' else 'others'}" for g in found.groups["g"]]
    result = audit(found, AuditConfig(bootstrap=200, show_texts=True), seed=1, texts=texts)
    failures = result.failures
    assert failures is not None
    shown = {one.name for one in failures.slices if one.verdict == "shown" and one.kind == "group"}
    assert shown == {"g = x"}
    assert not any(one.verdict == "shown" and "others" in one.name for one in failures.slices)
    assert len(failures.errors) == 10
    sure = [error.confidence for error in failures.errors]
    assert sure == sorted(sure, reverse=True)
    place = {str(name): row for row, name in enumerate(found.ids)}
    for error in failures.errors:
        row = place[error.id]
        names = [label for label, held in zip(LABELS, found.gold[row], strict=True) if held]
        assert error.gold == "{" + ", ".join(names) + "}" != error.predicted
        assert error.text == texts[row]


def test_copies_of_training_texts_are_left_out_of_the_exact_match_and_macro_f1() -> None:
    found, is_copy = made(300, 3), np.arange(300) < 60
    result = audit(found, AuditConfig(bootstrap=200), seed=1, is_copy=is_copy)
    by_id = {measure.id: measure.value for measure in result.measures}
    gold, predicted = found.gold[~is_copy], found.predicted[~is_copy]
    assert by_id["accuracy_without_overlap"] == pytest.approx(accuracy_score(gold, predicted))
    assert by_id["f1_macro_without_overlap"] == pytest.approx(f1_score(gold, predicted, average="macro"))
    assert by_id["overlap_effect"] == pytest.approx(
        accuracy_score(found.gold, found.predicted) - accuracy_score(gold, predicted)
    )
    assert result.failures is not None
    assert result.failures.n_copies == 60
