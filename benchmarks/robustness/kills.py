"""A search whose trials are killed again and again, at every kind of moment: the trials must stay the same to the bit.

`python benchmarks/robustness/kills.py 200` kills 200 times: a search that ends meanwhile is compared, the next begins.
"""

import os
import random
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

from chaos import TOPICS, make_data, make_model, start, told

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.tuning.search import attempt, evaluations
from boletim.tuning.search.run import run_search
from boletim.tuning.study.study import close_study, open_study
from boletim.tuning.study.trial_slots import Place, places_of
from boletim.tuning.training import callbacks

N_TRIALS = 9
MOST_IN_A_ROW = 3
"""Kills of one trial without an evaluation between: the fifth would be a verdict."""
MOMENTS = (
    (evaluations, "append_point"),
    (evaluations.Evaluations, "_report"),
    (evaluations.Evaluations, "_ask_pruner"),
    (callbacks, "seal_checkpoint"),
    (attempt, "save_logits"),
    (attempt, "keep_checkpoint"),
    (attempt, "end_attempt"),
)
"""What a trial does that another attempt must find done or undone, and nothing between."""


class Killer:
    """Ends the process before or after one of its moments, or a little later."""

    def __init__(self) -> None:
        self.left, self.delay, self.waits = -1, 0.0, False
        """`waits`: nothing is killed until a trial has come to its end."""
        for owner, name in MOMENTS:
            setattr(owner, name, self._around(getattr(owner, name)))

    def _around(self, work):
        def worked(*arguments, **named):
            self._pass()
            outcome = work(*arguments, **named)
            if work.__name__ == "end_attempt":
                self.waits = False
            self._pass()
            return outcome

        return worked

    def _pass(self) -> None:
        if self.waits:
            return
        if self.left == 0:
            if self.delay:
                signal.signal(signal.SIGPROF, signal.SIG_DFL)
                signal.setitimer(signal.ITIMER_PROF, self.delay)
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1


def make_config(folder: Path, seed: int) -> RunConfig:
    space = {"learning_rate": [1e-4, 1e-2], "batch_size": [8, 16], "epochs": [2, 4]}
    return RunConfig.model_validate(
        {
            "name": "kills",
            "seed": seed,
            "data": {"source": "none.csv", "text": "text", "label": "label"},
            "candidates": [str(make_model(folder / "model", seed))],
            "tuning": {
                "trials": N_TRIALS,
                "search": space,
                "pruner": ("hyperband", "median")[seed % 2],
                "precision": "fp32",
            },
        }
    )


def search_and_kill(killer: Killer, config, data, folder: Path, draw: random.Random, most: int) -> int:
    """Kill until the search ends or `most` are done, then let it end; returns the number of kills."""
    n = 0
    while n < most:
        killer.waits = most_in_a_row(config, folder) >= MOST_IN_A_ROW
        killer.left, killer.delay = draw.randint(2, 16), draw.choice([0.0, draw.uniform(0.001, 0.05)])
        code = os.waitstatus_to_exitcode(os.waitpid(start(config, data, folder), 0)[1])
        if code == 0:
            break
        assert code in (-signal.SIGKILL, -signal.SIGPROF), f"the search ended with {code}"
        n += 1
    killer.left, killer.waits = -1, False
    return n


def most_in_a_row(config: RunConfig, folder: Path) -> int:
    """Kills in a row, without an evaluation between, of the trial that has most; one that runs was killed once more."""
    study = open_study(config, folder, [True])
    found = [place.n_torn + (place.owner is not None) for place in places_of(study).values() if is_open(place)]
    close_study(study)
    return max(found, default=0)


def is_open(place: Place) -> bool:
    """Whether a trial has come to no verdict yet."""
    return place.owner is None or not place.owner.state.is_finished()


def main(n_wanted: int) -> None:
    data = TuningData(make_data(120, 1), make_data(60, 2), tuple(TOPICS), ())
    killer, done, seed = Killer(), 0, 0
    while done < n_wanted:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            config = make_config(folder, seed)
            for part in ("whole", "torn"):
                (folder / part).mkdir()
            whole = run_search(config, data, folder / "whole")
            done += search_and_kill(killer, config, data, folder / "torn", random.Random(seed), n_wanted - done)
            torn = run_search(config, data, folder / "torn")
        other = [pair for pair in zip(told(torn), told(whole), strict=True) if pair[0] != pair[1]]
        assert not other, f"seed {seed}: a trial came to something else: {other[0]}"
        assert (torn.best_trial, torn.model) == (whole.best_trial, whole.model), f"seed {seed}: another model won"
        states = Counter(trial.state for trial in torn.trials)
        print(f"seed {seed}: pass, {done} kills so far, {dict(states)}", flush=True)
        seed += 1


if __name__ == "__main__":
    main(int(sys.argv[1]))
