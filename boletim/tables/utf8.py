"""Say where a file is not UTF-8."""

from pathlib import Path

from boletim.contracts.errors import DataError


def not_utf8(file: Path) -> DataError:
    """The error that names the first line and byte that are not UTF-8."""
    offset = 0
    with file.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                return DataError(
                    f"{file}, line {number}: text is UTF-8, byte {line[error.start]:#04x} at offset "
                    f"{offset + error.start} is not; save the file as UTF-8"
                )
            offset += len(line)
    return DataError(f"{file}: text is UTF-8, this file was not when it was read; save the file as UTF-8")
