"""The Pareto front of a search for two objectives, and which point of it is chosen.

References:
    Deb (2001), Multi-Objective Optimization Using Evolutionary Algorithms, section 2.4 (domination). The choice is the
    rule of one within chance of the best (Breiman et al. 1984, section 3.4.3), with the second objective in the place
    of simplicity.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import optuna
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from boletim.contracts.configuration import RunConfig
from boletim.contracts.measure import Measure
from boletim.contracts.method import BOOTSTRAP
from boletim.contracts.results.search import N_DRAWS, Front, FrontPoint
from boletim.tuning.search.standing import front_trials, losses
from boletim.tuning.search.winners_curse import Score, score_limits
from boletim.tuning.study.trial_attributes import CANDIDATE, PLACE, SECOND, violation
from boletim.tuning.training.best_model import read_logits

_TAIL = 0.025


def weigh_front(
    config: RunConfig, study: optuna.Study, folder: Path, gold: np.ndarray, score: Score
) -> tuple[Front, FrozenTrial]:
    """The front of a search for two objectives, and the trial chosen of it.

    Args:
        config: The run's, with `tuning.objectives`.
        study: With one complete trial at least.
        folder: The run folder, for what the trials said of the validation examples.
        gold: (n_validation,) true classes.
        score: The first objective.
    """
    complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    least = min(violation(trial.user_attrs) for trial in complete)
    rivals = sorted(
        (t for t in complete if violation(t.user_attrs) == least), key=lambda trial: int(trial.user_attrs[PLACE])
    )
    front = front_trials(study)
    best = min(front, key=lambda trial: losses(study, trial.values))
    sign = -1 if study.directions[0] == StudyDirection.MINIMIZE else 1
    logits = {trial.number: read_logits(folder, int(trial.user_attrs[PLACE])) for trial in rivals}
    tied = [t for t in front if _is_tied(logits[best.number], logits[t.number], gold, score, sign, config.seed)]
    chosen = min(tied, key=lambda trial: losses(study, trial.values)[::-1])
    points = tuple(
        FrontPoint(
            trial=trial.user_attrs[PLACE],
            candidate=trial.user_attrs[CANDIDATE],
            objective=_objective(config, trial.values[0], logits[trial.number], gold, score, sign),
            second=Measure.model_validate(trial.user_attrs[SECOND]),
            is_on_front=trial in front,
            is_tied=trial in tied,
        )
        for trial in rivals
    )
    made = Front(
        second=config.tuning.objectives[1],
        higher_is_better=study.directions[1] == StudyDirection.MAXIMIZE,
        points=points,
        chosen=chosen.user_attrs[PLACE],
    )
    return made, chosen


def _is_tied(
    best: np.ndarray | None,
    other: np.ndarray | None,
    gold: np.ndarray,
    score: Callable[[np.ndarray, np.ndarray], float],
    sign: int,
    seed: int,
) -> bool:
    """Whether redrawn validation examples, the same for both, can put the other in front of the best."""
    if best is None or other is None:
        return best is other
    rng = np.random.default_rng([seed, 86_028_121])
    ahead = []
    for _ in range(N_DRAWS):
        rows = rng.integers(0, len(gold), len(gold))
        ahead.append(sign * (score(best[rows], gold[rows]) - score(other[rows], gold[rows])))
    known = np.array(ahead)[~np.isnan(ahead)]
    return not (len(known) and np.quantile(known, _TAIL) > 0)


def _objective(
    config: RunConfig, value: float, logits: np.ndarray | None, gold: np.ndarray, score: Score, sign: int
) -> Measure:
    level, name = config.audit.level, config.tuning.objective
    limits = None if logits is None else score_limits(logits, gold, score, config.seed, level)
    return Measure(
        id=name,
        metric=name,
        value=value,
        low=None if limits is None else min(limits[0], value),
        high=None if limits is None else max(limits[1], value),
        level=None if limits is None else level,
        n=len(gold),
        unit="score",
        higher_is_better=sign > 0,
        method=None if limits is None else BOOTSTRAP,
    )
