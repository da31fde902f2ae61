"""What was found out of a csv or tsv file, as `data.read` says it."""

import json
from pathlib import Path

from boletim.contracts.configuration.reading import AS_FOUND
from boletim.tables.dialect import find_dialect
from boletim.tables.opened import kind_of

_USUAL = {".csv": ",", ".tsv": "\t"}


def found_reading(path: str) -> str:
    """A YAML mapping of delimiter, encoding and decimal sign where they are not as usual; empty where all are.

    Raises:
        DataError: The file is not text of one encoding.
    """
    file = Path(path).expanduser()
    if not file.is_file() or kind_of(file) not in _USUAL:
        return ""
    dialect = find_dialect(file, AS_FOUND)
    found = {
        "delimiter": (dialect.delimiter.replace("\t", "tab"), dialect.delimiter == _USUAL[kind_of(file)]),
        "encoding": (dialect.encoding, dialect.encoding.startswith("utf-8")),
        "decimal": (dialect.decimal, dialect.decimal == "."),
    }
    unusual = [f"{key}: {json.dumps(value)}" for key, (value, is_usual) in found.items() if not is_usual]
    return f"{{{', '.join(unusual)}}}" if unusual else ""
