"""One known number and what the installed code makes of it."""

from typing import Literal

from boletim.contracts.language import load_language
from boletim.contracts.record import Record

Status = Literal["reproduced", "not reproduced", "not run: data absent"]


class SelftestRow(Record):
    """A row of the self-test."""

    key: str
    """Of the name in the language packs (`validation.rows.<key>`)."""
    values: dict[str, str] = {}
    """What the name is filled with."""
    name: str
    """In English."""
    checks: tuple[str, ...]
    """The probes whose code it goes through, or `audit`."""
    expected: float
    tolerance: float
    """What rounding allows: half a unit of the last published digit, more where published inputs are rounded too."""
    obtained: float | None
    """None where the data are absent."""
    source: str
    """In English."""
    source_key: str
    """Of the same in the language packs (`validation.sources.<key>`)."""
    data_sha256: str | None = None
    status: Status


def make_row(
    key: str,
    expected: float,
    tolerance: float,
    obtained: float | None,
    source: str,
    checks: tuple[str, ...],
    sha256: str | None = None,
    **values: str,
) -> SelftestRow:
    """A row with its verdict and its English words.

    Args:
        key: Of the name.
        expected: The known number.
        tolerance: What rounding allows.
        obtained: From the installed code; None where the data are absent.
        source: Key of the source.
        checks: The probes, or `audit`.
        sha256: Hash of the data.
        values: What the name is filled with.
    """
    status: Status = "not run: data absent"
    if obtained is not None:
        # a published number was rounded: half a unit of its last digit, and the rounding of the comparison itself
        status = "reproduced" if abs(obtained - expected) <= tolerance + 1e-9 else "not reproduced"
    words = load_language("en").words["validation"]
    return SelftestRow(
        key=key,
        values=values,
        name=words["rows"][key].format(**values),
        checks=checks,
        expected=expected,
        tolerance=tolerance,
        obtained=obtained,
        source=words["sources"][source],
        source_key=source,
        data_sha256=sha256,
        status=status,
    )
