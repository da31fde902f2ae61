import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from boletim.tuning.training.rows.tokens import TokenRows

rows = st.lists(st.lists(st.integers(0, 30_000), min_size=1, max_size=8), min_size=1, max_size=30)


@given(rows, st.integers(1, 7), st.randoms())
def test_rows_come_back_as_they_went_in(ids: list[list[int]], chunk: int, draw: object) -> None:
    chunks = [
        {"input_ids": ids[i : i + chunk], "attention_mask": [[1] * len(row) for row in ids[i : i + chunk]]}
        for i in range(0, len(ids), chunk)
    ]
    made = TokenRows.joined(chunks, list(range(len(ids))))
    assert len(made) == len(ids)
    expected = [{"input_ids": row, "attention_mask": [1] * len(row), "labels": i} for i, row in enumerate(ids)]
    assert [made[i] for i in range(len(made))] == expected
    some = np.asarray(draw.choices(range(len(ids)), k=5))  # type: ignore[attr-defined]
    selected = made.select(some)
    assert [selected[i] for i in range(5)] == [expected[i] for i in some]
