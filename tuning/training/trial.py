"""Train one trial with the Trainer: fresh model, fresh arguments, fresh callbacks."""

import gc
import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from transformers import PrinterCallback, Trainer, TrainingArguments, set_seed

from boletim.contracts.meaning import Reason
from boletim.contracts.protocols import Progress
from boletim.contracts.results.search import CurvePoint
from boletim.models.bf16 import settle
from boletim.models.kept_places import keep_first
from boletim.tuning.training.callbacks import (
    TRAIN,
    VALIDATION,
    AlreadyStopped,
    CurveCallback,
    Lagging,
    LogitsCallback,
    LossCallback,
    OrderCallback,
    PatienceCallback,
    StepCallback,
    log_loss_of,
)
from boletim.tuning.training.checkpoint import LOGITS
from boletim.tuning.training.freeze import freeze_layers
from boletim.tuning.training.lora import add_adapters, merge_adapters
from boletim.tuning.training.plan import TrialOutcome, TrialPlan
from boletim.tuning.training.ranks import is_first, n_processes
from boletim.tuning.training.rows.tokens import WEIGHT
from boletim.tuning.training.stop import StopFlag
from boletim.tuning.training.trackers import tensorboard_folder

_EVALUATION_BATCH = 64 if torch.cuda.is_available() else 32
"""A processor's caches hold what 32 texts make of a layer: a tenth faster than 64 (an AVX-512 server core, fp32)."""
_LOGS_PER_EVALUATION = 4


class _Trainer(Trainer):  # type: ignore[misc]
    """The Trainer, evaluating rows in the order given: its own shuffles them among lengths and keeps the order."""

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """The Trainer's own loss, or the weighted mean of cross-entropies where rows bring weights."""
        if WEIGHT not in inputs:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        weight, labels = inputs[WEIGHT], inputs["labels"]
        outputs = model(**{name: value for name, value in inputs.items() if name not in (WEIGHT, "labels")})
        losses = _losses(outputs["logits"].float(), labels, weight, self.args.label_smoothing_factor)
        is_divided_here = self.model_accepts_loss_kwargs and num_items_in_batch is not None  # else the Trainer does it
        loss = losses.sum() / (num_items_in_batch if is_divided_here else len(labels))
        if is_divided_here:  # by the examples of all processes, whose gradients are then averaged
            loss = loss * n_processes()
        return (loss, outputs) if return_outputs else loss

    def evaluation_loop(self, dataloader: Any, *args: Any, **kwargs: Any) -> Any:
        """The Trainer's own, while the rows are remembered: it hands their predictions to nobody with them."""
        self.evaluated = dataloader.dataset
        return super().evaluation_loop(dataloader, *args, **kwargs)

    def _determine_best_metric(self, metrics: dict[str, float], trial: Any) -> bool:
        """Whether these weights are to be kept; of equal objectives those with the lower validation loss."""
        is_better = super()._determine_best_metric(metrics, trial)
        loss = log_loss_of(metrics, VALIDATION)
        if is_better or metrics[self.args.metric_for_best_model] != self.state.best_metric:
            return bool(is_better)
        best = next((entry for entry in self.state.log_history if _is_evaluation(entry, self.state)), None)
        if best is None or loss >= log_loss_of(best, VALIDATION):
            return False
        self.state.best_global_step = self.state.global_step
        return True

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        """The Trainer's own, where a training could go on from here: two thirds of what is written."""
        if self.state.global_step < self.state.max_steps:
            super()._save_optimizer_and_scheduler(output_dir)

    def _get_eval_sampler(self, eval_dataset: Any) -> Any:
        return torch.utils.data.SequentialSampler(eval_dataset)


def _losses(logits: torch.Tensor, labels: torch.Tensor, weight: torch.Tensor, smoothing: float) -> torch.Tensor:
    """(n,) weighted cross-entropy of each row; of several labels the mean over them, as the Trainer's own."""
    if labels.ndim == 2:
        binary = binary_cross_entropy_with_logits(logits, labels.float(), weight=weight, reduction="none")
        return binary.mean(dim=1)
    return weight * cross_entropy(logits, labels, reduction="none", label_smoothing=smoothing)


def _is_evaluation(entry: dict[str, float], state: Any) -> bool:
    """Whether the entry holds the validation figures of the best evaluation so far."""
    return entry.get("step") == state.best_global_step and f"eval_{VALIDATION}_loss" in entry


def run_trial(
    plan: TrialPlan,
    name: str,
    on_point: Callable[[CurvePoint], bool],
    progress: Progress,
    stop: StopFlag,
    resume: Path | None = None,
) -> TrialOutcome:
    """Train, evaluating on the validation split and on a fixed sample of the training split.

    The model, its arguments and its callbacks are made here, so nothing leaks into the next trial. On a CPU a training
    that goes on from a checkpoint ends with the weights that it would have had without the break.

    Args:
        plan: What to train and how.
        name: For progress.
        on_point: Given each evaluation of the validation split, where True ends the training and leaves no weights,
            and then again with the training sample.
        progress: Told the optimiser steps done.
        stop: When it is set, the training saves a checkpoint at the next step and ends.
        resume: A checkpoint that `find_checkpoint` gave. Weights are read from safetensors, the optimiser's and
            generators' states by torch's loader that runs no code.

    Raises:
        FloatingPointError: The loss is no longer finite.
        ModelError: The candidate cannot be loaded any more.
        StopRequest: A stop was asked for.
    """
    set_seed(plan.seed)
    order = plan.splits["validation"].longest_first()
    trainer = _trainer(
        plan,
        order,
        CurveCallback(frozenset(plan.task.metrics), on_point),
        StepCallback(name, progress, stop, plan.owner, plan.after_save),
    )
    with _read_places_alone(plan, trainer.model), tensorboard_folder(plan.tuning.report_to, plan.logs):
        try:
            trainer.train(resume_from_checkpoint=str(resume) if resume is not None else None)
        except AlreadyStopped:  # the weights read are the best: only at a new best is anything saved when patience ends
            trainer.callback_handler.on_train_end(trainer.args, trainer.state, trainer.control)
        except Lagging as lagging:
            trainer.callback_handler.on_train_end(trainer.args, trainer.state, trainer.control)
            return _ended_at(lagging.point, plan, trainer.state)
    state = trainer.state
    if state.best_model_checkpoint is None:
        raise FloatingPointError(Reason.of("never_finite", metric=plan.tuning.objective))
    best = Path(state.best_model_checkpoint)
    kept = np.load(best / LOGITS)
    validation_logits = kept if plan.task.per_text else kept[np.argsort(order)]
    if plan.settings.lora and is_first():
        best = merge_adapters(trainer.model, plan.candidate.tokenizer, plan.checkpoints)
    if plan.task.finish is not None and is_first():
        plan.task.finish(best, validation_logits, plan.splits)
    return TrialOutcome(
        best_checkpoint=best,
        validation_logits=validation_logits,
        best_value=float(state.best_metric),
        best_step=int(state.best_global_step),
        stopped_early=state.global_step < state.max_steps,
    )


def _ended_at(point: CurvePoint, plan: TrialPlan, state: Any) -> TrialOutcome:
    """The outcome of a training that was told to end at this evaluation."""
    value, step, metric = point.validation_metrics[plan.tuning.objective], point.step, plan.tuning.objective
    sign = 1 if plan.task.metrics[metric] else -1
    if state.best_metric is not None and sign * state.best_metric >= sign * value:
        value, step = float(state.best_metric), int(state.best_global_step)
    return TrialOutcome(None, value, step, stopped_early=True, validation_logits=np.empty((0, 0), np.float32))


def _trainer(plan: TrialPlan, order: np.ndarray, curve: CurveCallback, steps: StepCallback) -> _Trainer:
    """Model, arguments and callbacks of one trial; the validation rows come in this order, (n_validation,) int64."""
    arguments = training_arguments(plan)
    stopping = plan.tuning.early_stopping
    logits = LogitsCallback(plan.task, lambda: trainer.evaluated)
    validation, sample = plan.splits["validation"], plan.splits["train_sample"]
    trainer = _Trainer(
        model=_network(plan),
        args=arguments,
        train_dataset=plan.splits["train"],
        eval_dataset={VALIDATION: validation.select(order), TRAIN: sample.select(sample.longest_first())},
        data_collator=plan.task.make_collator(plan.candidate.tokenizer),
        processing_class=plan.candidate.tokenizer,
        compute_metrics=logits.compute_metrics,
        preprocess_logits_for_metrics=plan.task.held,
        callbacks=[
            PatienceCallback(stopping.patience, stopping.min_delta),
            curve,
            LossCallback(),
            OrderCallback(plan.seed),
            logits,
            steps,
        ],
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _network(plan: TrialPlan) -> Any:
    """The candidate as this trial trains it: whole, with frozen layers, or with adapters."""
    network = plan.task.build_model(plan.candidate)
    if plan.settings.freeze_layers:
        freeze_layers(network, plan.settings.freeze_layers)
    return add_adapters(network, plan.settings.lora) if plan.settings.lora else network


def _read_places_alone(plan: TrialPlan, network: Any) -> AbstractContextManager[None]:
    """No feed-forward layer at places that the head does not read: the same gradients, an eighth of six layers less."""
    if plan.task.head != "SEQUENCE_CLASSIFICATION":
        return nullcontext()
    return keep_first((network.get_base_model() if plan.settings.lora else network).base_model)


def free_memory() -> None:
    """Give a finished trial's memory back, on the GPU too."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def training_arguments(plan: TrialPlan) -> TrainingArguments:
    """The Trainer's arguments for this trial.

    A checkpoint is written at each best evaluation so far, with all that a continuation needs: it is the model to keep
    and the point to go on from in one. What came after it is trained again, to the same end.
    """
    settings, tuning = plan.settings, plan.tuning
    n_steps = math.ceil(len(plan.splits["train"]) / settings.batch_size)
    eval_steps = math.ceil(n_steps / tuning.evaluations_per_epoch)
    has_gpu = torch.cuda.is_available()
    arguments = TrainingArguments(
        output_dir=str(plan.checkpoints),
        learning_rate=settings.learning_rate,
        per_device_train_batch_size=settings.batch_size // (plan.accumulation * n_processes()),
        gradient_accumulation_steps=plan.accumulation,
        per_device_eval_batch_size=max(1, _EVALUATION_BATCH // plan.accumulation),
        num_train_epochs=settings.epochs,
        weight_decay=settings.weight_decay,
        warmup_steps=settings.warmup_ratio,
        label_smoothing_factor=settings.label_smoothing,
        label_names=list(plan.task.labelled),
        train_sampling_strategy="group_by_length",
        remove_unused_columns=False,
        eval_strategy="steps",
        eval_steps=eval_steps,
        save_strategy="best",
        load_best_model_at_end=bool(settings.lora),  # to be merged; else the checkpoint itself is the model
        restore_callback_states_from_checkpoint=True,
        metric_for_best_model=f"eval_{VALIDATION}_{tuning.objective}",
        greater_is_better=plan.task.metrics[tuning.objective],
        bf16=settle(tuning.precision) == "bf16",
        use_cpu=not has_gpu,
        dataloader_pin_memory=has_gpu,
        seed=plan.seed,
        logging_steps=max(1, eval_steps // _LOGS_PER_EVALUATION),
        logging_nan_inf_filter=False,
        report_to=list(tuning.report_to) or "none",
        run_name=plan.name,
        disable_tqdm=True,
        log_level="error",
        log_level_replica="error",
    )
    arguments._n_gpu = min(arguments.n_gpu, 1)  # seeing several, one process would feed each of them a whole batch
    return arguments
