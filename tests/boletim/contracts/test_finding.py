"""What a finding may say; one rule of severity for all gaps, and a severity that is that of the rule named."""

from typing import Any

import pytest
from pydantic import ValidationError

from boletim.contracts.finding import SEVERITY_OF, Finding, rule_beyond

MADE: dict[str, Any] = {"kind": "x", "key": "so", "verdict": "shown", "measures": ()}


def test_nothing_of_high_severity_rests_on_less_than_what_was_shown() -> None:
    Finding(severity="high", kind="x", key="so", verdict="shown", measures=())
    for verdict in ("shown absent", "insufficient evidence"):
        with pytest.raises(ValidationError, match="must be shown"):
            Finding(severity="high", kind="x", key="so", verdict=verdict, measures=())


def test_a_finding_carries_no_sentence() -> None:
    with pytest.raises(ValidationError, match="claim"):
        Finding(severity="info", kind="x", key="so", verdict="shown", measures=(), claim="It is so.")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("low", "high", "margin", "rule"),
    [
        (0.101, 0.3, 0.05, "far_beyond"),
        (0.1, 0.3, 0.05, "beyond"),
        (0.051, 0.3, 0.05, "beyond"),
        (-0.3, -0.101, 0.05, "far_beyond"),
        (-0.3, -0.1, 0.05, "beyond"),
        (0.001, 0.3, 0.0, "far_beyond"),  # where no size counts as none, every gap shown is far beyond it
        (None, None, 0.05, "beyond"),
    ],
)
def test_a_gap_is_far_beyond_where_its_whole_interval_is(low: Any, high: Any, margin: float, rule: str) -> None:
    assert rule_beyond([(low, high)], margin) == rule
    assert rule_beyond([(margin, 2 * margin), (low, high)], margin) == rule  # the widest of several decides


def test_the_severity_is_that_of_the_rule() -> None:
    for rule, severity in SEVERITY_OF.items():
        assert Finding(rule=rule, **MADE).severity == severity
        assert Finding.model_validate_json(Finding(rule=rule, **MADE).model_dump_json()).severity == severity
    assert Finding(**MADE).severity == "info"
    with pytest.raises(ValidationError, match="rates a finding 'low'"):
        Finding(rule="repeats", severity="high", **MADE)
    with pytest.raises(ValidationError, match="rule"):
        Finding(rule="full_moon", **MADE)


def test_a_finding_of_another_package_keeps_the_severity_that_it_came_with() -> None:
    assert Finding(severity="medium", **MADE).severity == "medium"
