"""Durations and sizes as people write them: 30m, 8h, 20GB."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from boletim.contracts.errors import RuleError

_UNITS_B = {"M": 10**6, "G": 10**9, "T": 10**12}
_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _seconds(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd])\s*", value)
    if match is None:
        raise RuleError("duration", got=value)
    return float(match.group(1)) * _UNITS_S[match.group(2)]


def _bytes(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([MGT])B\s*", value)
    if match is None:
        raise RuleError("size", got=value)
    return round(float(match.group(1)) * _UNITS_B[match.group(2)])


Duration = Annotated[float, BeforeValidator(_seconds), Field(gt=0)]
"""Seconds; a number, or a text such as 90s, 30m, 8h or 2d."""
Bytes = Annotated[int, BeforeValidator(_bytes), Field(gt=0)]
"""Bytes; a number, or a text such as 500MB, 20GB or 1TB."""
