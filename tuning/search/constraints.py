"""Measures of the validation data that steer a search beside its objective: constraints, and a second objective."""

import difflib
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from boletim.contracts.configuration.gates import BarConfig
from boletim.contracts.errors import ConfigError
from boletim.contracts.measure import Measure
from boletim.contracts.results.search import ConstraintValue
from boletim.contracts.sentence import Sentence

Judge = Callable[[np.ndarray], Mapping[str, Measure]]
"""From scores (n_validation, n_labels) to the audit's measures by id."""

_UNKNOWN = 1.0
"""Violation of a constraint whose measure these data cannot tell."""


def check_constraints(constraints: Sequence[BarConfig], judge: Judge, n: int, n_labels: int) -> None:
    """Fail before the first trial on a measure that the validation data do not have.

    Raises:
        ConfigError: No such measure; the nearest is named.
    """
    known = judge(np.full((n, n_labels), 1 / n_labels))
    for constraint in constraints:
        _find("tuning.constraints", constraint.measure, known)


def check_second(measure: str, judge: Judge, gold: np.ndarray, n_labels: int) -> bool:
    """Fail before the first trial on a second objective that cannot be one.

    Args:
        measure: Its id.
        judge: Of the validation data.
        gold: (n_validation,) true classes, or (n_validation, n_labels) of 0 and 1.
        n_labels: How many.

    Returns:
        Whether more of it is better.

    Raises:
        ConfigError: No such measure, one without a direction, or one that these data cannot tell of any model.
    """
    found = _find("tuning.objectives", measure, judge(np.full((len(gold), n_labels), 1 / n_labels)))
    if found.higher_is_better is None:
        raise ConfigError("objective_direction", measure=measure)
    perfect = np.eye(n_labels)[gold] if gold.ndim == 1 else gold.astype(float)
    if found.value is None and judge(perfect)[measure].value is None:
        raise ConfigError("objective_undefined", measure=measure, undefined_because=found.undefined_because)
    return found.higher_is_better


def _find(where: str, name: str, known: Mapping[str, Measure]) -> Measure:
    if name in known:
        return known[name]
    nearest = difflib.get_close_matches(name, list(known), n=1)
    hint = Sentence("errors.semicolon_did_you_mean", near=nearest[0]) if nearest else ""
    raise ConfigError("objective_unknown", where=where, name=name, hint=hint)


def judge_trial(constraints: Sequence[BarConfig], measured: Mapping[str, Measure]) -> tuple[ConstraintValue, ...]:
    """What a trial's model makes of each constraint, in their order.

    Args:
        constraints: Of the configuration.
        measured: From the judge.
    """
    made = []
    for constraint in constraints:
        found = measured[constraint.measure]
        bar = constraint.at_most if constraint.at_most is not None else constraint.at_least
        side = 1 if constraint.at_most is not None else -1
        excess = _UNKNOWN if found.value is None or bar is None else max(0.0, side * (found.value - bar))
        figure = {name: getattr(found, name) for name in ("value", "low", "high", "n")}
        made.append(ConstraintValue(**constraint.model_dump(), **figure, violation=excess))
    return tuple(made)
