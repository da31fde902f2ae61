"""Half the digits are used where they change nothing that matters, and given up where they do."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from boletim.models.load import load_classifier
from boletim.models.precision import try_bf16


class Rounding:
    """A classifier whose scores move by `shift` in bf16, so that texts near one half change sides."""

    kind = "one_label"

    def __init__(self, shift: float) -> None:
        self.is_bf16, self._shift = False, shift
        self.scored: list[list[str]] = []

    def predict_scores(self, texts: Sequence[str]) -> np.ndarray:
        self.scored.append(list(texts))
        first = np.array([0.3 + 0.4 * (len(text) % 100) / 100 for text in texts]) + self._shift * self.is_bf16
        return np.column_stack([first, 1 - first])


TEXTS = ["x" * length for length in range(1, 2_001)] + ["x"] * 50


@pytest.mark.parametrize(
    ("shift", "n_changed", "is_used"),
    # scores lie 0.004 apart and 0.5 is the 51st of a hundred: 0.001 moves no text over it, 0.01 some, 0.03 is too much
    [(0.001, 0, True), (-0.03, None, False), (0.0, 0, True)],
)
def test_what_is_found_decides(shift: float, n_changed: int | None, is_used: bool) -> None:
    classifier = Rounding(shift)
    check = try_bf16(classifier, TEXTS)  # type: ignore[arg-type]
    assert check.n == 512
    assert check.largest_shift == pytest.approx(abs(shift))
    assert check.is_used == classifier.is_bf16 == is_used
    if n_changed is not None:
        assert check.n_changed == n_changed
    first, second = classifier.scored
    assert first == second
    assert len(set(map(len, first))) == 512, "distinct texts of all lengths"
    assert (len(first[0]), len(first[-1])) == (1, 2_000)


def test_a_few_changed_labels_are_too_many() -> None:
    check = try_bf16(Rounding(-0.01), TEXTS)  # type: ignore[arg-type]
    expected = sum(0.5 <= 0.3 + 0.4 * (n % 100) / 100 < 0.51 for n in {len(t) for t in TEXTS}) / 2_000
    assert check.n_changed / check.n == pytest.approx(expected, abs=0.02)
    assert not check.is_used


def test_a_real_network_scores_nearly_the_same_and_comes_back_to_fp32_exactly(
    tiny_model_folder: Path, make_texts: Callable[..., list[str]]
) -> None:
    classifier, texts = load_classifier(str(tiny_model_folder)), make_texts(200)
    exact = classifier.predict_scores(texts)
    check = try_bf16(classifier, texts)
    assert 0 < check.largest_shift < 0.02
    classifier.is_bf16 = True
    rough = classifier.predict_scores(texts)
    assert np.abs(rough - exact).max() == pytest.approx(check.largest_shift)
    assert rough.sum(axis=1) == pytest.approx(1)
    classifier.is_bf16 = False
    np.testing.assert_array_equal(classifier.predict_scores(texts), exact)


def test_no_texts_are_no_trouble(tiny_model_folder: Path) -> None:
    check = try_bf16(load_classifier(str(tiny_model_folder)), [])
    assert (check.n, check.is_used) == (0, True)
