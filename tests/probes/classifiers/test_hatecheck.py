"""HateCheck: planted false-positive rates and gaps, and the published file's own counts."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from boletim.contracts.errors import DataError
from boletim.contracts.language import load_language
from boletim.contracts.meaning import Reason
from boletim.contracts.protocols import Progress, no_progress
from boletim.contracts.results.audit import ProbeResult
from boletim.probes.classifiers.hatecheck import run
from boletim.probes.context import ProbeContext
from boletim.probes.data_file import DataFile, read_data

COVERED = 0.95 - 2 * (0.95 * 0.05 / 200) ** 0.5
"""95 % of the seeds, less two standard errors of a count of 200."""
DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "mhc_portuguese_cases.csv"
GROUPS, N_TEMPLATES = ("women", "jews", "gay people", "black people"), 40
ROWS = [
    {"functionality": test, "test_case": f"{test} {place} {group}", "label_gold": gold, "target_ident": group,
     "templ_id": f"{test}{place}"}
    for test, gold, n in (("ident_pos_nh", "non-hateful", N_TEMPLATES), ("derog_h", "hateful", 3))
    for place in range(n)
    for group in GROUPS
]  # fmt: skip


class Planted:
    """Flags the texts it is told to."""

    labels = ("fine", "hate")

    def __init__(self, flagged: set[str]) -> None:
        self._flagged = flagged

    def predict_scores(self, texts: Sequence[str], progress: Progress = no_progress) -> np.ndarray:
        hate = np.array([0.9 if text in self._flagged else 0.1 for text in texts])
        return np.column_stack([1 - hate, hate])


def probe(
    flagged: set[str], rows: list[dict[str, str]] | None = None, labels: tuple[str, ...] = ("hate",)
) -> ProbeResult:
    context = ProbeContext(
        classifier=Planted(flagged), language=load_language("en"), frames=(), texts=None, level=0.95, margin=0.05,
        seed=1, bootstrap=50, flagged=labels, data={"hatecheck": "cases"},
        read=lambda path: DataFile(path, ROWS if rows is None else rows, "0" * 64),
    )  # fmt: skip
    return run(context)


def test_planted_rates_and_gaps_lie_in_their_intervals() -> None:
    """Templates have rates of their own around 0.2; of sentences about black people 0.2 more are flagged."""
    hits = {"rate": 0, "group": 0, "gap": 0}
    for seed in range(200):
        generator = np.random.default_rng(seed)
        rates = generator.uniform(0.05, 0.35, N_TEMPLATES)
        flagged = {
            row["test_case"]
            for row in ROWS
            if row["label_gold"] != "hateful"
            and generator.random()
            < rates[int(row["test_case"].split()[1])] + 0.2 * (row["target_ident"] == "black people")
        }
        found = {measure.id: measure for measure in probe(flagged).measures}
        for key, name, truth in (
            ("rate", "false_positive_rate{probe=hatecheck,test=ident_*}", 0.25),
            ("group", "false_positive_rate{probe=hatecheck,group=black people}", 0.4),
            ("gap", "false_positive_gap{probe=hatecheck,group=black people}", 0.2),
        ):
            hits[key] += found[name].low <= truth <= found[name].high
    assert all(n / 200 >= COVERED for n in hits.values()), hits


def test_rates_by_hand() -> None:
    flagged = {row["test_case"] for row in ROWS if row["target_ident"] == "women"}
    result = probe(flagged)
    found = {measure.id: measure.value for measure in result.measures}
    assert found["false_positive_rate{probe=hatecheck,group=women}"] == 1
    assert found["false_positive_rate{probe=hatecheck,group=jews}"] == 0
    assert found["false_positive_rate{probe=hatecheck}"] == 0.25
    assert found["hateful_flagged{probe=hatecheck,group=women}"] == 1
    assert found["false_positive_gap{probe=hatecheck,group=women}"] == 1
    assert found["false_positive_gap{probe=hatecheck,group=jews}"] == pytest.approx(-1 / 3)
    shown = [finding for finding in result.findings if finding.key == "hatecheck_gaps_shown"]
    assert str(shown[0].values["names"]).startswith("women")


def test_without_flagged_labels_it_says_so() -> None:
    result = probe(set(), labels=())
    assert (result.measures, result.unusable_because) == ((), Reason.of("nothing_flagged"))


def test_a_file_without_harmless_identity_cases_is_refused() -> None:
    rows = [row | {"functionality": "derog_h"} for row in ROWS]
    with pytest.raises(DataError, match="ident_"):
        probe(set(), rows)


def test_the_published_file_has_the_counts_of_its_paper() -> None:
    if not DATA.exists():
        pytest.skip("mhc_portuguese_cases.csv is not here")
    rows = read_data(str(DATA)).content
    result = probe(set(), rows)
    assert (result.data["n_cases"], result.data["n_identity"]) == (3691, 353)
    groups = {measure.scope["group"] for measure in result.measures if "group" in measure.scope}
    assert len(groups) == 7
