"""Gender read from vectors: a planted accuracy is recovered, and without any there is none."""

import numpy as np

from boletim.contracts.language import load_language
from boletim.models.fakes import FakeEncoder
from boletim.probes.encoders.representation_leakage import leakage, run
from boletim.probes.model_views import ModelContext
from boletim.probes.statistics.crossed import crossed_mean

COVERED = 0.95 - 2 * (0.95 * 0.05 / 100) ** 0.5
"""95 % of the seeds, less two standard errors of a count of 100."""
SHAPE = (6, 12)


def vectors(seed: int, accuracy: float) -> np.ndarray:
    """One coordinate tells the gender rightly in a share of the sentences; the others are noise of a pair."""
    generator = np.random.default_rng(seed)
    gender = np.where(generator.random((*SHAPE, 2)) < accuracy, 1.0, -1.0) * np.array([1.0, -1.0])
    noise = np.repeat(generator.normal(0, 0.05, (*SHAPE, 1, 3)), 2, axis=2)
    return np.concatenate([gender[..., None], noise], axis=3)


def test_the_planted_accuracy_lies_in_its_interval() -> None:
    hits = 0
    for seed in range(100):
        right, null = leakage(vectors(seed, 0.8), np.random.default_rng(seed))
        found = crossed_mean(right, 0.95)
        hits += found.low <= 0.8 <= found.high
        assert null.max() < right.mean()
    assert hits / 100 >= COVERED, hits


def test_vectors_without_gender_seldom_stand_out_from_permutations() -> None:
    n_rejected = 0
    for seed in range(100):
        generator = np.random.default_rng(seed)
        right, null = leakage(generator.normal(size=(*SHAPE, 2, 4)), generator)
        n_rejected += (1 + (null >= right.mean() - 1e-12).sum()) / (1 + len(null)) <= 0.05
    assert n_rejected <= 10


def test_equal_vectors_are_read_at_chance() -> None:
    right, null = leakage(np.ones((*SHAPE, 2, 4)), np.random.default_rng(0))
    assert (right == 0.5).all()
    assert (null == 0.5).all()


def test_an_encoder_that_sees_the_pronoun_gives_everything_away() -> None:
    language = load_language("en")
    female = {"she", "her", "hers", "herself", "woman", "mother", "sister", "daughter", "mrs", "ms"}

    class Reader(FakeEncoder):
        def embed(self, texts, progress=None):  # type: ignore[no-untyped-def]
            return np.array([[1.0 if female & set(text.lower().replace(".", "").split()) else -1.0] for text in texts])

    context = ModelContext(
        language=language, level=0.95, margin=0.05, seed=1, bootstrap=50, encoder=Reader({"a": [0.0]})
    )
    result = run(context)
    assert result.measures[0].value > 0.9
    assert result.measures[0].p == 1 / 200
    assert result.findings[0].verdict == "shown"
