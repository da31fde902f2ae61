import importlib.util

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from boletim.tuning.training.leace import fit_eraser


def planted(d: int, n_groups: int, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    group = rng.integers(0, n_groups, n)
    concept = np.eye(n_groups)[group]
    mixed = rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + 3 * concept @ rng.normal(size=(n_groups, d))
    return mixed, concept


@pytest.mark.parametrize(("d", "n_groups", "n"), [(8, 2, 300), (40, 3, 900), (16, 5, 200)])
def test_it_erases_as_concept_erasure_does(d: int, n_groups: int, n: int) -> None:
    if importlib.util.find_spec("concept_erasure") is None:
        pytest.skip("the package concept-erasure is not installed")
    import torch
    from concept_erasure import LeaceFitter

    vectors, concept = planted(d, n_groups, n, 1)
    theirs = LeaceFitter.fit(
        torch.tensor(vectors), torch.tensor(concept), shrinkage=False, constrain_cov_trace=False, svd_tol=1e-9
    ).eraser
    assert fit_eraser(vectors, concept)(vectors) == pytest.approx(theirs(torch.tensor(vectors)).numpy(), abs=1e-5)


def test_a_linear_reader_is_at_chance_afterwards_and_was_not_before() -> None:
    vectors, concept = planted(20, 2, 2000, 2)
    group = concept.argmax(axis=1)
    erase = fit_eraser(vectors[:1000], concept[:1000])

    def accuracy(known: np.ndarray, others: np.ndarray) -> float:
        reader = LogisticRegression(max_iter=2000).fit(known, group[:1000])
        return float(reader.score(others, group[1000:]))

    assert accuracy(vectors[:1000], vectors[1000:]) > 0.9
    assert accuracy(erase(vectors[:1000]), erase(vectors[1000:])) == pytest.approx(0.5, abs=0.06)
    own = erase(vectors[:1000])
    assert own[group[:1000] == 0].mean(axis=0) == pytest.approx(own[group[:1000] == 1].mean(axis=0), abs=1e-9)


def test_nothing_is_taken_where_nothing_tells_the_concept_and_little_elsewhere() -> None:
    rng = np.random.default_rng(3)
    concept = np.eye(2)[np.arange(400) % 2]
    vectors = np.column_stack([np.where(concept[:, 0] > 0, 1.0, -1.0), np.repeat(rng.normal(size=200), 2)])
    erased = fit_eraser(vectors, concept)(vectors)
    assert erased[:, 0] == pytest.approx(np.zeros(400), abs=1e-9)
    assert erased[:, 1] == pytest.approx(vectors[:, 1], abs=1e-9)


def test_a_folded_layer_says_what_the_layer_says_of_erased_vectors() -> None:
    vectors, concept = planted(12, 3, 300, 4)
    rng = np.random.default_rng(5)
    weight, bias = rng.normal(size=(4, 12)), rng.normal(size=4)
    erase = fit_eraser(vectors, concept)
    new_weight, new_bias = erase.folded(weight, bias)
    assert vectors @ new_weight.T + new_bias == pytest.approx(erase(vectors) @ weight.T + bias, abs=1e-9)


def test_dimensions_that_never_vary_stay() -> None:
    vectors, concept = planted(6, 2, 100, 6)
    flat = np.column_stack([vectors, np.full(100, 2.5), vectors[:, 0]])
    erased = fit_eraser(flat, concept)(flat)
    assert erased[:, 6] == pytest.approx(np.full(100, 2.5))
    assert np.isfinite(erased).all()
