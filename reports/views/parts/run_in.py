"""Many small values as one line of text, where a table would be longer than what it says."""

from collections.abc import Iterable


def run_in(pairs: Iterable[tuple[str, str]]) -> str:
    """`accelerate 1.15.0; numpy 2.4.6`."""
    return "; ".join(f"{name} {value}" for name, value in pairs)
