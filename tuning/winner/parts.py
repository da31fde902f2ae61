"""A training of a trial's settings again: what is wanted, and what is done."""

from dataclasses import dataclass
from pathlib import Path

from boletim.contracts.results.search import CurvePoint
from boletim.tuning.training.plan import TrialOutcome


@dataclass(frozen=True)
class Part:
    """One refit that is wanted."""

    share: float
    """Of the training split, in (0, 1]."""
    seed: int
    """Of the examples taken and of the training; larger parts with the same seed hold the smaller ones."""


@dataclass(frozen=True)
class Refit:
    """One that is done."""

    part: Part
    n_train: int
    model: Path
    """Its folder, which is removed afterwards."""
    n_parameters: int
    outcome: TrialOutcome
    points: tuple[CurvePoint, ...]
