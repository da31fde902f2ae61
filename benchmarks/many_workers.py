"""Four workers on one study in a database; two are killed; nothing may be lost or doubled.

`python benchmarks/many_workers.py URL` with an empty database's URL, such as postgresql+psycopg://user@host/db.
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import optuna
from chaos import TOPICS, make_data, make_model
from sklearn.metrics import f1_score

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.models.load import load_classifier
from boletim.tuning.search import run as search
from boletim.tuning.search.run import join_search, run_search
from boletim.tuning.study import heartbeat as pulse

N_WORKERS, N_TRIALS = 4, 12
pulse.BEAT_S, pulse.SILENCE_S, search.LOOK_EVERY_S = 0.5, 4.0, 0.5


def start(config: RunConfig, data: TuningData, folder: Path) -> int:
    """A worker in a forked process, which has all imports already; returns its id."""
    folder.mkdir(exist_ok=True)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            join_search(config, data, folder)
            code = 0
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(code)
    return child


def check(folder: Path, config: RunConfig, data: TuningData, result) -> Counter[str]:
    assert [trial.number for trial in result.trials] == list(range(N_TRIALS)), "a trial is lost or doubled"
    study = optuna.load_study(study_name=config.name, storage=config.tuning.storage)
    verdicts = Counter(t.user_attrs["place"] for t in study.get_trials() if t.state.name in ("COMPLETE", "PRUNED"))
    assert verdicts == dict.fromkeys(range(N_TRIALS), 1), f"a place has not exactly one verdict: {verdicts}"
    assert all(trial.curve is not None and trial.curve.points for trial in result.trials), "a curve is lost"
    best = max(result.trials, key=lambda trial: (trial.state == "complete", trial.objective))
    assert result.best_trial == best.number
    classifier = load_classifier(str(folder / "model"))
    predicted = classifier.predict_scores(list(data.validation["text"])).argmax(axis=1)
    gold = [classifier.labels.index(label) for label in data.validation["label"]]
    assert abs(f1_score(gold, predicted, average="macro") - best.objective) < 1e-12, "the model is not the best trial's"
    names = {path.name for path in Path(config.tuning.artifacts).iterdir()}
    model = study.get_trials()[_number(study, best.number)].user_attrs["artifacts"].values()
    logits = {t.user_attrs["logits_artifact"] for t in study.get_trials() if "logits_artifact" in t.user_attrs}
    assert names == {*model, *logits}, "leftovers"
    assert len(logits) == sum(trial.state == "complete" for trial in result.trials)
    return Counter(t.user_attrs["worker"].rsplit("/", 1)[-1] for t in study.get_trials() if "worker" in t.user_attrs)


def _number(study: optuna.Study, place: int) -> int:
    done = [t for t in study.get_trials() if t.state.name == "COMPLETE" and t.user_attrs["place"] == place]
    return done[0].number


def main(url: str, seed: int = 1) -> None:
    np.seterr(all="ignore")
    draw, begun = random.Random(seed), time.monotonic()
    data = TuningData(make_data(120, 1), make_data(60, 2), tuple(TOPICS), ())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        space = {"learning_rate": [1e-4, 1e-2], "batch_size": [8, 16], "epochs": [3, 5]}
        config = RunConfig.model_validate(
            {
                "name": "many",
                "data": {"source": "none.csv", "text": "text", "label": "label"},
                "candidates": [str(make_model(folder / "one", 1))],
                "tuning": {
                    "trials": N_TRIALS,
                    "search": space,
                    "pruner": "none",
                    "storage": url,
                    "artifacts": str(folder / "artifacts"),
                },
            }
        )
        workers = [start(config, data, folder / f"worker-{number}") for number in range(N_WORKERS)]
        for child in workers[:2]:
            time.sleep(draw.uniform(1.0, 3.0))
            assert os.waitpid(child, os.WNOHANG)[0] == 0, "the search ended before both kills"
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        for child in workers[2:]:
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "a worker failed"
        (folder / "run").mkdir()
        result = run_search(config, data, folder / "run")
        by_worker = check(folder / "run", config, data, result)
    n_torn = sum(trial.n_interruptions for trial in result.trials)
    print(f"pass; attempts {dict(by_worker)}, {n_torn} torn and done again, {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main(*sys.argv[1:2])
