import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boletim.contracts.errors import DataError
from boletim.tables.bands import band_names, cut_into_bands


def cut(values, edges):
    return list(cut_into_bands(pd.Series(values, name="age", dtype=object), edges, "people.csv"))


def test_whole_edges_name_whole_years():
    values = [0, 29, 30, "39", 40.0, "49", "50", 64, 64.9, 65, 120, None, "", np.nan, -1]
    expected = ["0-29", "0-29", "30-39", "30-39", "40-49", "40-49", "50-64", "50-64", "50-64", "65+", "65+"]
    assert cut(values, (0, 30, 40, 50, 65)) == [*expected, None, None, None, "<0"]


def test_names_say_what_they_hold():
    assert band_names((0, 1, 2)) == ["<0", "0", "1", "2+"]
    assert band_names((0.5, 1.5)) == ["<0.5", "[0.5, 1.5)", "1.5+"]
    assert band_names((-20, -10, 0)) == ["<-20", "-20 to -11", "-10 to -1", "0+"]


@given(st.lists(st.integers(-50, 150), min_size=1), st.sets(st.integers(-40, 140), min_size=1, max_size=6))
def test_every_number_lies_in_the_band_that_counting_edges_gives(values, edges):
    edges = tuple(sorted(edges))
    expected = [band_names(edges)[sum(edge <= value for edge in edges)] for value in values]
    assert cut(values, edges) == expected


@pytest.mark.parametrize("wrong", ["old", "33,5", True, [30]])
def test_what_is_no_number_is_named_with_its_row(wrong):
    with pytest.raises(DataError, match=r"people.csv, row 2: a banded column holds numbers, age has"):
        cut([1, wrong], (0, 30))
    with pytest.raises(DataError, match=r"people.csv, row 42: "):
        cut_into_bands(pd.Series([1, wrong], name="age", dtype=object), (0, 30), "people.csv", 41)
