"""Train the best settings again with other seeds, and choose by the mean: one lucky seed does not make a winner.

What is within chance of the best mean is tied with it, and among ties the model with fewest parameters is chosen.
Chance is that of the validation examples, drawn again for all trainings at once, and that of the seeds, whose variance
is pooled over the settings and drawn too.

References:
    Bouthillier et al. (2021), Accounting for Variance in Machine Learning Benchmarks, MLSys; Dodge et al. (2020),
    Fine-Tuning Pretrained Language Models: Weight Initializations, Data Orders, and Early Stopping, arXiv:2002.06305.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData
from boletim.contracts.errors import ModelError
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.search import N_DRAWS, Confirmation, ConstraintValue, SearchResult, TrialRecord
from boletim.contracts.sentence import Sentence
from boletim.tuning.search.constraints import Judge, judge_trial
from boletim.tuning.search.winners_curse import Score
from boletim.tuning.task import Task, find_task
from boletim.tuning.winner.kept_runs import Run, as_trained, keep_run, keep_weights, read_run, run_file, weights_folder
from boletim.tuning.winner.parts import Part, Refit
from boletim.tuning.winner.refit import refit_parts

_FOLDER = "confirm"
_ROUNDING = 1e-12
_FIRST_SEED = 1_000
"""Added to the run's seed, away from the seeds of refits on parts of the data."""


@dataclass(frozen=True)
class Confirmed:
    """What the trainings with other seeds decided."""

    confirmations: tuple[Confirmation, ...]
    """The best mean first."""
    model: Path | None
    """Folder of the model to publish; None where the search's own best trial won, whose weights are published."""
    record: TrialRecord
    """Of the trial whose settings won, with that model's curve and score."""
    logits: np.ndarray | None
    """(n_validation, n_labels) of that model; None where it is the search's own."""
    values: tuple[float, ...]
    """The objective of the winning settings, one per seed."""


def confirm_winner(
    config: RunConfig,
    data: TuningData,
    search: SearchResult,
    folder: Path,
    say: Callable[[str], None],
    progress: Progress = no_progress,
    judge: Judge | None = None,
) -> Confirmed | None:
    """Train the best trials' settings again, each with as many seeds as `tuning.confirm` says.

    Trainings that an earlier start finished are kept, and a torn one goes on from its checkpoint. One that fails is
    left out of its setting's mean; a setting without any is no longer a candidate. With constraints the settings
    compete that violate them least, mean over seeds.

    Args:
        config: The run's, with `tuning.confirm`.
        data: Train and validation splits.
        search: What the search found.
        folder: The run folder; `confirm/` in it holds what is kept.
        say: Given one line per training.
        progress: Told the optimiser steps done.
        judge: Measures a model on the validation data; needed where `tuning.constraints` names any.

    Returns:
        None where all of them failed: the search's own best then stays, unconfirmed.

    Raises:
        StopRequest: The process was asked to stop.
    """
    wanted = config.tuning.confirm
    assert wanted is not None
    task, base, sign = find_task(config.task), folder / _FOLDER, 1 if search.higher_is_better else -1
    top = _best_of(search, sign, wanted.top)
    parts = [Part(1.0, config.seed + _FIRST_SEED + turn) for turn in range(wanted.seeds)]
    train = partial(_train, config, data, base, parts, say, progress)
    found = {trial.number: (trial, runs) for trial in top if (runs := train(trial))}
    if not found:
        say(Sentence("terminal.trial.unconfirmed"))
        return None
    judged = {number: [_judged(config, task, judge, run) for run in own] for number, (_, own) in found.items()}
    score = partial(task.score, config.tuning.objective)
    gold = task.gold_of(data.validation, data.labels)
    confirmations = _compare_by_constraints(found, judged, lambda some: _compare(some, gold, score, sign, config.seed))
    chosen = min((c for c in confirmations if c.is_tied), key=lambda c: (c.n_parameters, -sign * c.mean)).trial
    values = tuple(run.value for run in found[chosen][1])
    if chosen == search.best_trial:
        _drop_weights(base, None)
        return Confirmed(confirmations, None, found[chosen][0], None, values)
    own, (trial, runs) = base / f"{chosen:04d}", found[chosen]
    if not _kept(own):  # given up when settings were compared before, fewer of them or with fewer seeds
        runs = train(trial, again=Part(1.0, runs[0].seed))
    if not _kept(own):
        say(Sentence("terminal.trial.unconfirmed_one", n=chosen + 1))
        return None
    (model,) = _kept(own)
    place, published = next((place, run) for place, run in enumerate(runs) if model == weights_folder(own, run.seed))
    _drop_weights(base, own)
    record = as_trained(trial, published).model_copy(update={"constraints": judged[chosen][place]})
    return Confirmed(confirmations, model, record, published.logits, values)


def _train(
    config: RunConfig,
    data: TuningData,
    base: Path,
    parts: Sequence[Part],
    say: Callable[[str], None],
    progress: Progress,
    trial: TrialRecord,
    again: Part | None = None,
) -> list[Run]:
    """Train a trial's settings with the seeds that are missing, or with one of them again; all that there are then."""
    own = base / f"{trial.number:04d}"
    missing = [part for part in parts if not run_file(own, part.seed).exists()] if again is None else [again]
    try:
        refit_parts(config, data, trial, missing, own / "training", partial(_keep, own), say, progress)
    except ModelError as error:  # a night's search does not end for want of its confirmation
        say(Sentence("terminal.trial.not_again", n=trial.number + 1, said=error))
    return [read_run(run_file(own, part.seed)) for part in parts if run_file(own, part.seed).exists()]


def _compare_by_constraints(
    found: Mapping[int, tuple[TrialRecord, list[Run]]],
    judged: Mapping[int, list[tuple[ConstraintValue, ...]]],
    compare: Callable[[list[tuple[TrialRecord, list[Run]]]], tuple[Confirmation, ...]],
) -> tuple[Confirmation, ...]:
    """The settings that violate the constraints least, compared with each other; after them the others, never tied."""
    excess = {number: float(np.mean([sum(c.violation for c in one) for one in own])) for number, own in judged.items()}
    least = min(excess.values()) + _ROUNDING
    rivals = compare([one for number, one in found.items() if excess[number] <= least])
    others = [one for number, one in found.items() if excess[number] > least]
    left_behind = compare(others) if others else ()
    return (
        *(one.model_copy(update={"violation": excess[one.trial]}) for one in rivals),
        *(one.model_copy(update={"violation": excess[one.trial], "is_tied": False}) for one in left_behind),
    )


def _judged(config: RunConfig, task: Task, judge: Judge | None, run: Run) -> tuple[ConstraintValue, ...]:
    """What one training makes of the constraints; nothing where there are none."""
    if not config.tuning.constraints or judge is None:
        return ()
    return judge_trial(config.tuning.constraints, judge(task.probabilities(run.logits)))


def _best_of(search: SearchResult, sign: int, top: int) -> list[TrialRecord]:
    """The best trials; those that violate the constraints more than the best does do not compete."""
    complete = [trial for trial in search.trials if trial.state == "complete" and trial.objective is not None]
    least = min(trial.violation for trial in complete)
    rivals = [trial for trial in complete if trial.violation == least]
    return sorted(rivals, key=lambda trial: (-sign * (trial.objective or 0.0), trial.number))[:top]


def _kept(own: Path) -> list[Path]:
    """The one model whose weights are kept of a setting, or none."""
    return sorted(own.glob("model-*"))


def _drop_weights(base: Path, but: Path | None) -> None:
    for path in base.glob("*/model-*"):
        if path.parent != but:
            shutil.rmtree(path)


def _keep(own: Path, refit: Refit) -> None:
    """Write down how a training went; of the first that succeeds the weights too: not of the best, a choice again."""
    if not _kept(own):
        keep_weights(own, refit)
    keep_run(own, refit)


def _compare(
    found: Sequence[tuple[TrialRecord, list[Run]]], gold: np.ndarray, score: Score, sign: int, seed: int
) -> tuple[Confirmation, ...]:
    """The settings by their mean, and which of them chance alone may have put behind the best."""
    values = [np.array([run.value for run in runs]) for _, runs in found]
    means = np.array([one.mean() for one in values])
    order = np.argsort(-sign * means, kind="stable")
    best = int(order[0])
    drawn = _redrawn([runs for _, runs in found], gold, score, seed)
    degrees = sum(len(one) - 1 for one in values)
    if degrees:
        rng = np.random.default_rng([seed, 15_485_863])
        squares = sum(((one - one.mean()) ** 2).sum() for one in values)
        spread = np.sqrt(squares / rng.chisquare(degrees, size=(len(drawn), 1)))
        drawn = drawn + rng.normal(size=drawn.shape) * spread / np.sqrt([len(one) for one in values])
    behind = np.quantile(sign * (drawn[:, [best]] - drawn), 0.025, axis=0)
    return tuple(
        Confirmation(
            trial=found[i][0].number,
            candidate=found[i][0].candidate,
            n_parameters=found[i][1][0].n_parameters,
            values=tuple(float(value) for value in values[i]),
            mean=float(means[i]),
            is_tied=bool(i == best or not behind[i] > 0),
        )
        for i in order
    )


def _redrawn(runs: Sequence[Sequence[Run]], gold: np.ndarray, score: Score, seed: int) -> np.ndarray:
    """(N_DRAWS, n_settings) means over seeds on redrawn validation examples, the same ones for all."""
    rng = np.random.default_rng([seed, 32_452_843])
    drawn = []
    for _ in range(N_DRAWS):
        rows = rng.integers(0, len(gold), len(gold))
        drawn.append([np.mean([score(run.logits[rows], gold[rows]) for run in own]) for own in runs])
    return np.array(drawn)
