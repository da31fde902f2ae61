"""One fine-tuned model, four ways, alternating in one run: what Boletim's way of training costs and what it loses.

- fixed: every text padded to the limit, as tutorials do it; a bare `trainer.train()`.
- dynamic: the Trainer's defaults with a padding collator; a bare `trainer.train()`.
- bare: as Boletim trains (batches of like length, the last feed-forward layer at the first token alone), a bare
  `trainer.train()` without evaluations.
- boletim: the whole trial of `boletim tune`: evaluations of both splits, saving, Optuna, choosing.

All compute in fp32. Prints medians of seconds, of the processor or, with a GPU, of the clock, the ratios and the
validation AUC of each way.

Usage: python benchmarks/fine_tuning.py [CSV TEXT LABEL]

The labels are two classes; without a file, they are the surgeons and nurses of the quick start's corpus.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parents[1]
QUICKSTART = ROOT / "examples" / "quickstart"
SEEDS = (1, 2, 3)
N_ROWS, LIMIT, BATCH, RATE, EPOCHS = 3000, 128, 16, 2e-4, 1
_TRIAL, _TOOK = "--trial", "trial took "


def prepare(folder: Path) -> Path:
    """Splits from `boletim`'s own preparation, so that every way sees the same texts; returns the configuration."""
    if len(sys.argv) == 4:
        source, text, label = Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3]
    else:
        source, text, label = folder / "bios.csv", "bio", "occupation"
        make = [sys.executable, str(QUICKSTART / "make_corpus.py"), "--rows", "15000", "--output", str(source)]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        rows = pd.read_csv(source)
        rows[rows[label].isin(["surgeon", "nurse"])].to_csv(source, index=False)
    subprocess.run([sys.executable, str(QUICKSTART / "prepare.py")], check=True, stdout=subprocess.DEVNULL)
    content = {
        "name": "fine-tuning",
        "data": {"source": str(source), "text": text, "label": label, "sample": N_ROWS, "drop_missing": True},
        "candidates": [{"model": str((QUICKSTART / "minilm").resolve()), "max_length": LIMIT}],
        "tuning": {
            "trials": 1,
            "objective": "roc_auc_macro",
            "pruner": "none",
            "precision": "fp32",
            "search": {
                "learning_rate": RATE,
                "batch_size": [BATCH],
                "epochs": EPOCHS,
                "weight_decay": 0.0,
                "warmup_ratio": 0.1,
            },
        },
    }
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(content), "utf-8")
    return config


def run_timed(config: Path, run: Path, seed: int) -> list[float]:
    """Seconds of each trial of `boletim tune`, which runs in a process of its own."""
    command = [sys.executable, __file__, _TRIAL, "tune", str(config), "--run-dir", str(run), "--quiet"]
    done = subprocess.run([*command, "--set", f"seed={seed}"], check=True, stdout=subprocess.PIPE, text=True)
    return [float(line.removeprefix(_TOOK)) for line in done.stdout.splitlines() if line.startswith(_TOOK)]


def run_boletim(config: Path, run: Path, seed: int) -> tuple[float, float]:
    """Seconds of the trial and its best validation AUC."""
    (seconds,) = run_timed(config, run, seed)
    return seconds, float(json.loads((run / "search.json").read_text("utf-8"))["trials"][0]["objective"])


def time_trials(arguments: list[str]) -> None:
    """Do as `boletim` is told, and print the seconds of each trial."""
    from boletim.app.cli import app
    from boletim.tuning.search import at_once

    attempt = at_once.attempt_trial

    def timed(*of_trial: Any) -> None:
        begun = clock()
        attempt(*of_trial)
        print(f"{_TOOK}{clock() - begun}", flush=True)

    at_once.attempt_trial = timed
    app(arguments)


def clock() -> float:
    """Of the processor, which neighbours hardly slow down; a GPU's work is not on it."""
    import torch

    return time.perf_counter() if torch.cuda.is_available() else time.process_time()


def run_peer(way: str, corpus: Path, seed: int, folder: Path) -> tuple[float, float]:
    """Seconds of `trainer.train()` and the validation AUC afterwards."""
    import torch
    from datasets import Dataset
    from sklearn.metrics import roc_auc_score
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
        set_seed,
    )

    from boletim.models.kept_places import keep_first

    model_folder = str((QUICKSTART / "minilm").resolve())
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    frames = {name: pd.read_parquet(corpus / f"{name}.parquet") for name in ("train", "validation")}
    classes = sorted(frames["train"]["label"].unique())

    def tokenise(frame: pd.DataFrame) -> Dataset:
        rows = Dataset.from_dict({"text": list(frame["text"]), "label": [classes.index(c) for c in frame["label"]]})
        padding = "max_length" if way == "fixed" else False
        return rows.map(
            lambda batch: tokenizer(batch["text"], truncation=True, max_length=LIMIT, padding=padding),
            batched=True,
            remove_columns=["text"],
        )

    set_seed(seed)
    model = AutoModelForSequenceClassification.from_pretrained(model_folder, num_labels=len(classes))
    ours = {"train_sampling_strategy": "group_by_length"} if way == "bare" else {}
    arguments = TrainingArguments(
        output_dir=str(folder),
        learning_rate=RATE,
        per_device_train_batch_size=BATCH,
        num_train_epochs=EPOCHS,
        warmup_steps=0.1,
        seed=seed,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        use_cpu=not torch.cuda.is_available(),
        dataloader_pin_memory=torch.cuda.is_available(),
        **ours,
    )

    class InOrder(Trainer):
        """Predicts in the order of the rows: grouped by length the Trainer shuffles them and forgets how."""

        def _get_eval_sampler(self, eval_dataset: Any) -> Any:
            return torch.utils.data.SequentialSampler(eval_dataset)

    trainer = InOrder(
        model=model,
        args=arguments,
        train_dataset=tokenise(frames["train"]),
        data_collator=DataCollatorWithPadding(tokenizer),
        processing_class=tokenizer,
    )
    begun = clock()
    with keep_first(model.base_model) if way == "bare" else nullcontext():
        trainer.train()
    seconds = clock() - begun
    scores = trainer.predict(tokenise(frames["validation"])).predictions
    truth = [classes.index(c) for c in frames["validation"]["label"]]
    return seconds, float(roc_auc_score(truth, scores[:, 1] - scores[:, 0]))


def main() -> None:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if _TRIAL in sys.argv:
        time_trials(sys.argv[2:])
        return
    seen: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = prepare(folder)
        for seed in SEEDS:
            run = folder / f"run{seed}"
            seen.setdefault("boletim", []).append(run_boletim(config, run, seed))
            for way in ("bare", "dynamic", "fixed"):
                seen.setdefault(way, []).append(run_peer(way, run / "corpus", seed, folder / "peer"))
    seconds = {way: statistics.median(s for s, _ in pairs) for way, pairs in seen.items()}
    for way, pairs in seen.items():
        auc = statistics.median(a for _, a in pairs)
        print(f"{way:8} {seconds[way]:6.1f} s, validation AUC {auc:.3f}  {[round(a, 3) for _, a in pairs]}")
    from boletim.engine.machine import processor_name

    print(f"{processor_name()}, fp32, {N_ROWS} texts, {len(SEEDS)} seeds")
    print(f"fixed padding / bare: {seconds['fixed'] / seconds['bare']:.2f} (goal >= 1.8)")
    print(f"Trainer's defaults / bare: {seconds['dynamic'] / seconds['bare']:.2f} (goal >= 1.8)")
    print(f"a whole trial beyond its training: {100 * (seconds['boletim'] / seconds['bare'] - 1):.0f} % (goal <= 12 %)")


if __name__ == "__main__":
    main()
