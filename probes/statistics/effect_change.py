"""What fine-tuning did to an association: the same words on two models, paired."""

import numpy as np

from boletim.probes.statistics.association import effect_size
from boletim.probes.statistics.crossed import Estimate

_SWAPS = 9_999


def effect_change(
    before: tuple[np.ndarray, np.ndarray],
    after: tuple[np.ndarray, np.ndarray],
    level: float,
    seed: int,
    n_replicates: int,
) -> Estimate:
    """Effect size after fine-tuning less that before.

    Args:
        before: Associations of the target words X (n_x,) and Y (n_y,) on the base model.
        after: The same words on the tuned model.
        level: Of the percentile interval, in (0, 1).
        seed: Of the draws.
        n_replicates: Of the bootstrap.

    Returns:
        The change with a bootstrap over target words, each drawn with both its associations, and a two-sided p from
        swapping the two models' standardised associations word by word.
    """
    n_x = len(before[0])
    old, new = (np.concatenate(side) for side in (before, after))
    observed = effect_size(*after) - effect_size(*before)
    generator = np.random.default_rng([seed, 49_979_687])
    draws = []
    for _ in range(n_replicates):
        x, y = generator.integers(0, n_x, n_x), generator.integers(n_x, len(old), len(old) - n_x)
        draws.append(effect_size(new[x], new[y]) - effect_size(old[x], old[y]))
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    # of standardised associations the effect is a plain difference of means, so that swaps are differences too
    weights = np.concatenate([np.full(n_x, 1 / n_x), np.full(len(old) - n_x, -1 / (len(old) - n_x))])
    steps = weights * (_standard(new) - _standard(old))
    swapped = np.abs(generator.choice([-1.0, 1.0], size=(_SWAPS, len(steps))) @ steps)
    p = (1 + int((swapped >= abs(steps.sum()) - 1e-12).sum())) / (_SWAPS + 1)
    return Estimate(observed, float(low), float(high), p)


def _standard(values: np.ndarray) -> np.ndarray:
    spread = values.std(ddof=1)
    made: np.ndarray = (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)
    return made
