"""A folder of parquet files is one table, whoever sums its files."""

import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from boletim.audit.reading import any_size, parts
from boletim.audit.reading.any_size import read_any_size
from boletim.audit.tally.sums import PredictionSums
from boletim.contracts.configuration import GroupColumn
from boletim.contracts.errors import DataError, StopRequest
from boletim.contracts.examples import AnswersWriter, load_answers
from boletim.engine.engine import Here, Job, LostWorkerError, Stop, in_this_process

GROUPS = [GroupColumn(column="sex"), GroupColumn(column="age", bands=(18, 40))]
SIZES = (900, 1_350, 450, 300)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(any_size, "ROWS_IN_MEMORY", 1_000)
    monkeypatch.setattr(any_size, "BATCH_ROWS", 450)
    monkeypatch.setattr(parts, "BATCH_ROWS", 450)


def table(seed: int = 0) -> pd.DataFrame:
    rng, names, n = np.random.default_rng(seed), np.array(["b", "a", "c"]), sum(SIZES)
    gold = rng.integers(0, 3, n)
    scores = rng.dirichlet(np.ones(3), n) * 0.5 + 0.5 * np.eye(3)[gold] * rng.random((n, 1))
    scores /= scores.sum(axis=1, keepdims=True)
    sex = np.array(["f", "m", None], dtype=object)[rng.choice(3, n, p=[0.5, 0.4, 0.1])]
    sex[2_250:] = np.where(rng.random(n - 2_250) < 0.5, "x", sex[2_250:])  # the first files do not know this group
    return pd.DataFrame(
        {
            "truth": names[gold],
            "said": names[scores.argmax(axis=1)],
            **{f"p_{name}": scores[:, i] for i, name in enumerate(names)},
            "sex": sex,
            "age": rng.integers(0, 90, n),
        }
    )


def written(frame: pd.DataFrame, folder: Path) -> Path:
    folder.mkdir()
    for place, start in enumerate(np.cumsum([0, *SIZES[:-1]])):
        frame.iloc[start : start + SIZES[place]].to_parquet(folder / f"part-{place}.parquet")
    return folder


def read(
    path: Path, keep: AnswersWriter | None = None, engine: Any = None, prefix: str | None = "p_"
) -> PredictionSums:
    opened = in_this_process if engine is None else lambda: nullcontext(engine)
    found = read_any_size(path, "truth", "said", prefix, GROUPS, keep, open_engine=opened)
    assert isinstance(found, PredictionSums)
    return found


class Two:
    """Two at once; the later of the first two ends first, and one worker dies."""

    n_at_once = 2

    def __init__(self) -> None:
        self.n_died, self._second_is_done, self._lock = 0, threading.Event(), threading.Lock()

    def work(self, job: Job, hear: Callable[[Any], Any], stop: Stop) -> Any:
        place = job.place  # type: ignore[attr-defined]
        if place == 0:
            assert self._second_is_done.wait(20)
        if place == 2 and not self.n_died:
            self.n_died += 1
            raise LostWorkerError("lost_died")
        try:
            return Here().work(job, hear, stop)
        finally:
            if place == 1:
                self._second_is_done.set()


def arrays(sums: Any) -> Iterator[np.ndarray]:
    """All numbers of a record, in order."""
    if isinstance(sums, np.ndarray):
        yield sums
    elif isinstance(sums, dict | tuple):
        for one in sums.values() if isinstance(sums, dict) else sums:
            yield from arrays(one)
    elif hasattr(sums, "__dataclass_fields__"):
        for one in fields(sums):
            yield from arrays(getattr(sums, one.name))


def test_figures_are_the_same_to_the_last_digit_whoever_sums(tmp_path: Path) -> None:
    folder, engine = written(table(), tmp_path / "parts"), Two()
    here, there = read(folder), read(folder, engine=engine)
    assert engine.n_died == 1
    assert (here.labels, here.groups) == (there.labels, there.groups)
    pairs = list(zip(arrays(here), arrays(there), strict=True))
    assert len(pairs) > 15
    for one, other in pairs:
        np.testing.assert_array_equal(one, other)


def test_a_folder_says_what_one_file_says(tmp_path: Path) -> None:
    frame = table()
    frame.to_parquet(tmp_path / "one.parquet")
    one, sums = read(tmp_path / "one.parquet"), read(written(frame, tmp_path / "parts"))
    assert (one.labels, one.groups, one.n) == (sums.labels, sums.groups, len(frame))
    order = [[tuple(cell) for cell in side.cells.tolist()] for side in (one, sums)]
    place = [order[0].index(cell) for cell in order[1]]
    sides = zip(order, (one, sums), strict=True)
    counts = [{(cells[c], gold, said): n for c, gold, said, n in side.pairs.tolist()} for cells, side in sides]
    assert counts[0] == counts[1]
    assert one.scores is not None
    assert sums.scores is not None
    for name, moments in one.scores.moments.items():
        for part in ("n", "mean", "squares"):
            values, others = getattr(moments, part), getattr(sums.scores.moments[name], part)
            np.testing.assert_allclose(values[place], others, atol=1e-10, err_msg=f"{part} of {name}")
    for areas, others in zip(one.scores.areas, sums.scores.areas, strict=True):
        np.testing.assert_array_equal(areas[place], others)
    np.testing.assert_allclose(one.scores.confidence[place], sums.scores.confidence, atol=1e-10)


def test_every_row_is_kept_in_the_order_of_the_files(tmp_path: Path) -> None:
    frame = table()
    folder = written(frame, tmp_path / "parts")
    (tmp_path / "run").mkdir()
    with AnswersWriter(tmp_path / "run" / "kept.parquet") as writer:
        sums = read(folder, writer, Two())
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["kept.parquet"]
    kept = load_answers(tmp_path / "run" / "kept.parquet", sums.labels, sums.groups)
    assert kept.ids.tolist() == [str(i) for i in range(1, len(frame) + 1)]
    assert [sums.labels[i] for i in kept.gold] == frame["truth"].tolist()
    assert [sums.labels[i] for i in kept.predicted] == frame["said"].tolist()
    assert kept.groups["sex"].tolist() == [None if pd.isna(one) else one for one in frame["sex"]]
    np.testing.assert_array_equal(kept.scores, frame[[f"p_{name}" for name in sums.labels]])


def test_too_many_cells_for_bins_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(table(), tmp_path / "parts")
    own = read(folder)
    monkeypatch.setattr("boletim.audit.tally.sums._MOST_BIN_BYTES", 3_000_000)
    shared = read(folder)
    assert own.scores is not None
    assert shared.scores is not None
    assert (own.scores.is_per_cell, shared.scores.is_per_cell) == (True, False)
    for one, other in zip(own.scores.areas, shared.scores.areas, strict=True):
        np.testing.assert_array_equal(one.sum(axis=0), other[0])


def test_a_row_keeps_its_number_in_the_whole_table(tmp_path: Path) -> None:
    frame = table()
    frame.loc[[2_222, 2_500], "truth"] = None
    with pytest.raises(DataError, match=r"2 lacks? the label.*row 2223"):
        read(written(frame, tmp_path / "parts"), engine=Two())
    frame = table()
    frame.loc[2_222, "p_a"] = 1.5
    with pytest.raises(DataError, match=r"row 2223: scores lie between 0 and 1"):
        read(written(frame, tmp_path / "others"))


def test_a_class_of_the_last_file_alone_is_a_class(tmp_path: Path) -> None:
    frame = table()
    frame.loc[2_900, ["truth", "said"]] = "rare"
    sums = read(written(frame, tmp_path / "parts"), prefix=None)
    assert sums.labels == ("a", "b", "c", "rare")
    assert sums.pairs[sums.pairs[:, 1] == 3][:, 2:].tolist() == [[3, 1]]


def test_a_file_that_lacks_a_column_is_named(tmp_path: Path) -> None:
    folder = written(table(), tmp_path / "parts")
    last = folder / "part-3.parquet"
    pd.read_parquet(last).drop(columns="said").to_parquet(last)
    with pytest.raises(DataError, match=r"part-3\.parquet.*said|said.*part-3\.parquet"):
        read(folder)


def test_a_stop_is_heard(tmp_path: Path) -> None:
    class Stopped(Here):
        def work(self, job: Job, hear: Callable[[Any], Any], stop: Stop) -> Any:
            stop.set()  # type: ignore[attr-defined]
            return super().work(job, hear, stop)

    with pytest.raises(StopRequest):
        read(written(table(), tmp_path / "parts"), engine=Stopped())


def test_nothing_is_opened_for_one_file_or_for_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> Any:
        raise AssertionError("an engine was opened")

    table().to_parquet(tmp_path / "one.parquet")
    read_any_size(tmp_path / "one.parquet", "truth", "said", "p_", GROUPS, open_engine=refused)
    folder = written(table(), tmp_path / "parts")
    monkeypatch.setattr(any_size, "ROWS_IN_MEMORY", 10_000)
    read_any_size(folder, "truth", "said", "p_", GROUPS, open_engine=refused)
