import numpy as np
import pytest
from sklearn.metrics import f1_score, recall_score

from boletim.audit.mitigation.effects import Sample, cells_of, flip_rate, macro_f1, recalls

LABELS = ("a", "b", "c")


def sample_of(rng: np.random.Generator, n: int = 300, clusters: np.ndarray | None = None) -> tuple[Sample, np.ndarray]:
    gold = rng.integers(0, 3, n)
    said = np.where(rng.random((2, n)) < 0.7, gold, rng.integers(0, 3, (2, n)))
    groups = {"g": rng.choice(np.array(["x", "y", None], dtype=object), n)}
    eye = np.eye(3, dtype=bool)
    return Sample(LABELS, eye[gold], groups, clusters), eye[said]


def test_values_are_scikit_learns() -> None:
    sample, predicted = sample_of(np.random.default_rng(1))
    gold = sample.gold.argmax(axis=1)
    found = macro_f1(sample, predicted)
    for seed in (0, 1):
        said = predicted[seed].argmax(axis=1)
        assert found.values[seed, 0] == pytest.approx(f1_score(gold, said, average="macro"), abs=1e-12)
    cells, n_small = cells_of(sample, "g", 20)
    assert [(cell.label, cell.group) for cell in cells] == [(k, g) for k in range(3) for g in ("x", "y")]
    assert n_small == 0
    own = recalls(sample, predicted, cells)
    for place, cell in enumerate(cells):
        said = predicted[1].argmax(axis=1)[cell.rows]
        by_hand = recall_score(gold[cell.rows], said, labels=[cell.label], average="macro", zero_division=0)
        assert own.values[1, place] == pytest.approx(by_hand, abs=1e-12)


def test_small_cells_are_counted_and_missing_groups_are_in_none() -> None:
    sample, _ = sample_of(np.random.default_rng(2))
    n_x = int((sample.gold[:, 0] & (sample.groups["g"] == "x")).sum())
    cells, n_small = cells_of(sample, "g", n_x + 1)
    assert (0, "x") not in {(cell.label, cell.group) for cell in cells}
    assert len(cells) + n_small == 6


@pytest.mark.parametrize("weights", [None, np.linspace(0.5, 2.0, 300)])
def test_pulls_are_the_influence_of_each_example(weights: np.ndarray | None) -> None:
    """The derivative of each figure when an example counts a little more, taken numerically."""
    plain, predicted = sample_of(np.random.default_rng(3))
    own = np.ones(300) if weights is None else weights / weights.mean()
    step, row = 1e-6, 17

    def figures(counted: np.ndarray) -> np.ndarray:
        sample = Sample(LABELS, plain.gold, plain.groups, None, counted)
        cells, _ = cells_of(sample, "g", 1)
        return np.concatenate([macro_f1(sample, predicted).values[0], recalls(sample, predicted, cells).values[0]])

    sample = Sample(LABELS, plain.gold, plain.groups, None, weights)
    cells, _ = cells_of(sample, "g", 1)
    pulls = np.concatenate(
        [macro_f1(sample, predicted).pulls[0, :, row], recalls(sample, predicted, cells).pulls[0, :, row]]
    )
    more = own.copy()
    more[row] *= 1 + step
    slope = (figures(more) - figures(own)) / step
    assert slope == pytest.approx(pulls, abs=1e-6)


def test_pulls_of_a_cluster_are_summed_and_a_mean_is_a_combination() -> None:
    clusters = np.array([f"{place // 3:03d}" for place in range(300)], dtype=object)
    sample, predicted = sample_of(np.random.default_rng(4), clusters=clusters)
    cells, _ = cells_of(sample, "g", 1)
    alone = recalls(Sample(LABELS, sample.gold, sample.groups), predicted, cells)
    summed = recalls(sample, predicted, cells)
    assert summed.pulls[0, 2] == pytest.approx(alone.pulls[0, 2].reshape(100, 3).sum(axis=1))
    half = np.zeros((1, len(cells)))
    half[0, :2] = 0.5
    assert alone.through(half).values[:, 0] == pytest.approx(alone.values[:, :2].mean(axis=1))
    assert alone.through(half).pulls[0, 0] == pytest.approx(alone.pulls[0, :2].mean(axis=0))


def test_the_share_of_flips_has_the_variance_of_a_share() -> None:
    flips = np.zeros((1, 50), dtype=bool)
    flips[0, :10] = True
    found = flip_rate(flips, None, None)
    assert found.means == pytest.approx([0.2])
    assert (found.pulls[0, 0] ** 2).sum() == pytest.approx(0.2 * 0.8 / 50)
