"""Coverage of every clustered figure that is not a metric of its own: thresholds, scoring rates, baseline, costs, AUCs
against the background, and two models compared; clusters of ten with a correlation of 0.2.
"""

from collections.abc import Iterator

import numpy as np
from scipy import stats
from simulated import CONFIG, ICC, SIZE_OF_CLUSTER, Row, clusters_of, hits

from boletim.audit.comparison.two_models import compare
from boletim.audit.run import audit
from boletim.contracts.answers.one_label import Predictions

_COSTS = {"no>yes": 1.0, "yes>no": 5.0}
_RECALL, _FALSE_ALARM, _SHARE, _NEWER, _DISTANCE = 0.9, 0.1, 0.3, 0.6, 1.0
"""Of the model, the rarer class, the newer model where it answers anew, and between the classes' scores."""


def clustered_figures(n_runs: int, numbers: tuple[int, ...]) -> Iterator[Row]:
    """One row per figure and number of clusters."""
    for n_clusters in numbers:
        n_held: dict[str, list[bool]] = {}
        for run in range(n_runs):
            rng = np.random.default_rng([n_clusters, run])
            for name, (low, high, truth) in {**_of_answers(n_clusters, rng), **_of_scores(n_clusters, rng)}.items():
                n_held.setdefault(name, []).append(low - 1e-12 <= truth <= high + 1e-12)
        for name, held in n_held.items():
            setting = f"{n_clusters} clusters of {SIZE_OF_CLUSTER}"
            yield Row(f"clustered {name}", setting, float(np.mean(held)), len(held), is_conservative=True)


def _of_answers(n_clusters: int, rng: np.random.Generator) -> dict[str, tuple[float, float, float]]:
    """Baseline, costs and thresholds of a classifier, and its comparison with another."""
    n = n_clusters * SIZE_OF_CLUSTER
    gold = hits(n, _SHARE, True, rng).astype(np.int64)
    is_right = hits(n, _RECALL, True, rng)
    said = np.where(is_right, gold, 1 - gold)
    newer = np.where(hits(n, 0.5, True, rng), said, np.where(hits(n, _NEWER, True, rng), gold, 1 - gold))
    scores = np.column_stack([1.0 - said, said]) * 0.9 + 0.05
    clusters = clusters_of(n)
    ids = np.arange(n).astype(object)
    made = Predictions(ids, gold, said, ("no", "yes"), scores, clusters=clusters)
    config = CONFIG.model_copy(update={"costs": _COSTS, "bootstrap": 100})
    found = {m.id: m for m in audit(made, config, seed=1, baseline=("no",)).measures}
    found |= {m.id: m for m in compare(made, Predictions(ids, gold, newer, ("no", "yes")), n_draws=200)}
    wrong = 1 - _RECALL
    truths = {
        "baseline_accuracy": 1 - _SHARE,
        "accuracy_over_baseline": _RECALL - (1 - _SHARE),
        "expected_cost": wrong * ((1 - _SHARE) * 1 + _SHARE * 5),
        "recall_at_threshold{class=yes,threshold=0.5}": _RECALL,
        "false_positive_rate_at_threshold{class=yes,threshold=0.5}": wrong,
        "selection_rate_at_threshold{class=yes,threshold=0.5}": _SHARE * _RECALL + (1 - _SHARE) * wrong,
        "accuracy_change": 0.5 * (_NEWER - _RECALL),
        "recall_change{class=yes}": 0.5 * (_NEWER - _RECALL),
    }
    return _limits(found, truths)


def _of_scores(n_clusters: int, rng: np.random.Generator) -> dict[str, tuple[float, float, float]]:
    """Scoring rates and AUCs against the background, of two groups that score alike; a cluster is of one group."""
    n = n_clusters * SIZE_OF_CLUSTER
    gold = (rng.random(n) < _SHARE).astype(np.int64)
    shared = rng.normal(size=n_clusters)[clusters_of(n)]
    score = stats.norm.cdf(_DISTANCE * gold + np.sqrt(ICC) * shared + np.sqrt(1 - ICC) * rng.normal(size=n))
    group = np.where(clusters_of(n) % 2, "a", "b").astype(object)
    scores = np.column_stack([1 - score, score])
    made = Predictions(
        np.arange(n).astype(object), gold, gold, ("no", "yes"), scores, groups={"g": group}, clusters=clusters_of(n)
    )
    config = CONFIG.model_copy(update={"bootstrap": 100})
    found = {m.id: m for m in audit(made, config, seed=1).measures}
    area = float(stats.norm.cdf(_DISTANCE / np.sqrt(2)))
    truths = {
        "scoring_rate{class=yes,g=a}": 0.5,
        "bpsn_auc{class=yes,g=a}": area,
        "bnsp_auc{class=yes,g=a}": area,
        "negative_aeg{class=yes,g=a}": 0.0,
        "positive_aeg{class=yes,g=a}": 0.0,
    }
    return _limits(found, truths)


def _limits(found: dict[str, object], truths: dict[str, float]) -> dict[str, tuple[float, float, float]]:
    known = {name: found[name] for name in truths}
    return {name: (m.low, m.high, truths[name]) for name, m in known.items() if m.low is not None}  # type: ignore
