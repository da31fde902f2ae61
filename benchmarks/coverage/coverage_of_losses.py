"""Coverage of mean losses of strong, weak and over-confident models."""

from collections.abc import Callable, Iterator

import numpy as np
from simulated import SIZE_OF_CLUSTER, Drawn, Row, clusters_of, simulate

from boletim.audit.metrics.metric import find_metric

Model = Callable[[int, np.random.Generator], tuple[np.ndarray, np.ndarray]]
"""Number of examples to (n,) confidence and (n,) chance that the answer is right."""
_MANY = 2_000_000


def models() -> dict[str, Model]:
    """By name; what is confident and what is right differ but for the calibrated ones."""
    return {
        "always 0.98 sure, 2 % wrong": lambda n, rng: (np.full(n, 0.98), np.full(n, 0.98)),
        "always 0.9999 sure, 1 % wrong": lambda n, rng: (np.full(n, 0.9999), np.full(n, 0.99)),
        "calibrated, 2 % wrong": lambda n, rng: _logits(n, 5.0, 1.5, 1.0, rng),
        "calibrated, 12 % wrong": lambda n, rng: _logits(n, 0.0, 4.0, 1.0, rng),
        "over-confident, 3 % wrong": lambda n, rng: _logits(n, 4.0, 1.5, 3.0, rng),
        "over-confident, 12 % wrong": lambda n, rng: _logits(n, 0.0, 4.0, 2.0, rng),
        "under-confident, 3 % wrong": lambda n, rng: _logits(n, 4.0, 1.5, 0.5, rng),
        "weak, calibrated": lambda n, rng: _logits(n, 0.0, 0.7, 1.0, rng),
        "weak, over-confident": lambda n, rng: _logits(n, 0.0, 1.0, 3.0, rng),
    }


def _logits(
    n: int, mean: float, spread: float, temperature: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    logit = np.abs(rng.normal(mean, spread, n))
    return 1 / (1 + np.exp(-temperature * logit)), 1 / (1 + np.exp(-logit))


def losses(n_runs: int, sizes: tuple[int, ...], *, is_short: bool) -> Iterator[Row]:
    """Brier score and log loss, of independent examples, clusters of ten and unequal weights."""
    for metric in ("brier", "log_loss"):
        for place, (name, model) in enumerate(models().items()):
            if is_short and place not in (1, 3, 8):
                continue
            truth = _truth(metric, model)
            for n in sizes:
                covered = simulate(metric, _draw(model, n), truth, n_runs, 0)
                yield Row(metric, f"n={n}, {name}", covered, n_runs, is_conservative=True)
            if not is_short or place == 1:
                yield from _complex(metric, name, model, truth, n_runs)


def _complex(metric: str, name: str, model: Model, truth: float, n_runs: int) -> Iterator[Row]:
    for n in (100, 300):
        drawn = simulate(metric, _clustered(model, n), truth, n_runs, 0)
        yield Row(f"{metric}, clusters of 10", f"n={n}, {name}", drawn, n_runs, is_conservative=True)
        weighted = simulate(metric, _draw(model, n), truth, n_runs, 0, lambda rng, gold: rng.lognormal(0, 1, len(gold)))
        yield Row(f"{metric}, unequal weights", f"n={n}, {name}", weighted, n_runs, is_conservative=True)


def _draw(model: Model, n: int) -> Callable[[np.random.Generator], Drawn]:
    def draw(rng: np.random.Generator) -> Drawn:
        confidence, chance = model(n, rng)
        return _answers(confidence, rng.random(n) >= chance, None)

    return draw


def _clustered(model: Model, n: int) -> Callable[[np.random.Generator], Drawn]:
    """Half of the examples of a cluster share its confidence and whether it is right."""

    def draw(rng: np.random.Generator) -> Drawn:
        n_clusters = n // SIZE_OF_CLUSTER
        own, shared = model(n, rng), model(n_clusters, rng)
        is_wrong = rng.random(n) >= own[1]
        clusters, is_shared = clusters_of(n), rng.random(n) < 0.5
        wrong_together = (rng.random(n_clusters) >= shared[1])[clusters]
        confidence = np.where(is_shared, shared[0][clusters], own[0])
        return _answers(confidence, np.where(is_shared, wrong_together, is_wrong), clusters)

    return draw


def _answers(confidence: np.ndarray, is_wrong: np.ndarray, clusters: np.ndarray | None) -> Drawn:
    scores = np.column_stack([confidence, 1 - confidence])
    return is_wrong.astype(np.int64), np.zeros(len(scores), dtype=np.int64), scores, clusters


def _truth(metric: str, model: Model) -> float:
    loss = find_metric(metric).of_scores
    assert loss is not None
    confidence, chance = model(_MANY, np.random.default_rng(0))
    scores, zeros = np.column_stack([confidence, 1 - confidence]), np.zeros(_MANY, dtype=np.int64)
    return float((chance * loss(zeros, scores) + (1 - chance) * loss(zeros + 1, scores)).mean())
