import time
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from boletim.contracts.errors import DataError
from boletim.contracts.name_order import in_order
from boletim.tables.label_names import check_same_names, renamed
from boletim.tables.names import as_names, as_objects, check_each_once, check_group, name_of


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (1, "1"), (1.0, "1"), ("1", "1"), ("1.0", "1"), ("1.00", "1"), (Decimal("1.00"), "1"), (np.float32(1), "1"),
        (np.int64(-3), "-3"), ("-3.0", "-3"), (-0.0, "0"), ("-0.0", "0"), (1.5, "1.5"), (Decimal("1.50"), "1.5"),
        ("1.10", "1.10"), ("01", "01"), (1e20, "100000000000000000000"), (True, "True"), (np.bool_(False), "False"),
        ("true", "true"), (b"x", "x"), ("ção".encode(), "ção"), ("ca\u0303o", "cão"), (" a \u00a0 b\n", "a b"),
        ("a\u200bb", "ab"), (datetime(2024, 12, 31), "2024-12-31"), (date(2024, 1, 2), "2024-01-02"),
        (pd.Timestamp("2024-01-02 03:04"), "2024-01-02 03:04:00"),
        (None, None), (float("nan"), None), (pd.NA, None), (pd.NaT, None), ("", None), ("  ", None), ("NA", "NA"),
    ],
)  # fmt: skip
def test_one_rule_from_a_cell_to_a_name(cell, name):
    assert name_of(cell) == name


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (["a"], "this holds a list"),
        ({"a": 1}, "this holds a dict"),
        ({"label": "pos", "score": 0.9}, "write its label alone"),
        ([{"label": "pos", "score": 0.9}], "write its label alone"),
        (np.array([1, 2]), "this holds a ndarray"),
        (b"\xff", "bytes that are not UTF-8"),
        ("x" * 501, "a name has at most 500 characters, this has 501"),
    ],
)
def test_what_is_no_name_is_refused_with_its_row(cell, message):
    with pytest.raises(DataError, match=message) as refused:
        as_names("f.csv", pd.Series(["fine", None, cell], dtype=object, name="c"), first_row=11)
    assert str(refused.value).startswith("f.csv, row 13, column 'c': ")


def test_a_truth_value_is_not_the_number_one():
    assert as_objects(as_names("f", pd.Series([True, 1, 1.0, "1", None], dtype=object))).tolist() == [
        "True", "1", "1", "1", None,
    ]  # fmt: skip


def test_classes_are_sorted_as_numbers_where_all_are():
    assert in_order(["10", "9", "1", "9"]) == ("1", "9", "10")
    assert in_order(["10", "9", "b"]) == ("10", "9", "b")
    assert in_order(["1.5", "-2"]) == ("-2", "1.5")


@pytest.mark.parametrize(
    ("names", "n", "message"),
    [
        ([f"town {i}" for i in range(300)], 9_000, None),
        ([f"town {i}" for i in range(300)], 2_000, "choose another or merge its values"),
        ([f"town {i}" for i in range(1_001)], 90_000, "choose another or merge its values"),
        ([str(i) for i in range(100)], 200, None),
        ([str(i) for i in range(101)], 90_000, r"cut it into bands with `g: \[edges\]`"),
        ([f"2024-{m:02}-{i:02}" for m in (1, 3) for i in range(1, 32)], 90_000, "these are dates"),
        ([f"word {i}" for i in range(50)], 50, None),
    ],
)  # fmt: skip
def test_one_rule_for_groups(names, n, message):
    if message is None:
        check_group("f", "g", names, n)
    else:
        with pytest.raises(DataError, match=message):
            check_group("f", "g", names, n)


def test_given_names_reach_both_spellings():
    given = {"1": "good", "0": "bad"}
    assert [renamed(n, given) for n in ("1", "LABEL_0", "label_1", "True", "false", "GOOD", "2")] == [
        "good", "bad", "good", "good", "bad", "good", "2",
    ]  # fmt: skip
    assert renamed("True", {"True": "yes", "1": "no"}) == "yes"


@pytest.mark.parametrize(
    ("gold", "said", "is_refused"),
    [
        (["a", "b"], ["a", "b"], False),
        (["a", "b"], ["a", "c"], False),
        (["a", "b"], ["b"], False),
        (["a", "b"], ["c", "d"], True),
        (["a", "b"], ["a", "B"], True),
        (["a", "A"], ["a", "A"], False),
        (["0", "1"], ["0", "LABEL_1"], True),
        (["True", "False"], ["1"], True),
    ],
)
def test_both_sides_speak_the_same_names(gold, said, is_refused):
    if not is_refused:
        check_same_names("f", gold, said, "label", "predicted")
        return
    with pytest.raises(DataError, match=r"must use the same names, 'label' has .* and 'predicted' has .*; "):
        check_same_names("f", gold, said, "label", "predicted")


def test_a_name_that_stands_twice_is_soon_found_among_many():
    began = time.process_time()
    with pytest.raises(DataError, match=r"x\.csv: a column's name stands once, 'c7' stands twice; rename one"):
        check_each_once("x.csv", [*(f"c{i}" for i in range(100_000)), "c7"])
    assert time.process_time() - began < 5
