"""Seeded damage to a predictions file: the door answers with an audit or one line, and never hangs or breaks."""

import os
import random
import sys
import time
from pathlib import Path

import pytest

from boletim.audit.reading.any_size import read_any_size
from boletim.audit.reading.label_sets import holds_label_sets, read_label_sets
from boletim.contracts.configuration import GroupColumn
from boletim.contracts.errors import BoletimError
from boletim.tables.read import how_read

sys.path.append(str(Path(__file__).resolve().parents[3] / "benchmarks" / "robustness"))

from fuzz_cases import damaged_predictions

N_CASES = int(os.environ.get("BOLETIM_FUZZ_CASES", "150"))
_LONGEST_S, _LONGEST_MESSAGE = 20.0, 2_000


@pytest.mark.parametrize("seed", range(N_CASES))
def test_a_damaged_file_is_audited_or_refused_in_one_line(seed, tmp_path):
    draw = random.Random(seed)
    path = damaged_predictions(draw, tmp_path)
    scores = draw.choice([None, "score_"])
    groups = draw.choice([[], ["gender"], [GroupColumn(column="gender", bands=(0.0, 1.0))]])
    names = draw.choice([{}, {"1": "a", "0": "b"}])
    begun, message = time.monotonic(), ""
    try:
        how_read(str(path))
        if holds_label_sets(path, "label", "predicted"):
            found = read_label_sets(path, "label", "predicted", scores, groups, label_names=names)
        else:
            found = read_any_size(path, "label", "predicted", scores, groups, None, label_names=names)
        assert found.n > 0
    except BoletimError as refused:
        message = str(refused)
    assert "\n" not in message
    assert len(message) < _LONGEST_MESSAGE
    assert time.monotonic() - begun < _LONGEST_S
