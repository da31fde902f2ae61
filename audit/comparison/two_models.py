"""Two models on the same examples: what changed, with paired intervals and tests.

References:
    McNemar (1947), Psychometrika 12:153; Fagerland, Lydersen and Laake (2013), The McNemar test for binary
    matched-pairs data: mid-p and asymptotic are better than exact conditional, BMC Medical Research Methodology 13:91;
    Newcombe (1998), Statistics in Medicine 17:2635, method 10 (paired difference); Efron and Tibshirani (1993), ch. 8.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from boletim.audit.metrics.overall.f1_macro import f1_macro
from boletim.audit.statistics.bootstrap import percentiles
from boletim.audit.statistics.clustered_limits import paired_limits
from boletim.audit.statistics.effective_share import effective_share
from boletim.audit.statistics.homogeneity import mcnemar_mid
from boletim.audit.statistics.multiplicity import benjamini_hochberg
from boletim.audit.tally.clusters import ClusterDraws, as_counts, indicators
from boletim.contracts.errors import InputError
from boletim.contracts.examples import Answers
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import BOOTSTRAP_EFFECTIVE, NEWCOMBE, NEWCOMBE_EFFECTIVE, PAIRED, PAIRED_BOOTSTRAP
from boletim.contracts.name_order import in_order

_NUMBERS_AT_ONCE = 5_000_000


@dataclass(frozen=True)
class Pair:
    """Two models' answers to the same examples, in one order and with one list of labels."""

    labels: tuple[str, ...]
    gold: np.ndarray
    first: np.ndarray
    second: np.ndarray
    clusters: np.ndarray | None


def compare(
    first: Answers, second: Answers, *, level: float = 0.95, n_draws: int = 2000, seed: int = 13
) -> tuple[Measure, ...]:
    """`accuracy_change`, `f1_macro_change` and `recall_change` of each class: second minus first, paired.

    Accuracy and recalls have Newcombe's paired interval and McNemar's mid-p, with q over all of them; macro F1 has a
    paired bootstrap of examples and no test. Where these come in clusters, the intervals are of as many examples as the
    clusters are worth, and nothing is tested.

    Args:
        first: The older predictions.
        second: The newer ones, of the same examples in any order.
        level: Confidence level in (0, 1).
        n_draws: Number of replicates.
        seed: Of the replicates.

    Returns:
        Accuracy, macro F1, then recalls by label; a class without examples has no value.

    Raises:
        InputError: The two are not of the same examples, or the true classes differ.
    """
    pair = match(first, second)
    rng = np.random.default_rng(seed)
    draws = ClusterDraws(pair.clusters, n_draws, rng) if pair.clusters is not None else None
    made = [_shares("accuracy_change", {}, pair, np.ones(len(pair.gold), dtype=bool), level, draws)]
    made.append(_macro_change(pair, level, n_draws, rng, draws))
    for c, label in enumerate(pair.labels):
        made.append(_shares("recall_change", {"class": label}, pair, pair.gold == c, level, draws))
    tested = [i for i, measure in enumerate(made) if measure.p is not None]
    q_values = benjamini_hochberg([p for i in tested if (p := made[i].p) is not None])
    for i, q in zip(tested, q_values, strict=True):
        made[i] = made[i].model_copy(update={"q": float(q)})
    return tuple(made)


def match(first: Answers, second: Answers) -> Pair:
    """Bring two predictions of the same examples into one order.

    Raises:
        InputError: An id occurs twice, or in one only; or an example has another true class.
    """
    ids = [[str(i) for i in one.ids] for one in (first, second)]
    if any(len(set(one)) < len(one) for one in ids):
        raise InputError("ids_twice")
    alone = set(ids[0]) ^ set(ids[1])
    if alone:
        raise InputError("ids_alone", n_alone=len(alone), alone=min(alone))
    place = {name: i for i, name in enumerate(ids[1])}
    order = np.array([place[name] for name in ids[0]], dtype=np.int64)
    labels = in_order([*first.labels, *second.labels])
    codes = [np.array([labels.index(label) for label in one.labels], dtype=np.int64) for one in (first, second)]
    gold = codes[0][first.gold]
    n_other = int((gold != codes[1][second.gold][order]).sum())
    if n_other:
        raise InputError("labels_differ", n_other=n_other)
    clusters = first.clusters
    if clusters is None and second.clusters is not None:
        clusters = second.clusters[order]
    return Pair(labels, gold, codes[0][first.predicted], codes[1][second.predicted][order], clusters)


def _shares(
    metric: str, scope: dict[str, str], pair: Pair, rows: np.ndarray, level: float, draws: ClusterDraws | None
) -> Measure:
    was, now = (answer[rows] == pair.gold[rows] for answer in (pair.first, pair.second))
    n, lost, won = int(rows.sum()), int((was & ~now).sum()), int((now & ~was).sum())
    made = Measure(
        id=measure_id(metric, scope),
        metric=metric,
        value=(won - lost) / n if n else None,
        n=n,
        unit="difference",
        higher_is_better=True,
        scope=scope,
        undefined_because=None if n else Reason.of("no_example_of_class"),
    )
    if not n:
        return made
    low, high = paired_limits(now, was, None if draws is None else draws.codes[rows], level)
    made = made.model_copy(update={"low": low, "high": high, "level": level, "method": NEWCOMBE + PAIRED})
    if draws is not None:
        return made.model_copy(update={"method": NEWCOMBE_EFFECTIVE + PAIRED})
    return made.model_copy(update={"p": mcnemar_mid(won, lost)})


def _macro_change(
    pair: Pair, level: float, n_draws: int, rng: np.random.Generator, draws: ClusterDraws | None
) -> Measure:
    k, share = len(pair.labels), 1.0
    columns = _columns(pair.gold, pair.first, pair.second, k)
    value = float(_change(columns.sum(axis=0), k)[0])
    if draws is not None:
        share = effective_share(lambda sums: _change(sums, k), columns, draws.codes, level)
    replicates, centre = _redrawn(pair, n_draws, rng, share)
    low, high = percentiles(replicates + 2 * (centre - replicates.mean()), level)
    return Measure(
        id="f1_macro_change",
        metric="f1_macro_change",
        value=value,
        low=max(min(low, value), -1.0),
        high=min(max(high, value), 1.0),
        level=level,
        n=len(pair.gold),
        unit="difference",
        higher_is_better=True,
        method=PAIRED_BOOTSTRAP if draws is None else BOOTSTRAP_EFFECTIVE + PAIRED,
    )


def _redrawn(pair: Pair, n_draws: int, rng: np.random.Generator, share: float) -> tuple[np.ndarray, float]:
    """(n_draws,) changes of macro F1 with a share of the examples drawn again, and where they are centred.

    One pseudo-example that only the first answers rightly, and one that only the second does, are shared by the
    classes, so that two models that never differ do not differ by exactly nothing.
    """
    found, n_found = np.unique(np.column_stack([pair.gold, pair.first, pair.second]), axis=0, return_counts=True)
    k, present = len(pair.labels), np.unique(pair.gold)
    other = (present + 1) % k
    pseudo = [np.column_stack([present, present, other]), np.column_stack([present, other, present])]
    weights = np.concatenate([n_found * share, np.full(2 * len(present), 1 / len(present))])
    gold, first, second = np.vstack([found, *pseudo]).T
    columns = _columns(gold, first, second, k)
    n, chances = max(round(len(pair.gold) * share), 1), weights / weights.sum()
    at_once = max(1, _NUMBERS_AT_ONCE // len(chances))
    sizes = [min(at_once, n_draws - start) for start in range(0, n_draws, at_once)]
    drawn = [_change(rng.multinomial(n, chances, size=size) @ columns, k) for size in sizes]
    return np.concatenate(drawn), float(_change(n * chances[None, :] @ columns, k)[0])


def _columns(gold: np.ndarray, first: np.ndarray, second: np.ndarray, k: int) -> sparse.csr_matrix:
    """What each row adds to the counts of the first model and of the second, side by side."""
    return sparse.hstack([indicators(gold, answer, k) for answer in (first, second)], format="csr")


def _change(sums: np.ndarray, k: int) -> np.ndarray:
    was, now = (f1_macro(as_counts(part, k)) for part in np.split(np.asarray(sums), 2, axis=1))
    return np.asarray(now - was)
