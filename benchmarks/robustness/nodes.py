"""A search on a cluster of three nodes in one machine: two of them are killed, and the driver twice.

`python benchmarks/robustness/nodes.py 1 2 3` does it with three seeds, and needs `pip install 'boletim[ray]'`. Each
must end with twelve trials of one verdict each, the best model the one that was recorded, and nothing left over; a node that
comes back must take work.
"""

import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

os.environ |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}
os.environ |= {"RAY_AUTH_MODE": "token", "RAY_worker_niceness": "0", "RAY_USAGE_STATS_ENABLED": "0"}
os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))  # the driver has that of the cluster

import numpy as np
import optuna
from chaos import TOPICS, make_data, make_model
from ray.cluster_utils import Cluster

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.models.load import load_classifier
from boletim.tuning.search.run import run_search
from boletim.tuning.tasks.text_classification import TASK
from boletim.tuning.training.best_model import read_logits

N_TRIALS, N_NODES = 12, 3
DATA = TuningData(make_data(360, 1), make_data(60, 2), tuple(TOPICS), ())
SIZE = {"num_cpus": 1, "object_store_memory": 80_000_000}


def make_config(folder: Path, seed: int, address: str) -> RunConfig:
    return RunConfig.model_validate(
        {
            "name": "nodes",
            "seed": seed,
            "data": {"source": "none.csv", "text": "text", "label": "label"},
            "candidates": [str(folder / "one")],
            "tuning": {
                "trials": N_TRIALS,
                "search": {"learning_rate": [1e-4, 1e-2], "batch_size": [8, 16], "epochs": [2, 4]},
                "pruner": "median",
                "precision": "fp32",
                "parallel": N_NODES,
                "cluster": address,
            },
        }
    )


def drive(folder: Path, seed: int, address: str) -> None:
    """The driver: what `boletim tune` does after its checks."""
    result = run_search(make_config(folder, seed, address), DATA, folder / "run", on_event=lambda line: print(line))
    (folder / "result.json").write_text(result.model_dump_json())


class Stage:
    """The cluster and the driver, to be killed."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed, self.draw = folder, seed, random.Random(seed)
        self.cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": 80_000_000})
        self.nodes = [self.cluster.add_node(**SIZE) for _ in range(N_NODES)]
        self.log = (folder / "log").open("a")
        self.start()

    def start(self) -> None:
        """A driver."""
        command = [sys.executable, __file__, "drive", str(self.folder), str(self.seed), self.cluster.address]
        self.driver = subprocess.Popen(command, stdout=self.log, stderr=self.log)

    def n_points(self) -> int:
        """Evaluations so far."""
        return sum(len(path.read_text().splitlines()) for path in self.folder.glob("run/trials/*/history.jsonl"))

    def last_words(self) -> str:
        """Of the driver, without those of Ray's own processes, which it repeats."""
        lines = (self.folder / "log").read_text().splitlines()
        return "\n".join(line for line in lines if not line.startswith("    [") and line.strip())[-4000:]

    def wait_for_points(self, n: int) -> None:
        """Until so many evaluations more have come."""
        wanted, until = self.n_points() + n, time.monotonic() + 300
        while self.n_points() < wanted and self.driver.poll() is None:
            assert time.monotonic() < until, "the search stands still"
            time.sleep(0.05)
        assert self.driver.poll() is None, f"the search ended too soon ({self.driver.returncode}); {self.last_words()}"

    def kill_node(self) -> None:
        """With all that runs on it."""
        self.cluster.remove_node(self.nodes.pop(self.draw.randrange(len(self.nodes))), allow_graceful=False)

    def kill_driver(self) -> None:
        """Without a word."""
        self.driver.send_signal(signal.SIGKILL)
        self.driver.wait()

    def works(self, node) -> bool:
        """Whether the node has a worker that does what the driver asked for."""
        children = subprocess.run(
            ["ps", "-o", "args=", "--ppid", str(node.all_processes["raylet"][0].process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return "ray::Worker" in children.stdout


def torture(folder: Path, seed: int) -> str:
    """Kill, and let it end; returns what was seen."""
    begun, stage = time.monotonic(), Stage(folder, seed)
    try:
        for victim in stage.draw.sample(["node", "driver", "node", "driver"], 4):
            stage.wait_for_points(stage.draw.randint(3, 7))
            if victim == "node":
                stage.kill_node()
                stage.nodes.append(stage.cluster.add_node(**SIZE))
            else:
                stage.kill_driver()
                stage.start()
        newest, took_work = stage.nodes[-1], False
        while stage.driver.poll() is None:
            took_work = took_work or stage.works(newest)
            time.sleep(0.2)
        assert stage.driver.returncode == 0, stage.last_words()
        assert took_work, "the node that came back had nothing to do"
        left = [line for node in stage.nodes if (line := stage.works(node))]
        assert not left, "a worker is left over"
    finally:
        if stage.driver.poll() is None:
            stage.kill_driver()
        stage.cluster.shutdown()
    return f"{check(folder / 'run')}, {time.monotonic() - begun:.0f} s"


def check(run: Path) -> str:
    study = optuna.load_study(study_name="nodes", storage=f"sqlite:///{run / 'study.db'}")
    trials = study.get_trials()
    verdicts = Counter(t.user_attrs["place"] for t in trials if t.state.name in ("COMPLETE", "PRUNED"))
    assert verdicts == dict.fromkeys(range(N_TRIALS), 1), f"a trial is lost or doubled: {verdicts}"
    assert all(trial.state.is_finished() for trial in trials)
    n_torn = sum(trial.state.name == "FAIL" for trial in trials)
    best = study.best_trial.user_attrs["place"]
    weights = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.suffix in (".safetensors", ".pt")}
    assert weights == {f"trials/{best:04d}/best/model.safetensors", "model/model.safetensors"}, weights
    left = [*run.rglob("checkpoint*"), *run.rglob(".seen*"), *run.rglob("*.part")]
    assert not left, f"left over: {left}"
    scores = load_classifier(str(run / "model")).predict_scores(list(DATA.validation["text"]))
    difference = np.abs(TASK.probabilities(read_logits(run, best)) - scores).max()
    assert difference < 1e-6, f"the model is not the one that was recorded: {difference}"
    states = Counter(trial.state.name.lower() for trial in trials)
    return f"pass; {N_TRIALS} verdicts, {n_torn} attempts torn, {dict(states)}, model equal to {difference:.1e}"


def main(seeds: list[int]) -> None:
    for seed in seeds:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            (folder / "run").mkdir()
            make_model(folder / "one", 1)
            print(f"seed {seed}: {torture(folder, seed)}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["drive"]:
        drive(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    else:
        main([int(seed) for seed in sys.argv[1:]] or [1, 2, 3])
