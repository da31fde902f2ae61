"""Seeded damage to a predictions file: the door answers with an audit or one line, and never hangs or breaks."""

import json
import os
import random
import time
from pathlib import Path

import pytest

from boletim.audit.reading.any_size import read_any_size
from boletim.audit.reading.label_sets import holds_label_sets, read_label_sets
from boletim.contracts.configuration import GroupColumn
from boletim.contracts.errors import BoletimError
from boletim.tables.read import how_read

N_CASES = int(os.environ.get("BOLETIM_FUZZ_CASES", "150"))
_LONGEST_S, _LONGEST_MESSAGE = 20.0, 2_000
_CELLS = (
    "[" * 5_000, "{" * 3_000, '"', '""', "'", "1e400", "nan", "-inf", "Infinity", "9" * 5_000, "\0", "\u202e", "a|b",
    "['a', 'b'", "['a', [1]]", "LABEL_1", "true", "1,5", ",", ";", "\t", "\n", "x" * 5_000, "", " ", "0x1f", "1_000",
)  # fmt: skip
_VALUES = ([], [[]], {}, {"label": "a", "score": 1}, [1, [2]], None, True, 1e308, 10**400, -1, "a", [0, 1], ["a", None])


def _rows(draw: random.Random, n: int) -> list[dict]:
    return [
        {"label": draw.choice("ab"), "predicted": draw.choice("ab"), "gender": draw.choice("fm"), "score_a": 0.5,
         "score_b": 0.5}
        for _ in range(n)
    ]  # fmt: skip


def _damaged(draw: random.Random, folder: Path) -> Path:
    rows = _rows(draw, draw.choice([1, 5, 40]))
    kind = draw.choice(["csv", "tsv", "json", "jsonl"])
    path = folder / f"p.{kind}"
    for _ in range(draw.randint(0, 3)):
        row = draw.choice(rows)
        row[draw.choice(list(row))] = draw.choice(_CELLS if kind in ("csv", "tsv") else _VALUES + _CELLS)
    if kind in ("csv", "tsv"):
        mark = draw.choice([",", ";", "\t", "|"])
        lines = [mark.join(rows[0]), *(mark.join(map(str, row.values())) for row in rows)]
        content = "\n".join(lines).encode(draw.choice(["utf-8", "utf-16", "utf-8-sig"]), "replace")
    elif kind == "json":
        content = json.dumps(draw.choice([rows, {"data": rows}, {"rows": rows}, [rows]])).encode()
    else:
        content = "\n".join(map(json.dumps, rows)).encode()
    for _ in range(draw.choice([0, 0, 1, 5])):
        place = draw.randrange(len(content) + 1)
        content = (
            content[:place] + draw.choice([b"", b"\xff", b'"', b"\n", b"[", b"\0", b"\x81"]) + content[place + 1 :]
        )
    path.write_bytes(content[: draw.choice([len(content), len(content), draw.randrange(len(content) + 1)])])
    return path


@pytest.mark.parametrize("seed", range(N_CASES))
def test_a_damaged_file_is_audited_or_refused_in_one_line(seed, tmp_path):
    draw = random.Random(seed)
    path = _damaged(draw, tmp_path)
    scores = draw.choice([None, "score_"])
    groups = draw.choice([[], ["gender"], [GroupColumn(column="gender", bands=(0.0, 1.0))]])
    names = draw.choice([{}, {"1": "a", "0": "b"}])
    begun, message = time.monotonic(), ""
    try:
        how_read(str(path))
        if holds_label_sets(path, "label", "predicted"):
            found = read_label_sets(path, "label", "predicted", scores, groups, label_names=names)
        else:
            found = read_any_size(path, "label", "predicted", scores, groups, lambda batch: None, label_names=names)
        assert found.n > 0
    except BoletimError as refused:
        message = str(refused)
    assert "\n" not in message
    assert len(message) < _LONGEST_MESSAGE
    assert time.monotonic() - begun < _LONGEST_S
