"""Constraints of a search: measures that the winner must keep on validation data, beside its objective."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from boletim.contracts.bars import BarConfig
from boletim.contracts.errors import ConfigError
from boletim.contracts.search import ConstraintValue
from tuning.marks import CONSTRAINTS

Judge = Callable[[np.ndarray], Mapping[str, float | None]]
"""From scores (n_validation, n_labels) to measures by id; a measure that cannot be told is None."""

_UNKNOWN = 1.0
"""Violation of a constraint whose measure these data cannot tell."""


def check_constraints(constraints: Sequence[BarConfig], judge: Judge, n: int, n_labels: int) -> None:
    """Fail before the first trial on a measure that the validation data do not have.

    Raises:
        ConfigError: No such measure; the nearest is named.
    """
    known = judge(np.full((n, n_labels), 1 / n_labels))
    for constraint in constraints:
        if constraint.measure not in known:
            nearest = difflib.get_close_matches(constraint.measure, list(known), n=1)
            hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
            raise ConfigError(
                f"tuning.constraints names measures of the validation data, {constraint.measure!r} is none{hint}"
            )


def judge_trial(constraints: Sequence[BarConfig], measured: Mapping[str, float | None]) -> tuple[ConstraintValue, ...]:
    """What a trial's model makes of each constraint, in their order.

    Args:
        constraints: Of the configuration.
        measured: From the judge.
    """
    made = []
    for constraint in constraints:
        value = measured.get(constraint.measure)
        bar = constraint.at_most if constraint.at_most is not None else constraint.at_least
        side = 1 if constraint.at_most is not None else -1
        excess = _UNKNOWN if value is None or bar is None else max(0.0, side * (value - bar))
        made.append(ConstraintValue(**constraint.model_dump(), value=value, violation=excess))
    return tuple(made)


def violation(attributes: Mapping[str, Any]) -> float:
    """Sum of a trial's violations; 0 where it keeps all constraints or there are none."""
    return float(sum(one["violation"] for one in attributes.get(CONSTRAINTS, [])))
