"""Is a learning curve called by its right name? Curves of known kinds, with 4 to 20 evaluations and noise of 0 to 5 %.

Five kinds: a decay to a floor near the train loss (good fit; also where the loss turns up after the kept weights), a
turn of the validation loss before the kept weights or a wide gap at them (overfitting), a high plateau (underfitting),
a decay far from its end (not converged), and an oscillation (unstable). Floors, speeds, turns and gaps are drawn; noise
multiplies each loss. Half of the curves come with an objective, half with losses alone. The kept weights are those of
the lowest noisy validation loss, but for an overfitting one, whose objective crept on after the turn.

    python benchmarks/learning_curves.py           the table; exits 1 when more than one in ten is misnamed somewhere
"""

import sys
from collections import Counter
from collections.abc import Callable

import numpy as np

from boletim.audit.training.learning_curve import diagnose
from boletim.contracts.results.search import CurvePoint, LearningCurve

KINDS = ("good fit", "overfitting", "underfitting", "not converged", "unstable")
SIZES, NOISES, GOAL, N_RUNS = (4, 5, 6, 8, 12, 20), (0.0, 0.01, 0.02, 0.05), 0.10, 400
Shape = tuple[np.ndarray, np.ndarray, bool]
"""Train loss, validation loss, whether the last evaluation is the kept one."""


def decay(x: np.ndarray, floor: float, speed: float, start: float = 1.0) -> np.ndarray:
    """From the start at x = 0 exponentially to the floor."""
    return floor + (start - floor) * np.exp(-speed * x)


def good_fit(x: np.ndarray, rng: np.random.Generator) -> Shape:
    """Both losses reach their floors, which are near each other; in a third of them the loss turns up at the end."""
    floor, speed = rng.uniform(0.15, 0.35), rng.uniform(4.5, 12)
    validation = decay(x, floor, speed)
    if rng.random() < 1 / 3:
        validation = validation + rng.uniform(0.3, 0.8) * floor * (x > 0.7)
    return decay(x, floor * rng.uniform(0.75, 0.95), speed), validation, False


def overfitting(x: np.ndarray, rng: np.random.Generator) -> Shape:
    """The kept weights come after the turn; or the validation loss stays far above the train loss."""
    speed = rng.uniform(7, 12)
    if rng.random() < 0.5:
        floor, turn = rng.uniform(0.25, 0.4), rng.uniform(0.35, 0.5)
        rise = rng.uniform(0.5, 1.2) * floor / (1 - turn)
        return decay(x, 0.02, 4), decay(x, floor, speed) + rise * np.clip(x - turn, 0, None), True
    return decay(x, rng.uniform(0.02, 0.12), speed), decay(x, rng.uniform(0.45, 0.6), speed), False


def underfitting(x: np.ndarray, rng: np.random.Generator) -> Shape:
    """Little is learnt, and nothing more is to come."""
    plateau, speed = rng.uniform(0.85, 0.98), rng.uniform(6, 12)
    return decay(x, plateau, speed), decay(x, plateau * rng.uniform(1.0, 1.04), speed), False


def not_converged(x: np.ndarray, rng: np.random.Generator) -> Shape:
    """The training ends while both losses fall."""
    floor, speed = rng.uniform(0.1, 0.3), rng.uniform(0.5, 2.2)
    return decay(x, floor * 0.9, speed), decay(x, floor, speed), False


def unstable(x: np.ndarray, rng: np.random.Generator) -> Shape:
    """Validation loss swings from one evaluation to the next."""
    swing = rng.uniform(0.25, 0.45) * rng.uniform(0.8, 1.2, len(x)) * (-1.0) ** np.arange(len(x))
    return decay(x, 0.4, 6), decay(x, 0.5, 8) * (1 + swing), False


SHAPES: dict[str, Callable[[np.ndarray, np.random.Generator], Shape]] = {
    "good fit": good_fit,
    "overfitting": overfitting,
    "underfitting": underfitting,
    "not converged": not_converged,
    "unstable": unstable,
}


def made(kind: str, n: int, noise: float, seed: int) -> LearningCurve:
    """One curve of a kind."""
    rng = np.random.default_rng([KINDS.index(kind), n, int(noise * 1000), seed])
    x = np.arange(1, n + 1) / n
    train, validation, is_last_kept = SHAPES[kind](x, rng)
    train, validation = (loss * (1 + noise * rng.standard_normal(n)) for loss in (train, validation))
    has_objective = seed % 2 == 0
    points = tuple(
        CurvePoint(
            step=10 * (i + 1),
            epoch=x[i] * 3,
            train_loss=float(train[i]),
            validation_loss=float(validation[i]),
            train_metrics={"accuracy": _objective(train[i])} if has_objective else {},
            validation_metrics={"accuracy": _objective(validation[i])} if has_objective else {},
        )
        for i in range(n)
    )
    kept = n - 1 if is_last_kept else int(validation.argmin())
    return LearningCurve(metric="accuracy", points=points, best_step=points[kept].step)


def _objective(loss: float) -> float:
    """An accuracy that goes with the loss: the chance of the true class, sharpened; 1 at 0, 0.5 at 0.69 nats."""
    chance = np.exp(-max(loss, 0.0))
    return float(chance**2 / (chance**2 + (1 - chance) ** 2))


def names(kind: str, n: int, noise: float, n_runs: int) -> Counter[str]:
    """How often each name is given to curves of a kind."""
    return Counter(diagnose(made(kind, n, noise, seed)).diagnosis for seed in range(n_runs))


def main() -> int:
    """Print the table."""
    print("| kind | points | " + " | ".join(f"noise {noise:.0%}" for noise in NOISES) + " | most frequent wrong name |")
    print("| --- | --- |" + " --- |" * (len(NOISES) + 1))
    worst = 0.0
    for kind in KINDS:
        for n in SIZES:
            found = [names(kind, n, noise, N_RUNS) for noise in NOISES]
            wrong = [1 - one[kind] / N_RUNS for one in found]
            others = sum(found, Counter[str]())
            del others[kind]
            most = others.most_common(1)[0][0] if others else "none"
            print(f"| {kind} | {n} | " + " | ".join(f"{share:.1%}" for share in wrong) + f" | {most} |", flush=True)
            worst = max(worst, *wrong)
    print(f"\nat most {worst:.1%} wrong names (goal {GOAL:.0%})")
    return int(worst > GOAL)


if __name__ == "__main__":
    sys.exit(main())
