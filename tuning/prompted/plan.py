"""What a trial of a prompted candidate needs."""

from dataclasses import dataclass
from pathlib import Path

from boletim.contracts.corpus import TuningData
from boletim.tuning.prompted.candidate import PromptedCandidate
from boletim.tuning.prompted.settings import PromptSettings
from boletim.tuning.task import Task


@dataclass(frozen=True)
class PromptPlan:
    """All that decides how a trial goes."""

    task: Task
    candidate: PromptedCandidate
    data: TuningData
    settings: PromptSettings
    objective: str
    seed: int
    level: float
    checkpoints: Path
    """Folder for the trial's model."""
