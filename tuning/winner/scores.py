"""What the objective says of a model on the validation data, as measures."""

from collections.abc import Callable
from functools import partial

import numpy as np

from boletim.contracts.configuration import RunConfig
from boletim.contracts.meaning import Reason
from boletim.contracts.measure import Measure, measure_id
from boletim.contracts.method import BOOTSTRAP, Method
from boletim.contracts.results.search import SearchResult
from boletim.tuning.search.winners_curse import score_limits


def validation_scores(
    search: SearchResult,
    value: float | None,
    logits: np.ndarray | None,
    gold: np.ndarray,
    score: Callable[[np.ndarray, np.ndarray], float],
    config: RunConfig,
    uncorrected: Reason | None = None,
) -> list[Measure]:
    """`validation_score` of a model as it is; and the corrected one without a value, where there is a reason.

    Args:
        search: Whose objective it is.
        value: Of the objective; None where none was reported.
        logits: (n_validation, n_labels) of the model; None where they are not known.
        gold: True classes, as the task has them.
        score: Of logits and true classes.
        config: The run's.
        uncorrected: Why there is no corrected score.
    """
    level = config.audit.level
    limits = score_limits(logits, gold, score, config.seed, level) if logits is not None else None
    make = partial(score_measure, search, level, len(gold))
    made = [make("validation_score", value, limits, BOOTSTRAP, Reason.of("trial_without_score"))]
    return [*made, make("validation_score_corrected", None, None, None, uncorrected)] if uncorrected else made


def score_measure(
    search: SearchResult,
    level: float,
    n: int,
    metric: str,
    value: float | None,
    limits: tuple[float, float] | None,
    method: Method | None,
    undefined: Reason | None,
) -> Measure:
    """One score of a model on the validation data, as the objective measures it."""
    scope = {"metric": search.objective}
    is_known = value is not None and limits is not None
    return Measure(
        id=measure_id(metric, scope),
        metric=metric,
        value=value,
        low=min(limits[0], value) if value is not None and limits is not None else None,
        high=max(limits[1], value) if value is not None and limits is not None else None,
        level=level if is_known else None,
        n=n,
        unit="score",
        higher_is_better=search.higher_is_better,
        scope=scope,
        method=method if is_known else None,
        undefined_because=undefined if value is None else None,
    )
