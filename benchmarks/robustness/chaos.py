"""A search of twelve trials that is killed ten times, starved of memory, fed NaN and given a model that is not there.

`python benchmarks/robustness/chaos.py 1 2 3` takes three seeds; each must end as the same search without a kill.
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

os.environ |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}
# a child that is forked beside a pool of threads may wait for one that it does not have
os.environ |= {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

import numpy as np
import optuna
import pandas as pd
import torch
from sklearn.metrics import f1_score
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import StopRequest
from boletim.models.load import load_classifier
from boletim.models.quiet import quiet_transformers
from boletim.tuning.search.run import run_search
from boletim.tuning.training import on_engine as crew

N_TRIALS, N_KILLS = 12, 10
STARVED, POISONED = {1, 4, 9}, {2, 7}
"""Places whose trials run out of memory above four examples, and whose weights turn to NaN."""
TOPICS = {"care": "nurse doctor patient ward", "code": "server bug compiler deploy", "sport": "goal match team league"}


def make_model(folder: Path, seed: int) -> Path:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "every", "day", *" ".join(TOPICS.values()).split()]
    tokenizer = Tokenizer(WordLevel({word: index for index, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    torch.manual_seed(seed)
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    with quiet_transformers():
        BertModel(BertConfig(vocab_size=len(words), **shape, initializer_range=0.3)).save_pretrained(folder)
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(
            folder
        )
    return folder


def make_data(n: int, seed: int) -> pd.DataFrame:
    draw = random.Random(seed)
    rows = []
    for number in range(n):
        topic = draw.choice(list(TOPICS))
        words = [*TOPICS[topic].split(), *TOPICS[draw.choice(list(TOPICS))].split(), "the", "every", "day"]
        rows.append(
            {"id": f"{seed}-{number}", "text": " ".join(draw.choices(words, k=draw.randint(4, 12))), "label": topic}
        )
    return pd.DataFrame(rows)


def make_config(folder: Path, seed: int) -> RunConfig:
    space = {"learning_rate": [1e-4, 1e-2], "batch_size": [8, 16], "epochs": [2, 4]}
    candidates = [str(make_model(folder / "one", 1)), str(folder / "nowhere"), str(make_model(folder / "two", 2))]
    return RunConfig.model_validate(
        {
            "name": "chaos",
            "seed": seed,
            "data": {"source": "none.csv", "text": "text", "label": "label"},
            "candidates": candidates,
            "tuning": {"trials": N_TRIALS, "search": space, "pruner": "median", "precision": "fp32"},
        }
    )


def inject_faults() -> None:
    """Let the trials at some places run out of memory, at others lose their weights."""
    run_trial = crew.run_trial

    def with_faults(plan, *arguments):
        build, place = plan.task.build_model, plan.owner["place"]

        def build_model(candidate):
            network = build(candidate)
            if place in POISONED:
                torch.nn.init.constant_(network.classifier.weight, float("nan"))
            if place in STARVED:
                network.register_forward_pre_hook(starve, with_kwargs=True)
            return network

        task = SimpleNamespace(**vars(plan.task) | {"build_model": build_model})
        return run_trial(replace(plan, task=task), *arguments)

    crew.run_trial = with_faults


def starve(network, arguments, values):
    if network.training and len(values["input_ids"]) > 4:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


def start(config: RunConfig, data: TuningData, folder: Path) -> int:
    """Search in a forked process, which has all imports already; returns its id."""
    child = os.fork()
    if child == 0:
        try:
            run_search(config, data, folder)
            os._exit(0)
        except StopRequest:
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
    return child


def search_and_kill(
    config: RunConfig, data: TuningData, folder: Path, draw: random.Random, whole_s: float
) -> Counter[str]:
    """Kill the search ten times at random moments, then let it end; returns how often each signal was sent.

    Args:
        config: Of the search.
        data: Its texts.
        folder: Its run folder.
        draw: Of the moments and signals.
        whole_s: What the search takes without kills.
    """
    sent: Counter[str] = Counter()
    while sum(sent.values()) < N_KILLS:
        child = start(config, data, folder)
        time.sleep(draw.uniform(0.1, 0.7) * whole_s / N_KILLS)
        number = draw.choice([signal.SIGKILL, signal.SIGTERM])
        assert os.waitpid(child, os.WNOHANG)[0] == 0, "the search ended before its tenth kill"
        begun = time.monotonic()
        os.kill(child, number)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if number == signal.SIGTERM:
            assert code == 0, f"SIGTERM ended with {code}"
            assert time.monotonic() - begun < 30, "SIGTERM took more than 30 s"
        sent[number.name] += 1
    code = os.waitstatus_to_exitcode(os.waitpid(start(config, data, folder), 0)[1])
    assert code == 0, "the last start failed"
    return sent


def told(result) -> list:
    return [
        (t.number, t.candidate, t.params, t.state, t.reason, t.objective, t.accumulation, t.curve)
        for t in result.trials
    ]


def check(folder: Path, data: TuningData, torn, whole) -> None:
    assert [trial.number for trial in torn.trials] == list(range(N_TRIALS)), "a trial is lost or doubled"
    assert told(torn) == told(whole), "a trial came to something else"
    assert (torn.best_trial, torn.model) == (whole.best_trial, whole.model), "another model won"
    assert {t.number for t in torn.trials if t.accumulation > 1} == STARVED
    assert {
        t.number for t in torn.trials if t.reason is not None and t.reason.kind.startswith("loss_not_finite")
    } == POISONED
    assert list(torn.excluded) == [str(folder.parent / "nowhere")]
    study = optuna.load_study(study_name="chaos", storage=f"sqlite:///{folder / 'study.db'}")
    verdicts = Counter(t.user_attrs["place"] for t in study.get_trials() if t.state.name in ("COMPLETE", "PRUNED"))
    assert verdicts == dict.fromkeys(range(N_TRIALS), 1), "a place has not exactly one verdict"
    weights = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in (".safetensors", ".pt")
    }
    assert weights == {f"trials/{torn.best_trial:04d}/best/model.safetensors", "model/model.safetensors"}
    assert not list(folder.rglob("checkpoint*")), "a checkpoint is left over"
    classifier = load_classifier(str(folder / "model"))
    predicted = classifier.predict_scores(list(data.validation["text"])).argmax(axis=1)
    gold = [classifier.labels.index(label) for label in data.validation["label"]]
    best = torn.trials[torn.best_trial]
    assert abs(f1_score(gold, predicted, average="macro") - best.objective) < 1e-12, "the model is not the best trial's"


def main(seeds: list[int]) -> None:
    inject_faults()
    data = TuningData(make_data(120, 1), make_data(60, 2), tuple(TOPICS), ())
    for seed in seeds:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            config = make_config(folder, seed)
            (folder / "whole").mkdir()
            (folder / "torn").mkdir()
            whole = run_search(config, data, folder / "whole")
            whole_s = time.monotonic() - begun
            sent = search_and_kill(config, data, folder / "torn", random.Random(seed), whole_s)
            torn = run_search(config, data, folder / "torn")
            check(folder / "torn", data, torn, whole)
        states = Counter(trial.state for trial in torn.trials)
        kinds = Counter(mishap.kind for mishap in torn.mishaps)
        print(
            f"seed {seed}: pass; {dict(sent)}, trials {dict(states)}, mishaps {dict(kinds)}, "
            f"best {torn.trials[torn.best_trial].objective:.3f}, {time.monotonic() - begun:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    np.seterr(all="ignore")
    main([int(seed) for seed in sys.argv[1:]] or [1, 2, 3])
