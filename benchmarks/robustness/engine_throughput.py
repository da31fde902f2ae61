"""Trials an hour with 1, 2 and 4 workers of Ray on this machine against one after the other in this process.

A trial sleeps for two seconds, reports two evaluations and leaves a small model; all else is the search's own work.
Sleeping needs no processor, so that workers beyond the cores can be measured. The first trial of each worker is not
counted, in which it imports what it needs: a night has hundreds. Needs `pip install 'boletim[ray]'`.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path

os.environ |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}

import numpy as np
from chaos import TOPICS, make_data, make_model

from boletim.contracts.configuration import CandidateConfig, RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.results.search import CurvePoint
from boletim.models.quiet import quiet_transformers
from boletim.tuning.search.run import run_search
from boletim.tuning.tasks.text_classification import TASK
from boletim.tuning.training import on_engine
from boletim.tuning.training.checkpoint import LOGITS
from boletim.tuning.training.plan import TrialOutcome

N_TRIALS, SLEEP_S = 32, 2.0


class Sleeping(on_engine._Trial):
    """Stands where a trial is trained."""

    def __call__(self, line):
        """Sleep instead."""
        value = self.plan.settings.learning_rate
        for step in (1, 2):
            time.sleep(SLEEP_S / 2)
            metrics = {"f1_macro": value}
            line.ask(CurvePoint(step=step, epoch=step / 2, validation_loss=1.0, validation_metrics=metrics))
        place = self.plan.checkpoints / "checkpoint-2"
        shutil.copytree(self.plan.checkpoints.parents[3] / "trained", place)
        logits = np.zeros((len(self.plan.splits["validation"]), len(TOPICS)), dtype=np.float32)
        np.save(place / LOGITS, logits)
        return TrialOutcome(place, value, 2, False, logits)


def hourly(n_workers: int | None, folder: Path, data: TuningData) -> float:
    """Trials an hour, once each worker has ended its first; None is this process."""
    own = folder / f"run-{n_workers}"
    own.mkdir()
    tuning = {
        "trials": N_TRIALS,
        "search": {"learning_rate": [1e-4, 1e-2], "batch_size": 8, "epochs": 1},
        "pruner": "none",
        "precision": "fp32",
        "parallel": n_workers or 1,
        "cluster": "local" if n_workers == 1 else None,  # one at a time needs no Ray where none is named
    }
    config = RunConfig.model_validate(
        {
            "name": "throughput",
            "data": {"source": "none.csv", "text": "text", "label": "label"},
            "candidates": [str(folder / "one")],
            "tuning": tuning,
        }
    )
    run_search(config, data, own)
    ends = sorted(path.stat().st_mtime for path in own.glob("trials/*/validation_logits.npy"))[(n_workers or 1) - 1 :]
    return 3600 * (len(ends) - 1) / (ends[-1] - ends[0])


def main() -> None:
    on_engine._Trial = Sleeping
    data = TuningData(make_data(60, 1), make_data(30, 2), tuple(TOPICS), ())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        one = TASK.open_candidate(CandidateConfig(model=str(make_model(folder / "one", 1))), data.labels)
        with quiet_transformers():
            TASK.build_model(one).save_pretrained(folder / "trained")
            one.tokenizer.save_pretrained(folder / "trained")
        alone = hourly(None, folder, data)
        print(f"this process: {alone:.0f} trials an hour, {alone * SLEEP_S / 3600:.2f} of sleeping alone", flush=True)
        for n_workers in (1, 2, 4):
            rate = hourly(n_workers, folder, data)
            print(f"{n_workers} workers: {rate:.0f} trials an hour, {rate / alone:.2f} x this process", flush=True)


if __name__ == "__main__":
    main()
