"""Train one trial with the Trainer: fresh model, fresh arguments, fresh callbacks."""

import gc
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from transformers import EarlyStoppingCallback, PrinterCallback, Trainer, TrainingArguments, set_seed

from boletim.contracts.config import TuningConfig
from boletim.contracts.protocols import Progress
from boletim.contracts.search import CurvePoint
from tuning.callbacks import TRAIN, VALIDATION, CurveCallback, StepCallback
from tuning.space import Settings

_EVALUATION_BATCH = 64


@dataclass(frozen=True)
class TrialPlan:
    """All that decides how a trial goes."""

    task: ModuleType
    """The task's plug-in."""
    candidate: Any
    """From the task's `open_candidate`."""
    splits: dict[str, Any]
    """From the task's `tokenise`."""
    settings: Settings
    tuning: TuningConfig
    seed: int
    checkpoints: Path
    """Folder for checkpoints; the caller removes it."""


@dataclass(frozen=True)
class TrialOutcome:
    """How a trial went that did not fail."""

    best_checkpoint: Path
    """Weights and tokenizer at the best evaluation."""
    best_value: float
    """Of the objective, on validation."""
    best_step: int
    stopped_early: bool


def run_trial(plan: TrialPlan, name: str, on_point: Callable[[CurvePoint], bool], progress: Progress) -> TrialOutcome:
    """Train, evaluating on the validation split and on a fixed sample of the training split.

    The model, its arguments and its callbacks are made here, so nothing leaks into the next trial.

    Args:
        plan: What to train and how.
        name: For progress.
        on_point: Given each evaluation; True ends the training.
        progress: Told the optimiser steps done.

    Raises:
        FloatingPointError: The loss is no longer finite.
        ModelError: The candidate cannot be loaded any more.
    """
    set_seed(plan.seed)
    arguments = training_arguments(plan)
    stopping = plan.tuning.early_stopping
    trainer = Trainer(
        model=plan.task.build_model(plan.candidate),
        args=arguments,
        train_dataset=plan.splits["train"],
        eval_dataset={VALIDATION: plan.splits["validation"], TRAIN: plan.splits["train_sample"]},
        data_collator=plan.task.make_collator(plan.candidate.tokenizer),
        processing_class=plan.candidate.tokenizer,
        compute_metrics=plan.task.compute_metrics,
        callbacks=[
            EarlyStoppingCallback(stopping.patience, stopping.min_delta),
            CurveCallback(frozenset(plan.task.METRICS), on_point),
            StepCallback(name, progress),
        ],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    state = trainer.state
    if state.best_model_checkpoint is None:
        raise FloatingPointError(f"{plan.tuning.objective} was never finite; choose another tuning.objective")
    return TrialOutcome(
        best_checkpoint=Path(state.best_model_checkpoint),
        best_value=float(state.best_metric),
        best_step=int(state.best_global_step),
        stopped_early=state.global_step < state.max_steps,
    )


def free_memory() -> None:
    """Give a finished trial's memory back, on the GPU too."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def training_arguments(plan: TrialPlan) -> TrainingArguments:
    """The Trainer's arguments for this trial.

    Only the best checkpoint is written, with no optimiser state: an interrupted trial starts again and needs no more.
    """
    settings, tuning = plan.settings, plan.tuning
    n_steps = math.ceil(len(plan.splits["train"]) / settings.batch_size)
    has_gpu = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=str(plan.checkpoints),
        learning_rate=settings.learning_rate,
        per_device_train_batch_size=settings.batch_size,
        per_device_eval_batch_size=_EVALUATION_BATCH,
        num_train_epochs=settings.epochs,
        weight_decay=settings.weight_decay,
        warmup_steps=settings.warmup_ratio,
        train_sampling_strategy="group_by_length",
        remove_unused_columns=False,
        eval_strategy="steps",
        eval_steps=math.ceil(n_steps / tuning.evaluations_per_epoch),
        save_strategy="best",
        save_total_limit=1,
        save_only_model=True,
        load_best_model_at_end=True,
        metric_for_best_model=f"eval_{VALIDATION}_{tuning.objective}",
        greater_is_better=plan.task.METRICS[tuning.objective],
        bf16=wants_bf16(tuning.precision),
        use_cpu=not has_gpu,
        dataloader_pin_memory=has_gpu,
        seed=plan.seed,
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        log_level="error",
    )


def wants_bf16(precision: str) -> bool:
    """Whether to train under bf16 autocast: when asked, or by `auto` on a GPU that has it."""
    if precision == "auto":
        return torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
    return precision == "bf16"
