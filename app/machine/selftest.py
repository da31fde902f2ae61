"""Reproduce published numbers with the installed code: expected, obtained, source, and the data's hash."""

import csv
from collections.abc import Callable, Container, Sequence
from pathlib import Path

import numpy as np

from boletim.contracts.files.atomic import hash_file
from boletim.contracts.results.selftest import SelftestRow, make_row
from boletim.contracts.sentence import Joined, Sentence, word
from boletim.probes.selftest.planted import planted_rows

_BH_1995 = (
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
)  # fmt: skip
_WEAT = {"1": 1.54, "2": 1.63, "3": 0.58, "5": 0.72, "6": 1.89, "7": 0.97, "8": 1.24, "9": 1.30}
_WORD_TESTS = ("weat", "seat")
_PREFERENCES = ("crows_pairs", "crows_changed_token", "all_unmasked_likelihood")
_LABOUR = ("winogender", "pronoun_likelihood", "kurita")
_CONLL_FILE, _CONLLEVAL = "conll2000_sample.txt", {"precision": 68.83, "recall": 80.83, "f1": 74.35}
_CROWS_FILE, _WINOGENDER_FILE = "bert_crows_score.csv", "winogender_occupations-stats.tsv"


def run_selftest(data: Path | None = None, only: Container[str] | None = None) -> tuple[SelftestRow, ...]:
    """Every known number that can be reproduced here: published ones, and ones planted in models made for it.

    Args:
        data: A folder with files that Boletim may not pass on; those that are absent give rows that were not run.
        only: Names of probes: the rows that go through their code; None is every row.

    Returns:
        The rows in a fixed order.
    """
    makers: list[tuple[tuple[str, ...], Callable[[], list[SelftestRow]]]] = [
        (("audit",), _audit),
        (("audit",), lambda: _conlleval(_find(data, _CONLL_FILE))),
        (("honest",), _honest),
        (("stereoset",), _stereoset),
        (_WORD_TESTS, _weat),
        (_PREFERENCES, lambda: _crows(_find(data, _CROWS_FILE))),
        (_LABOUR, lambda: _winogender(_find(data, _WINOGENDER_FILE))),
        *(((name,), make) for name, make in planted_rows().items()),
    ]
    return tuple(
        row for checks, make in makers if only is None or any(name in only for name in checks) for row in make()
    )


def describe_selftest(rows: Sequence[SelftestRow]) -> str:
    """One line a row for a terminal."""
    return Joined(
        Sentence(
            "terminal.selftest.row",
            status=word(row.status),
            name=row.name,
            n_expected=row.expected,
            n_obtained=word("nothing") if row.obtained is None else format(row.obtained, ".4g"),
            source=f"{row.source}; data sha256 {row.data_sha256[:12]}" if row.data_sha256 else row.source,
        )
        for row in rows
    )


def _audit() -> list[SelftestRow]:
    from boletim.audit.statistics.multiplicity import benjamini_hochberg

    background, subgroup = ((0.1, 0.2, 0.3), (0.5, 0.8, 0.9)), ((0.21, 0.31, 0.55), (0.4, 0.6, 0.71))
    rejected = float((benjamini_hochberg(_BH_1995) <= 0.05).sum())
    checks = ("audit",)
    return [
        make_row("benjamini_hochberg", 4, 0, rejected, "benjamini_hochberg", checks),
        make_row("subgroup_auc", 8 / 9, 1e-9, _auc(subgroup[1], subgroup[0]), "borkan", checks),
        make_row("bpsn_auc", 8 / 9, 1e-9, _auc(background[1], subgroup[0]), "borkan", checks),
        make_row("bnsp_auc", 1.0, 1e-9, _auc(subgroup[1], background[0]), "borkan", checks),
    ]


def _conlleval(path: Path | None) -> list[SelftestRow]:
    """Figures of the sample of CoNLL-2000 that comes with conlleval."""
    obtained: dict[str, float | None] = {}
    if path:
        from boletim.audit.reading.any_kind import read_answers
        from boletim.audit.run import audit
        from boletim.contracts.configuration import AuditConfig, RunConfig

        config = {
            "name": "conlleval",
            "task": "token_classification",
            "predictions": str(path),
            "data": {"label": "label"},
        }
        answers = read_answers(RunConfig.model_validate(config))
        obtained = {m.id: m.value for m in audit(answers, AuditConfig(bootstrap=100), seed=0).measures}
    sha256 = hash_file(path) if path else None
    rows = []
    for name, published in _CONLLEVAL.items():
        found = obtained.get(f"{name}_micro")
        value = None if found is None else 100 * found
        rows.append(make_row(f"conlleval_{name}", published, 0.005, value, "conlleval", ("audit",), sha256))
    return rows


def _honest() -> list[SelftestRow]:
    from boletim.probes.language_models.honest import hurtful_shares

    toy = [["a", "b", "rude", "c"], ["rude", "d", "e", "f"], ["g", "h", "i", "j"]]
    return [make_row("honest", 0.167, 5e-4, float(hurtful_shares(toy, {"rude"}).mean()), "nozza", ("honest",))]


def _stereoset() -> list[SelftestRow]:
    from boletim.probes.language_models.stereoset import icat

    return [make_row("icat", 69.38, 0.01, 100 * icat(0.8577, 0.5956), "nadeem", ("stereoset",))]


def _auc(positive: tuple[float, ...], negative: tuple[float, ...]) -> float:
    from boletim.audit.statistics.delong import one_vs_rest

    scores = np.array([*negative, *positive])
    gold = np.repeat([0, 1], [len(negative), len(positive)])
    return float(one_vs_rest(gold, np.column_stack([-scores, scores])).values[1])


def _weat() -> list[SelftestRow]:
    from boletim.probes.asking.word_tests import TESTS
    from boletim.probes.selftest.published_vectors import find_wefe_data, read_word_lists, read_word_vectors
    from boletim.probes.statistics.association import effect_size, word_associations

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
        rows.append(make_row("weat", published, 0.005, obtained, "caliskan", _WORD_TESTS, sha256, test=test))
    return rows


def _crows(path: Path | None) -> list[SelftestRow]:
    from boletim.probes.asking.preferences import preference_measures

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
    sha256 = hash_file(path) if path else None
    return [
        make_row(f"crows_{kind}", published, 0.005, value, "nangia", _PREFERENCES, sha256)
        for kind, published, value in zip(("all", "stereo", "antistereo"), (60.48, 61.09, 56.88), values, strict=True)
    ]


def _winogender(path: Path | None) -> list[SelftestRow]:
    from boletim.probes.sentences.labour import share_correlation

    obtained = None
    if path:
        table = _table(path, "\t")
        text = np.array([float(row["bergsma_pct_female"]) for row in table])
        obtained = share_correlation("r", {}, text, [float(row["bls_pct_female"]) for row in table], 0.95).value
    sha256 = hash_file(path) if path else None
    return [make_row("labour_correlation", 0.67, 0.005, obtained, "rudinger", _LABOUR, sha256)]


def _find(folder: Path | None, name: str) -> Path | None:
    return next(iter(sorted(folder.rglob(name))), None) if folder else None


def _table(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list[dict[str, str]](csv.DictReader(stream, delimiter=delimiter))
