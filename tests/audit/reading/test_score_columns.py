import numpy as np
import pandas as pd
import pytest

from boletim.audit.findings import contradiction_finding
from boletim.audit.reading.score_columns import check_agreement, n_contradicted, read_scores
from boletim.contracts.errors import DataError


def read(rows, said=None):
    frame = pd.DataFrame(rows, columns=["a", "b", "c"][: len(rows[0])], dtype=object)
    return read_scores("f.csv", frame, {name: name for name in frame}, (said if said is not None else []).append)


def test_rounded_scores_are_divided_by_their_sum_and_said():
    said: list[str] = []
    scores = read([[0.33, 0.33, 0.33], [0.5, 0.25, 0.25]], said)
    np.testing.assert_allclose(scores, [[1 / 3] * 3, [0.5, 0.25, 0.25]])
    assert said == [
        "scores: 1 of 2 rows sum to 1 within 0.01 and not exactly, as rounded numbers do; each row was divided by its "
        "sum"
    ]
    exact: list[str] = []
    read([[0.333333, 0.333333, 0.333334]], exact)
    assert exact == []


def test_scores_of_half_precision_are_accepted_within_its_step():
    torch = pytest.importorskip("torch")
    values = torch.softmax(torch.randn(200, 6, generator=torch.manual_seed(0)) * 3, dim=1).to(torch.bfloat16)
    table = values.float().numpy().astype(float)
    frame = pd.DataFrame(table, columns=list("abcdef"))
    assert np.abs(table.sum(axis=1) - 1).max() > 1e-3
    scores = read_scores("f", frame, {name: name for name in frame})
    np.testing.assert_allclose(scores.sum(axis=1), 1.0, atol=2e-6)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[0.5, 0.5], [0.6, 0.6]], r"row 2: the scores of a row sum to 1 .* these sum to 1.2000"),
        ([[0.123456, 0.9]], r"row 1: the scores of a row sum to 1 \(within 0.001, .* 1.0235"),
        ([[0.5, 0.5], [float("inf"), 0.5]], "row 2: scores lie between 0 and 1, a is inf"),
        ([[0.5, 0.5], [0.5, float("nan")]], "row 2: scores lie between 0 and 1, b is nan"),
        ([[0.5, None]], "row 1: scores lie between 0 and 1, b is nan"),
        ([[0.5, [0.5]]], "row 1: a score is a number, b is"),
        ([[0.5, 10**400]], "row 1: a score is a number, b is"),
    ],
)
def test_what_rounding_does_not_explain_is_refused_with_its_row(rows, message):
    with pytest.raises(DataError, match=message):
        read(rows)


def test_scores_and_predictions_that_do_not_belong_together():
    scores = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]])
    assert n_contradicted(scores, np.array([0, 1, 1])) == 0
    assert n_contradicted(scores, np.array([1, 0, 0])) == 2
    check_agreement("f", 50, 100)
    with pytest.raises(DataError, match=r"in 51 of 100 rows \(51.0%\)"):
        check_agreement("f", 51, 100)
    assert contradiction_finding(0, 100) is None
    few, many = contradiction_finding(5, 100), contradiction_finding(6, 100)
    assert few is not None
    assert many is not None
    assert (few.severity, many.severity) == ("low", "medium")
    assert (many.key, many.values["n_contradicted"], many.values["share"]) == ("scores_contradict", 6, 0.06)
