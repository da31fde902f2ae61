"""The chosen setting trained under each mitigation, and what each model says of some texts; all of it kept.

What is finished is never done again: a training goes on from its checkpoint, a model's scores are read from their file,
and only a model whose scores are wanted and not there is trained once more.
"""

import json
import os
import shutil
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from boletim.app.run import Run
from boletim.app.stages.search_result import trained_as
from boletim.app.stages.swapped_texts import Scores, Texts, with_swapped_texts
from boletim.contracts.configuration.mitigations import ERASE, NONE, Mitigations, params_under
from boletim.contracts.corpus import TEXT, TuningData
from boletim.contracts.errors import BoletimError
from boletim.contracts.files.atomic import write_with
from boletim.contracts.files.run_folder import key_of
from boletim.contracts.results.search import SearchResult, TrialRecord
from boletim.contracts.sentence import Sentence

if TYPE_CHECKING:
    from boletim.models.classifier import TextClassifier
    from boletim.tuning.winner.parts import Refit

_FOLDER = "mitigations"
_FIRST_SEED = 2_000
"""Added to the run's seed, away from the seeds of other refits."""


class NotTrainedError(BoletimError):
    """A setting could not be trained under a mitigation."""


class MitigatedModels:
    """Trainings of one chosen setting, a folder for each mitigation."""

    def __init__(self, run: Run, search: SearchResult, data: TuningData) -> None:
        """Find what there is; what another setting left is removed.

        Args:
            run: With `mitigations`.
            search: Whose best trial's settings are trained.
            data: Train and validation splits.
        """
        assert run.config.mitigations is not None
        self.wanted: Mitigations = run.config.mitigations
        self.data = with_swapped_texts(data, run.config)
        self._run, self._search = run, search
        self._own = self._folder()

    @property
    def seeds(self) -> list[int]:
        """Of the trainings, the same for every mitigation."""
        return [self._run.config.seed + _FIRST_SEED + turn for turn in range(self.wanted.seeds)]

    @cached_property
    def trial(self) -> TrialRecord:
        """The chosen one."""
        return next(one for one in self._search.trials if one.number == self._search.best_trial)

    def scores(self, name: str, texts: Texts) -> list[Scores]:
        """What the models of a mitigation say of some texts, by seed.

        Raises:
            NotTrainedError: One could not be trained.
            ModelError: The candidate cannot be loaded any more, or has no layer to erase from.
            StopRequest: The process was asked to stop; what there is is kept.
        """
        files = {seed: self._own / name / f"{texts.split}-{seed}.npz" for seed in self.seeds}
        missing = [seed for seed, path in files.items() if not path.exists()]
        self.train(name, missing)
        for seed in missing:
            classifier = self.classifier(name, seed)
            say = self._run.terminal.progress
            plain, swapped = (
                classifier.predict_scores(list(frame[TEXT]), say).astype(np.float32)
                for frame in (texts.frame, texts.copies)
            )
            write_with(files[seed], _writer({"plain": plain, "swapped": swapped}))
        return [_read(path) for path in files.values()]

    def train(self, name: str, seeds: list[int]) -> None:
        """See that the weights of these seeds are there; raises what `scores` raises."""
        missing = [seed for seed in seeds if not self.weights(name, seed).is_dir()]
        if not missing:
            return
        if name == ERASE:
            self.train(NONE, missing)
            for seed in missing:
                self._erase(seed)
            return
        from boletim.tuning.winner.parts import Part
        from boletim.tuning.winner.refit import refit_parts

        say, own = self._run.terminal.say, self._own / name
        record = self.trial.model_copy(update={"params": params_under(name, self.trial.params)})
        parts = [Part(1.0, seed) for seed in missing]
        n_failed = refit_parts(
            trained_as(self._run.config, self._search),
            self.data,
            record,
            parts,
            own / "training",
            lambda refit: _keep(own, refit),
            lambda line: say(Sentence("terminal.stage.told", name=name, said=line)),
            self._run.terminal.progress,
        )
        if n_failed:
            raise NotTrainedError("trainings_failed", n_failed=n_failed, n_seeds=len(seeds), name=name)

    def classifier(self, name: str, seed: int) -> "TextClassifier":
        """A model whose weights are there."""
        from boletim.models.load import load_classifier

        loaded = load_classifier(str(self.weights(name, seed)), max_length=self._search.model.max_length)
        return cast("TextClassifier", loaded)  # what is only asked is not mitigated

    def weights(self, name: str, seed: int) -> Path:
        """Where a model lies, if it does."""
        return self._own / name / f"model-{seed}"

    def run_file(self, name: str, seed: int) -> Path:
        """How a training went; a model without a group is one of `none`."""
        return self._own / (NONE if name == ERASE else name) / f"{seed}.json"

    def readings(self) -> dict[str, tuple[list[str], list[tuple[np.ndarray, np.ndarray]]]]:
        """By group column the groups' names and, by seed, what a linear reader made of the validation texts."""
        files = [self._own / ERASE / f"leakage-{seed}.npz" for seed in self.seeds]
        found: dict[str, tuple[list[str], list[tuple[np.ndarray, np.ndarray]]]] = {}
        for path in files:
            with np.load(path, allow_pickle=False) as kept:
                for place, (column, names) in enumerate(json.loads(str(kept["names"])).items()):
                    own = found.setdefault(column, (names, []))[1]
                    own.append((kept[f"before-{place}"], kept[f"after-{place}"]))
        return found

    def drop_weights(self) -> None:
        """Remove all weights; the scores stay."""
        for path in self._own.glob("*/*model*"):
            shutil.rmtree(path)

    def _erase(self, seed: int) -> None:
        from boletim.tuning.training.erase import erase_groups

        target = self.weights(ERASE, seed)
        part = target.with_name(f".model-{seed}.part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(self.weights(NONE, seed), part)
        self._run.terminal.say(Sentence("terminal.mitigation.erased", seed=seed))
        readings = erase_groups(self.classifier(NONE, seed), self.data, part, self._run.terminal.progress)
        arrays = {"names": np.array(json.dumps({column: one.names for column, one in readings.items()}))}
        for place, one in enumerate(readings.values()):
            arrays |= {f"before-{place}": one.before, f"after-{place}": one.after}
        write_with(self._own / ERASE / f"leakage-{seed}.npz", _writer(arrays))
        os.rename(part, target)

    def _folder(self) -> Path:
        tuning, base = self._run.config.tuning, self._run.folder.path / _FOLDER
        key = key_of(
            self.trial.candidate,
            params_under(NONE, self.trial.params),
            self._run.folder.earlier_key("prepare"),
            [self._run.config.seed, self._run.config.language, self._search.precision],
            tuning.model_dump(mode="json", include={"objective", "early_stopping", "evaluations_per_epoch"}),
        )
        for other in base.iterdir() if base.is_dir() else ():
            if other.name != key[:16]:
                shutil.rmtree(other)
        return base / key[:16]


def _keep(own: Path, refit: "Refit") -> None:
    from boletim.tuning.winner.kept_runs import keep_run, keep_weights

    keep_run(own, refit)
    keep_weights(own, refit)


def _writer(arrays: dict[str, np.ndarray]) -> Callable[[Path], None]:
    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]

    return write


def _read(path: Path) -> Scores:
    with np.load(path, allow_pickle=False) as kept:
        return Scores(kept["plain"].astype(np.float64), kept["swapped"].astype(np.float64))
