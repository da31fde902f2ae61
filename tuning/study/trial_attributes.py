"""Names of the user attributes that an attempt, and the study, carry."""

from collections.abc import Mapping
from typing import Any

from boletim.contracts.meaning import Reason, message

PLACE = "place"
"""Its place among the trials that count: unlike Optuna's number, a restart does not change it."""
STOPPED = "stopped"
CANDIDATE, CANDIDATE_INDEX, PARAMS = "candidate_model", "candidate_index", "params"
SECONDS, RESUMED_AT, ACCUMULATION, FULL_DISKS = "seconds", "resumed_at", "accumulation", "full_disks"
REASON, NOT_FINITE, OUT_OF_MEMORY = "reason", "not_finite", "out_of_memory"
BEST_STEP, STOPPED_EARLY = "best_step", "stopped_early"
LOSSES = "validation_losses"
"""At its evaluations, in their order."""
WHERE = "where"
"""The machine's mark and the device."""
SECOND = "second_objective"
CONSTRAINTS = "constraint_values"
"""Optuna's own word is taken by its sampler."""
WARM = "warm"
"""On the study: what a former one gave it to begin with."""
FIXED = "fixed"
"""On the study: how many trials, from the first on, had settings before it began."""
PRECISION = "precision"
"""On the study of a run folder: what `auto` came to when it began."""


def reason_of(attributes: Mapping[str, Any]) -> Reason | None:
    """Why an attempt ended as it did; None where it does not say. An earlier Boletim wrote a line, which is quoted."""
    written = attributes.get(REASON)
    return message(written) if written and isinstance(written, str) else Reason(**written) if written else None


def violation(attributes: Mapping[str, Any]) -> float:
    """Sum of a trial's violations; 0 where it keeps all constraints or there are none."""
    return float(sum(one["violation"] for one in attributes.get(CONSTRAINTS, [])))
