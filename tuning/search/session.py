"""What the trials of a search share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import optuna

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.protocols import Progress
from boletim.contracts.results.search import CurvePoint, SearchStatus
from boletim.contracts.sentence import Sentence
from boletim.engine.engine import Engine
from boletim.engine.floor import Floor
from boletim.tuning.prompted.plan import PromptPlan
from boletim.tuning.prompted.settings import PromptSettings
from boletim.tuning.search.constraints import Judge
from boletim.tuning.search.draws import AnySettings
from boletim.tuning.task import Task
from boletim.tuning.training.best_model import checkpoints_folder
from boletim.tuning.training.mitigations import training_rows
from boletim.tuning.training.plan import TrialOutcome, TrialPlan
from boletim.tuning.training.stop import StopFlag

_SAMPLE_AT_LEAST, _SAMPLE_AT_MOST = 100, 400
"""Training texts measured at each evaluation: half as many as validation texts, so that the standard error of the gap
between the two is sqrt(3 / n) instead of sqrt(2 / n) of a text's own deviation, 22 % more for a quarter of the texts
less; and no more than 400, whose share of right answers has a standard error of at most 0.025, half of the smallest gap
that the curve's rules tell from none (0.05)."""


def show_nothing(status: SearchStatus) -> None:
    """Where nobody looks."""


@dataclass(frozen=True)
class Session:
    """What stays the same from trial to trial."""

    config: RunConfig
    data: TuningData
    folder: Path
    task: Task
    study: optuna.Study
    token: str
    """Marks what this study made."""
    candidates: dict[int, Any]
    """Opened candidates by their position in the configuration."""
    excluded: dict[int, str]
    """Why the others cannot be loaded."""
    progress: Progress
    say: Callable[[str], None]
    stop: StopFlag
    show: Callable[[SearchStatus], None]
    """Given how the search stands, at each trial's start, evaluations and end."""
    engine: Engine
    """Does the trainings, here or elsewhere."""
    floor: Floor
    """Whoever touches the study or the screen has it; it is left while a training or a moment is waited for."""
    train: Callable[..., TrialOutcome]
    """Trains, or asks, on that engine."""
    judge: Judge | None = None
    """Measures a model on the validation data for constraints and a second objective; None without both."""
    splits: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Token ids by candidate, made when first needed and kept for the search."""

    def pause(self, seconds: float) -> None:
        """Wait that long while others have the floor, or raise StopRequest as soon as a stop is asked for."""
        with self.floor.left():
            self.stop.wait(seconds)

    @property
    def n_train_sample(self) -> int:
        """Texts of the training split on which its own figures are measured."""
        n_train, n_validation = len(self.data.train), len(self.data.validation)
        return min(n_train, max(_SAMPLE_AT_LEAST, n_validation // 2), _SAMPLE_AT_MOST)

    def splits_of(self, candidate: int) -> dict[str, Any]:
        """The candidate's token ids."""
        if candidate not in self.splits:
            rows = np.random.default_rng(self.config.seed).permutation(len(self.data.train))[: self.n_train_sample]
            self.splits[candidate] = self.task.tokenise(
                self.candidates[candidate], self.data, np.sort(rows), self.progress
            )
        return self.splits[candidate]

    def plan_of(self, place: int, settings: AnySettings, accumulation: int) -> TrialPlan | PromptPlan:
        """All that a training, or an asking, of this place depends on."""
        if isinstance(settings, PromptSettings):
            return PromptPlan(
                task=self.task,
                candidate=self.candidates[settings.candidate],
                data=self.data,
                settings=settings,
                objective=self.config.tuning.objective,
                seed=self.config.seed,
                level=self.config.audit.level,
                checkpoints=checkpoints_folder(self.folder, place),
            )
        splits = self.splits_of(settings.candidate)
        return TrialPlan(
            task=self.task,
            candidate=self.candidates[settings.candidate],
            splits=splits | {"train": training_rows(splits, self.data, settings)},
            settings=settings,
            tuning=self.config.tuning,
            seed=self.config.seed,
            checkpoints=checkpoints_folder(self.folder, place),
            owner={"study": self.token, "place": place, "candidate": settings.candidate, "params": settings.params()},
            name=f"{self.config.name} trial {place}",
            logs=self.folder / "logs" / f"{place:04d}",
            accumulation=accumulation,
        )

    def try_out(
        self,
        plan: TrialPlan | PromptPlan,
        name: str,
        on_point: Callable[[CurvePoint], bool],
        resume: Path | None = None,
    ) -> TrialOutcome:
        """Train, or ask, as the plan says."""
        said = name if isinstance(plan, PromptPlan) else Sentence("terminal.progress.steps", said=name)
        return self.train(plan, said, on_point, self.progress, self.stop, resume)

    def exclude(self, candidate: int, reason: str) -> None:
        """Try this candidate no more."""
        self.candidates.pop(candidate, None)
        self.splits.pop(candidate, None)
        self.excluded[candidate] = reason
