"""Examples for a prompt: training texts alone, the classes in turn."""

import numpy as np

from boletim.contracts.corpus import LABEL, TEXT, TuningData
from boletim.contracts.results.prompt import Shot


def draw_shots(data: TuningData, n: int, seed: tuple[int, int]) -> tuple[Shot, ...]:
    """Examples of as many classes as there is room for, in an order that no class leads.

    Args:
        data: Of the run; only its training split is looked at.
        n: How many; fewer where there are not as many training texts.
        seed: The run's and the draw's.
    """
    if not n:
        return ()
    rng = np.random.default_rng([*seed, 49_979_687])
    gold = data.train[LABEL].to_numpy(dtype=object)
    queues = [list(rng.permutation(np.flatnonzero(gold == label))) for label in data.labels]
    chosen: list[int] = []
    while len(chosen) < n and any(queues):
        turn = [queues[place].pop() for place in rng.permutation(len(queues)) if queues[place]]
        chosen += turn[: n - len(chosen)]
    rows = data.train.iloc[chosen]
    return tuple(Shot(text=str(text), label=str(label)) for text, label in zip(rows[TEXT], rows[LABEL], strict=True))
