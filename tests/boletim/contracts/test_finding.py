import pytest
from pydantic import ValidationError

from boletim.contracts.finding import Finding


def test_nothing_of_high_severity_rests_on_less_than_what_was_shown() -> None:
    Finding(severity="high", kind="x", key="so", verdict="shown", measures=())
    for verdict in ("shown absent", "insufficient evidence"):
        with pytest.raises(ValidationError, match="must be shown"):
            Finding(severity="high", kind="x", key="so", verdict=verdict, measures=())


def test_a_finding_carries_no_sentence() -> None:
    with pytest.raises(ValidationError, match="claim"):
        Finding(severity="info", kind="x", key="so", verdict="shown", measures=(), claim="It is so.")  # type: ignore[call-arg]
