"""Add up the files of a folder, each by itself and several at once where an engine has room for them.

The rows of each file are written aside by whoever sums it, and copied to the one file of all rows in its order.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from boletim.audit.evidence.sums_builder import ScoreEdges
from boletim.audit.reading.one_label import PredictionColumns
from boletim.audit.reading.streamed import BATCH_ROWS, Seen, Stream
from boletim.audit.tally.added_sums import added
from boletim.audit.tally.sums import PredictionSums
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.errors import StopRequest
from boletim.contracts.examples import AnswersWriter, as_table
from boletim.contracts.protocols import Progress, Say
from boletim.engine.engine import Engine, Line
from boletim.engine.portions import done_in_portions
from boletim.tables.read import about_rows, table_batches


def sums_of_parts(
    engine: Engine,
    columns: PredictionColumns,
    parts: Sequence[tuple[Path, int]],
    edges: ScoreEdges | None,
    keep: AnswersWriter | None,
    progress: Progress,
    say: Say,
) -> tuple[PredictionSums, Seen]:
    """The sums of all files, added up in their order, so that they are the same whoever summed the files.

    Args:
        engine: Does the files.
        columns: What the columns hold.
        parts: The files, each with the number of rows before it; on every machine of the engine at the same place.
        edges: Bins of the scores, the same for all.
        keep: Given all rows in order.
        progress: Told how many rows were read.
        say: Told what was done to the scores.

    Raises:
        DataError: A file breaks a rule.
    """
    n_expected, n_read, lock = about_rows(str(columns.path)), [0] * len(parts), Lock()

    def hear(message: Any) -> None:
        with lock:
            if isinstance(message, tuple):
                place, n = message
                n_read[place] = n
                progress("rows read", sum(n_read), n_expected)
            else:
                say(message)

    total, seen = None, Seen()
    with _scratch(keep) as scratch:
        files = [scratch / str(place) if scratch else None for place in range(len(parts))]
        jobs = [
            _Summing(columns, place, file.resolve(), n_before, edges, files[place])
            for place, (file, n_before) in enumerate(parts)
        ]
        with done_in_portions(engine, jobs, hear) as outcomes:
            for written, (sums, own) in zip(files, outcomes, strict=True):
                if keep is not None and written is not None:
                    _copy(written, keep)
                total = sums if total is None else added(total, sums)
                seen.add(own)
    assert total is not None
    return total, seen


@dataclass(frozen=True)
class _Summing:
    """The job."""

    columns: PredictionColumns
    place: int
    """Of the file among the files."""
    file: Path
    n_before: int
    """Rows in the files before it."""
    edges: ScoreEdges | None
    aside: Path | None
    """Where its rows are written, as Arrow has them in memory: they are read again at no cost."""

    def __call__(self, line: Line) -> tuple[PredictionSums, Seen] | None:
        if line.rank > 0:
            return None

        def told(n: int) -> None:
            if line.is_stop_asked():
                raise StopRequest("stopped")
            line.tell((self.place, n))

        said: dict[str, None] = {}
        frames = table_batches(str(self.file), self.columns.names, BATCH_ROWS, self.columns.read)
        with _Aside(self.aside) as aside:
            stream = Stream(self.columns, self.edges, aside.add if self.aside else None, said.setdefault, self.n_before)
            outcome = stream.add_up(frames, told)
        for sentence in said:
            line.tell(sentence)
        return outcome


class _Aside:
    """Writes the rows of one file."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._writer: Any = None

    def __enter__(self) -> "_Aside":
        return self

    def __exit__(self, *raised: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def add(self, batch: Predictions) -> None:
        import pyarrow as pa

        table = as_table(batch)
        if self._writer is None:
            self._writer = pa.ipc.new_file(str(self._path), table.schema)
        self._writer.write_table(table)


@contextmanager
def _scratch(keep: AnswersWriter | None) -> Iterator[Path | None]:
    """A folder beside the file of all rows, which every machine of a cluster sees as it sees the run folder."""
    if keep is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix=".rows-", dir=keep.path.parent) as name:
        yield Path(name).resolve()


def _copy(written: Path, keep: AnswersWriter) -> None:
    import pyarrow as pa

    with pa.OSFile(str(written)) as source:  # batch by batch: a mapped file would count as memory of this process
        reader = pa.ipc.open_file(source)
        for number in range(reader.num_record_batches):
            keep.add_table(pa.Table.from_batches([reader.get_batch(number)]))
    written.unlink()
