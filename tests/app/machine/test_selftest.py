from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from boletim.app.machine.selftest import run_selftest
from boletim.contracts.errors import DataError
from boletim.contracts.language import known_languages, load_language
from boletim.models.fakes import FakeClassifier
from boletim.probes.selftest.published_vectors import find_wefe_data, read_word_vectors

SHARED = Path(__file__).resolve().parents[3].parent / "shared"


def test_nothing_that_can_be_run_fails_and_absent_data_are_never_green(tmp_path: Path) -> None:
    rows = run_selftest(tmp_path)
    assert all(row.obtained is None for row in rows if row.status == "not run: data absent")
    assert [row.name for row in rows if row.status == "not reproduced"] == []
    absent = {row.name for row in rows if row.status == "not run: data absent"}
    assert {"CrowS-Pairs, metric score", "Winogender, correlation of text with labour shares"} <= absent
    assert sum(row.status == "reproduced" for row in rows) >= 7


def test_only_the_rows_of_the_probes_asked_for_are_run() -> None:
    rows = run_selftest(only=("pronoun_swap", "representation_leakage"))
    assert {name for row in rows for name in row.checks} == {"pronoun_swap", "representation_leakage"}
    assert {row.status for row in rows} == {"reproduced"}


@pytest.mark.parametrize("code", known_languages())
def test_every_row_has_its_name_and_source_in_every_language(code: str) -> None:
    words = load_language(code).words["validation"]
    for row in run_selftest():
        assert words["rows"][row.key].format(**row.values)
        assert words["sources"][row.source_key]


def test_a_probe_that_counts_wrongly_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        FakeClassifier, "predict_scores", lambda self, texts, progress=None: np.eye(2)[[0] * len(texts)]
    )
    statuses = {row.name: row.status for row in run_selftest(only=("pronoun_swap", "first_names"))}
    assert set(statuses.values()) == {"not reproduced"}


def test_published_association_effects_are_reproduced() -> None:
    if find_wefe_data() is None:
        pytest.skip("the package wefe is not installed")
    statuses = Counter(row.status for row in run_selftest() if row.name.startswith("WEAT"))
    assert statuses == {"reproduced": 8}


def test_data_that_are_there_are_run_and_hashed() -> None:
    if not (SHARED / "oracles").is_dir():
        pytest.skip("the shared data are not here")
    rows = [row for row in run_selftest(SHARED) if row.name.startswith(("CrowS", "Winogender"))]
    assert [row.status for row in rows] == ["reproduced"] * 4
    assert all(len(row.data_sha256 or "") == 64 for row in rows)


def test_swapped_scores_are_not_taken_for_the_published_ones(tmp_path: Path) -> None:
    if not (SHARED / "oracles").is_dir():
        pytest.skip("the shared data are not here")
    text = (SHARED / "oracles" / "bert_crows_score.csv").read_text(encoding="utf-8")
    (tmp_path / "bert_crows_score.csv").write_text(text.replace(",antistereo,", ",stereo,"), encoding="utf-8")
    assert "not reproduced" in {row.status for row in run_selftest(tmp_path)}


def test_a_vector_file_that_asks_for_code_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.kv").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(DataError, match=r"os\.system"):
        read_word_vectors(tmp_path / "bad.kv")
