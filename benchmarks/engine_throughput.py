"""Trials an hour with 1, 2 and 4 workers on one PostgreSQL, each trial a sleep: what sharing a study costs.

`python benchmarks/worker_throughput.py URL` with an empty database's URL, such as postgresql+psycopg://user@host/db.

A trial sleeps for a second, reports two evaluations and leaves a small model, which is handed over when it is the
best; all else is the search's own work. Sleeping needs no processor, so that workers beyond the cores can be measured.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from chaos import TOPICS, make_data, make_model

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.results.search import CurvePoint
from boletim.tuning.search import run as search
from boletim.tuning.search.run import join_search
from boletim.tuning.training.checkpoint import LOGITS
from boletim.tuning.training.trial import TrialOutcome

N_TRIALS, SLEEP_S = 24, 1.0
search.LOOK_EVERY_S = 0.2


@contextmanager
def sleeping(n_processes: int) -> Iterator[Any]:
    """Stands where trials are trained."""

    def train(plan: Any, name: str, on_point: Any, progress: Any, stop: Any, resume: Path | None) -> TrialOutcome:
        value = plan.settings.learning_rate
        for step in (1, 2):
            time.sleep(SLEEP_S / 2)
            metrics = {"f1_macro": value}
            on_point(CurvePoint(step=step, epoch=step / 2, validation_loss=1.0, validation_metrics=metrics))
        place = plan.checkpoints / "checkpoint-2"
        place.mkdir(parents=True)
        (place / "model.safetensors").write_bytes(bytes(100_000))
        logits = np.zeros((len(plan.splits["validation"]), len(TOPICS)), dtype=np.float32)
        np.save(place / LOGITS, logits)
        return TrialOutcome(place, value, 2, False, logits)

    yield train


def hourly(url: str, n_workers: int, folder: Path, data: TuningData) -> float:
    """Trials an hour, from the first claim to the last worker's end."""
    config = RunConfig.model_validate(
        {
            "name": f"throughput-{n_workers}",
            "data": {"source": "none.csv", "text": "text", "label": "label"},
            "candidates": [str(folder / "one")],
            "tuning": {
                "trials": N_TRIALS,
                "search": {"learning_rate": [1e-4, 1e-2], "batch_size": 8, "epochs": 1},
                "pruner": "none",
                "storage": url,
                "artifacts": str(folder / "artifacts"),
            },
        }
    )
    begun, children = time.monotonic(), []
    for number in range(n_workers):
        own = folder / f"{n_workers}-{number}"
        own.mkdir()
        child = os.fork()
        if child == 0:
            try:
                join_search(config, data, own)
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    shutil.rmtree(folder / "artifacts", ignore_errors=True)
    return 3600 * N_TRIALS / (time.monotonic() - begun)


def main(url: str) -> None:
    search.training_in = sleeping
    data = TuningData(make_data(60, 1), make_data(30, 2), tuple(TOPICS), ())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        make_model(folder / "one", 1)
        alone = 0.0
        for n_workers in (1, 2, 4):
            rate = hourly(url, n_workers, folder, data)
            alone = alone or rate
            ideal = 3600 * n_workers / SLEEP_S
            print(
                f"{n_workers} workers: {rate:.0f} trials an hour, {rate / alone:.2f} x one worker, "
                f"{rate / ideal:.2f} of sleeping alone"
            )


if __name__ == "__main__":
    main(*sys.argv[1:2])
