import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from boletim.models.batching import token_batches


@given(st.lists(st.integers(1, 300), max_size=200), st.integers(1, 2000))
def test_every_input_is_in_one_batch_and_no_batch_exceeds_the_budget(lengths: list[int], budget: int) -> None:
    batches = token_batches(lengths, budget)
    assert sorted(np.concatenate([*batches, np.empty(0, int)]).tolist()) == list(range(len(lengths)))
    for batch in batches:
        padded = len(batch) * max(lengths[i] for i in batch)
        assert padded <= budget or len(batch) == 1


def test_padding_is_nearly_nothing_on_mixed_lengths() -> None:
    lengths = np.random.default_rng(0).lognormal(3, 0.8, 5000).astype(int).clip(4, 400).tolist()
    padded = sum(len(batch) * max(lengths[i] for i in batch) for batch in token_batches(lengths, 1536))
    assert padded < 1.05 * sum(lengths)
