"""Scoring 4,000 texts with two workers of Ray on this machine against one process, each with one thread.

`python benchmarks/engine_scoring.py [CSV TEXT]` prints the time of both, medians of three rounds in turn, and the
largest difference of a probability. Starting Ray and its workers is not counted, it is printed. Texts and model are
those of `scoring.py`. Needs `pip install 'boletim[ray]'`.
"""

import os
import statistics
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

os.environ |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}

import numpy as np
import scoring
import torch

from boletim.engine.on_ray import ray_engine
from boletim.models.load import load_classifier
from boletim.models.workers.scoring import SharedClassifier, SharedModel

N_TEXTS, N_WORKERS, N_ROUNDS = 4_000, 2, 3


def main() -> None:
    torch.set_num_threads(1)
    scoring.N_TEXTS = N_TEXTS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        texts, model = scoring.read_texts(folder), scoring.make_model(folder / "model")
        own = load_classifier(str(model))
        begun = time.perf_counter()
        with ray_engine(None, N_WORKERS, 1, "benchmark", lambda error: 0) as engine:
            shared = SharedClassifier(own, SharedModel(model, "benchmark"), lambda: nullcontext(engine))
            scored = shared.predict_scores(texts)
            print(
                f"first time, with the start of Ray and of its workers: {time.perf_counter() - begun:.1f} s", flush=True
            )
            alone, together = [], []
            for _ in range(N_ROUNDS):
                begun = time.perf_counter()
                expected = own.predict_scores(texts)
                alone.append(time.perf_counter() - begun)
                begun = time.perf_counter()
                scored = shared.predict_scores(texts)
                together.append(time.perf_counter() - begun)
                print(f"one {alone[-1]:.1f} s, two {together[-1]:.1f} s", flush=True)
    difference = np.abs(scored - expected).max()
    ratio = statistics.median(alone) / statistics.median(together)
    print(f"{len(texts)} texts, {N_WORKERS} workers: {ratio:.2f} x one process, probabilities within {difference:.1e}")


if __name__ == "__main__":
    main()
