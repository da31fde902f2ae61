import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from boletim.audit.reading import any_size, streamed
from boletim.audit.reading.any_size import read_any_size
from boletim.audit.reading.one_label import read_predictions
from boletim.audit.run import audit
from boletim.audit.tally import sums as tally_of_sums
from boletim.audit.tally.sums import PredictionSums
from boletim.contracts.answers.one_label import Predictions
from boletim.contracts.configuration import AuditConfig, GroupColumn
from boletim.contracts.errors import DataError
from boletim.contracts.examples import AnswersWriter, load_answers
from boletim.contracts.meaning import Reason
from boletim.contracts.method import BOOTSTRAP_OF_BINS, SQUARE_AND_ADD

GROUPS = [GroupColumn(column="sex"), GroupColumn(column="region"), GroupColumn(column="age", bands=(18, 40))]
CONFIG = AuditConfig(bootstrap=200)
OF_ROWS_ALONE = {
    *("suspected_labels", "scoring_rate", "scoring_impact_ratio"),
    *("bpsn_auc", "bnsp_auc", "negative_aeg", "positive_aeg"),
}
NOT_SUMMED = {"average_precision", "brier_reliability", "brier_resolution", "brier_uncertainty"}
FROM_BINS = ("roc_auc", "roc_auc_macro", "ece", "ece_gap", "calibration_error_debiased")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(any_size, "ROWS_IN_MEMORY", 1_000)
    monkeypatch.setattr(any_size, "BATCH_ROWS", 450)


def table(n=3_000, seed=0):
    rng = np.random.default_rng(seed)
    names = np.array(["no", "maybe", "NA"])
    gold = np.where(np.arange(n) < 2_000, rng.integers(0, 2, n), rng.integers(0, 3, n))  # a class that comes late
    logits = rng.normal(size=(n, 3)) + 1.5 * np.eye(3)[gold]
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return pd.DataFrame(
        {
            "truth": names[gold],
            "said": names[scores.argmax(axis=1)],
            **{f"p_{name}": scores[:, i] for i, name in enumerate(names)},
            "sex": np.array(["f", "m", None], dtype=object)[rng.choice(3, n, p=[0.5, 0.4, 0.1])],
            "region": np.where(np.arange(n) < 1_500, "north", "a,b=c"),
            "age": rng.integers(0, 90, n),
        }
    )


def write(frame, path):
    if path.suffix == ".jsonl":
        frame.to_json(path, orient="records", lines=True, double_precision=15)
    elif path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False)
    return path


def stream(path, prefix="p_", groups=GROUPS, keep=None):
    return read_any_size(path, "truth", "said", prefix, groups, keep)


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_sums_give_the_figures_of_the_rows(tmp_path, suffix):
    path = write(table(), tmp_path / f"p.{suffix}")
    sums = stream(path)
    assert isinstance(sums, PredictionSums)
    rows = audit(read_predictions(path, "truth", "said", "p_", GROUPS), CONFIG, seed=3)
    summed = audit(sums, CONFIG, seed=3)
    of_rows = [m for m in rows.measures if "slice" not in m.scope and m.metric not in OF_ROWS_ALONE]
    assert [m.id for m in of_rows] == [m.id for m in summed.measures]
    for one, other in zip(of_rows, summed.measures, strict=True):
        within = 1e-12
        if one.metric in FROM_BINS:
            within = (1e-4 if one.n >= 1_000 else 0.01) if one.metric.startswith("roc_auc") else 0.02
        if one.metric in NOT_SUMMED:
            assert other.value is None
            assert other.undefined_because == Reason.of("not_summed")
            continue
        assert (one.n, one.undefined_because) == (other.n, other.undefined_because)
        assert other.value == pytest.approx(one.value, abs=within), one.id
        if one.metric not in FROM_BINS:
            assert (other.low, other.high, other.p, other.q) == pytest.approx(
                (one.low, one.high, one.p, one.q), abs=1e-12
            ), one.id
        elif one.metric == "roc_auc_macro":  # its classes are taken to err together
            assert other.high - other.low >= one.high - one.low - 1e-4
        elif one.low is not None:
            assert (other.low, other.high) == pytest.approx((one.low, one.high), abs=0.02), one.id
    gap = {m.id: m.method for m in summed.measures}["ece_gap{attribute=region}"]
    assert gap == BOOTSTRAP_OF_BINS + SQUARE_AND_ADD
    for key in ("kind", "labels", "groups", "settings", "baseline", "n"):
        assert getattr(rows.facts, key) == getattr(summed.facts, key)
    assert rows.facts.own.confusion == summed.facts.own.confusion
    assert rows.facts.own.bins is None
    assert summed.facts.own.bins.n_bins > 2_000
    assert (rows.facts.is_summed, summed.facts.is_summed) == (False, True)


def test_the_number_of_rows_decides(tmp_path):
    assert isinstance(stream(write(table(1_000), tmp_path / "few.csv")), Predictions)
    assert isinstance(stream(write(table(1_001), tmp_path / "many.csv")), PredictionSums)


@pytest.mark.parametrize("n", [700, 3_000])
def test_every_row_is_kept_as_it_was(tmp_path, n):
    path = write(table(n), tmp_path / "p.csv")
    with AnswersWriter(tmp_path / "kept.parquet") as writer:
        found = stream(path, keep=writer)
    whole = read_predictions(path, "truth", "said", "p_", GROUPS)
    kept = load_answers(tmp_path / "kept.parquet", found.labels, found.groups)
    for name in ("ids", "gold", "predicted", "scores"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(whole, name))
    for name, values in whole.groups.items():
        np.testing.assert_array_equal(kept.groups[name], values)


def test_only_columns_that_repeat_are_written_with_a_dictionary(tmp_path):
    with AnswersWriter(tmp_path / "kept.parquet") as writer:
        stream(write(table(), tmp_path / "p.parquet"), keep=writer)
    metadata = pq.read_metadata(tmp_path / "kept.parquet")
    columns = [metadata.row_group(0).column(i) for i in range(metadata.num_columns)]
    with_one = {column.path_in_schema for column in columns if column.has_dictionary_page}
    assert with_one == {"label", "predicted", "sex", "region", "age"}


def test_without_scores_and_without_groups(tmp_path):
    path = write(table(), tmp_path / "p.parquet")
    summed = audit(stream(path, None, []), CONFIG, seed=3)
    rows = audit(read_predictions(path, "truth", "said", None, []), CONFIG, seed=3)
    assert summed.measures == rows.measures
    assert summed.facts.model_copy(update={"lacks": {}}) == rows.facts


def change(column, row, value):
    frame = table().astype({column: object})
    frame.loc[row, column] = value
    return frame


@pytest.mark.parametrize(
    ("column", "row", "value", "message"),
    [
        ("p_NA", 2_400, 1.5, r"row 2401: scores lie between 0 and 1, p_NA is 1\.5"),
        ("p_NA", 2_400, "high", r"row 2401: a score is a number, p_NA is 'high'"),
        ("p_NA", 2_400, 0.9999, r"row 2401: the scores of a row sum to 1"),
        ("age", 2_400, "old", r"row 2401: a banded column holds numbers, age has 'old'"),
        ("truth", 2_400, None, r"1 lacks the label and 0 the prediction \(the first is row 2401\)"),
        ("said", 2_400, "what", "no 'p_what'"),
    ],
)
def test_a_bad_row_far_down_keeps_its_number(tmp_path, column, row, value, message):
    path = write(change(column, row, value), tmp_path / "p.csv")
    with pytest.raises(DataError, match=message) as streamed:
        stream(path)
    with pytest.raises(DataError) as whole:
        read_predictions(path, "truth", "said", "p_", GROUPS)
    assert str(streamed.value) == str(whole.value)


def test_bad_columns(tmp_path):
    frame = table().assign(note=[f"t{i}" for i in range(3_000)])
    path = write(frame, tmp_path / "p.csv")
    with pytest.raises(DataError, match=r"'note' has 1,\d50 in 1,\d50 rows; choose another"):
        stream(path, groups=["note"])
    with pytest.raises(DataError, match=r"labels are a few classes, 'note' .* different values in 1,350 rows"):
        read_any_size(path, "note", "said", None, [], None)
    with pytest.raises(DataError, match="every 'truth' is 'no'"):
        stream(write(frame.assign(truth="no"), tmp_path / "one.csv"))


def test_free_text_is_refused_before_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(streamed, "_MOST_GROUPS", 1_000)
    path = write(table().assign(note=[f"t{i}" for i in range(3_000)]), tmp_path / "p.csv")
    with pytest.raises(DataError, match=r"'note' has 1,\d50 in 1,\d50 rows; choose another"):
        stream(path, groups=["note"])


def test_more_cells_than_bins_leave_the_groups_without_auc_and_say_so(tmp_path, monkeypatch):
    path = write(table(), tmp_path / "p.csv")
    full = {m.id: m for m in audit(stream(path), CONFIG, seed=3).measures}
    monkeypatch.setattr(tally_of_sums, "_MOST_BIN_BYTES", 1_000_000)
    found = {m.id: m for m in audit(stream(path), CONFIG, seed=3).measures}
    assert found["roc_auc{class=no}"] == full["roc_auc{class=no}"]
    assert found["ece"] == full["ece"]
    assert found["roc_auc{class=no,sex=f}"].undefined_because == Reason.of("not_summed")
    assert found["log_loss{sex=f}"] == full["log_loss{sex=f}"]
