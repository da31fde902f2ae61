import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from boletim.contracts.meaning import message
from boletim.contracts.measure import Measure, measure_id, parse_measure_id

text = st.text(min_size=1).map(lambda value: value.strip() or "x").filter(lambda v: "\ud800" not in v)


def test_keys_come_in_the_documented_order():
    scope = {"zone": "a", "gender": "female", "attribute": "gender", "probe": "p", "class": "nurse", "age": "0-29"}
    assert (
        measure_id("recall", scope, groups=("gender", "age"))
        == "recall{class=nurse,probe=p,attribute=gender,age=0-29,gender=female,zone=a}"
    )
    assert measure_id("accuracy") == "accuracy"


@given(st.text(min_size=1, alphabet="abc_"), st.dictionaries(text, text, max_size=4))
def test_an_id_gives_back_its_metric_and_scope(metric, scope):
    assert parse_measure_id(measure_id(metric, scope)) == (metric, scope)


@pytest.mark.parametrize("wrong", ["", "recall{", "recall{class}", "recall{class=a=b}", "{class=a}"])
def test_what_is_no_id_is_refused(wrong):
    with pytest.raises(ValueError, match="a measure is written"):
        parse_measure_id(wrong)


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_value_is_never_nan(number):
    with pytest.raises(ValidationError, match="finite"):
        Measure(id="f1", metric="f1", value=number, n=3)


def test_no_value_needs_its_reason():
    with pytest.raises(ValidationError, match="undefined_because"):
        Measure(id="f1", metric="f1", value=None, n=0)
    assert Measure(id="f1", metric="f1", value=None, n=0, undefined_because=message("no example")).value is None
