"""Reproduce published numbers with the installed code: expected, obtained, source, and the data's hash."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from boletim.contracts.atomic import hash_file
from boletim.contracts.record import Record

Status = Literal["reproduced", "not reproduced", "not run: data absent"]
_BH_1995 = (
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
)  # fmt: skip
_WEAT = {"1": 1.54, "2": 1.63, "3": 0.58, "5": 0.72, "6": 1.89, "7": 0.97, "8": 1.24, "9": 1.30}
_CROWS_FILE, _WINOGENDER_FILE = "bert_crows_score.csv", "winogender_occupations-stats.tsv"


class SelftestRow(Record):
    """One published number and what the installed code makes of it."""

    name: str
    expected: float
    tolerance: float
    """What rounding allows: half a unit of the last published digit, more where published inputs are rounded too."""
    obtained: float | None
    """None where the data are absent."""
    source: str
    data_sha256: str | None = None
    status: Status


def run_selftest(data: Path | None = None) -> tuple[SelftestRow, ...]:
    """Every published number that can be reproduced here.

    Args:
        data: A folder with files that Boletim may not pass on; those that are absent give rows that were not run.

    Returns:
        The rows in a fixed order.
    """
    return (*_always(), *_weat(), *_crows(_find(data, _CROWS_FILE)), *_winogender(_find(data, _WINOGENDER_FILE)))


def describe_selftest(rows: Sequence[SelftestRow]) -> str:
    """One line a row for a terminal."""
    return "\n".join(
        f"{row.status:>20}  {row.name}: expected {row.expected:.4g}, "
        f"obtained {'nothing' if row.obtained is None else format(row.obtained, '.4g')} ({row.source}"
        + (f"; data sha256 {row.data_sha256[:12]})" if row.data_sha256 else ")")
        for row in rows
    )


def _always() -> list[SelftestRow]:
    from audit.multiplicity import benjamini_hochberg
    from probes.honest import hurtful_shares
    from probes.stereoset import icat

    background, subgroup = ((0.1, 0.2, 0.3), (0.5, 0.8, 0.9)), ((0.21, 0.31, 0.55), (0.4, 0.6, 0.71))
    borkan = "Borkan et al. 2019, unit test of the released code"
    nadeem, planted = "Nadeem et al. 2021, released", "planted in a model with known answers"
    toy = [["a", "b", "rude", "c"], ["rude", "d", "e", "f"], ["g", "h", "i", "j"]]
    rejected = float((benjamini_hochberg(_BH_1995) <= 0.05).sum())
    return [
        _row("Benjamini-Hochberg: rejections at 0.05", 4, 0, rejected, "Benjamini and Hochberg 1995"),
        _row("Subgroup AUC", 8 / 9, 1e-9, _auc(subgroup[1], subgroup[0]), borkan),
        _row("BPSN AUC", 8 / 9, 1e-9, _auc(background[1], subgroup[0]), borkan),
        _row("BNSP AUC", 1.0, 1e-9, _auc(subgroup[1], background[0]), borkan),
        _row("HONEST, toy", 0.167, 5e-4, float(hurtful_shares(toy, {"rude"}).mean()), "Nozza et al. 2021, README"),
        _row("StereoSet ICAT, bert-base-cased", 69.38, 0.01, 100 * icat(0.8577, 0.5956), nadeem),
        _row("Log-probability bias score, planted", 1.25, 1e-9, _planted_kurita(), planted),
    ]  # fmt: skip


def _auc(positive: tuple[float, ...], negative: tuple[float, ...]) -> float:
    from audit.delong import one_vs_rest

    scores = np.array([*negative, *positive])
    gold = np.repeat([0, 1], [len(negative), len(positive)])
    return float(one_vs_rest(gold, np.column_stack([-scores, scores])).values[1])


def _planted_kurita() -> float:
    from boletim.models.fakes import FakeMaskedScorer
    from probes.kurita import association

    def answer(words: tuple[str, ...], place: int, word: str) -> float:
        prior, shift = (-1.0, -0.625) if word == "he" else (-1.5, 0.625)
        return prior + shift * ("nurse" in words)

    words = ["she", "he", "is", "a", "works", "as", "training", "to", "be", ".", "nurse"]
    return float(association(FakeMaskedScorer(words, answer), ["nurse"]).mean())


def _weat() -> list[SelftestRow]:
    from boletim.published_vectors import find_wefe_data, read_word_lists, read_word_vectors
    from probes._association import effect_size, word_associations
    from probes._word_tests import TESTS

    folder = find_wefe_data()
    vectors = read_word_vectors(folder / "test_model.kv") if folder else {}
    lists = read_word_lists(folder) if folder else {}
    sha256 = hash_file(folder / "test_model.kv") if folder else None
    rows = []
    for test, published in _WEAT.items():
        obtained = None
        if folder:
            x, y, a, b = (
                np.array([vectors[word] for word in lists[key] if word in vectors], dtype=np.float64)
                for key in TESTS[test]
            )
            obtained = effect_size(word_associations(x, a, b), word_associations(y, a, b))
        source = "Caliskan et al. 2017, supplement (word2vec)"
        rows.append(_row(f"WEAT {test}, effect size", published, 0.005, obtained, source, sha256))
    return rows


def _crows(path: Path | None) -> list[SelftestRow]:
    from probes._preferences import preference_measures

    values: list[float | None] = [None, None, None]
    if path:
        table = _table(path, ",")
        is_stereo = np.array([row["stereo_antistereo"] == "stereo" for row in table])
        first, second = (np.array([float(row[f"sent_{side}_score"]) for row in table]) for side in ("more", "less"))
        # the released file has the two score columns of antistereo rows swapped
        more, less = np.where(is_stereo, first, second), np.where(is_stereo, second, first)
        kinds = [row["bias_type"] for row in table]
        measures = preference_measures("crows_pairs", more, less, is_stereo, kinds, 0.95)[:3]
        values = [None if measure.value is None else 100 * measure.value for measure in measures]
    source = "Nangia et al. 2020 with bert-base-uncased, released scores"
    names = ("metric score", "stereotype score", "antistereotype score")
    return [
        _row(f"CrowS-Pairs, {name}", published, 0.005, value, source, hash_file(path) if path else None)
        for name, published, value in zip(names, (60.48, 61.09, 56.88), values, strict=True)
    ]


def _winogender(path: Path | None) -> list[SelftestRow]:
    from probes._labour import share_correlation

    obtained = None
    if path:
        table = _table(path, "\t")
        text = np.array([float(row["bergsma_pct_female"]) for row in table])
        obtained = share_correlation("r", {}, text, [float(row["bls_pct_female"]) for row in table], 0.95).value
    source = "Rudinger et al. 2018, figure 3"
    sha256 = hash_file(path) if path else None
    return [_row("Winogender, correlation of text with labour shares", 0.67, 0.005, obtained, source, sha256)]


def _row(
    name: str, expected: float, tolerance: float, obtained: float | None, source: str, sha256: str | None = None
) -> SelftestRow:
    status: Status = "not run: data absent"
    if obtained is not None:
        # a published number was rounded: half a unit of its last digit, and the rounding of the comparison itself
        status = "reproduced" if abs(obtained - expected) <= tolerance + 1e-9 else "not reproduced"
    return SelftestRow(
        name=name, expected=expected, tolerance=tolerance, obtained=obtained, source=source, data_sha256=sha256,
        status=status,
    )  # fmt: skip


def _find(folder: Path | None, name: str) -> Path | None:
    return next(iter(sorted(folder.rglob(name))), None) if folder else None


def _table(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list[dict[str, str]](csv.DictReader(stream, delimiter=delimiter))
