"""How a table is read, where it is not to be found out."""

import codecs
from typing import Literal

from pydantic import field_validator

from boletim.contracts.errors import RuleError
from boletim.contracts.record import Record


class ReadConfig(Record):
    """What a csv or tsv file does not say of itself; whatever is left out is found out, and said."""

    delimiter: str | None = None
    """Between cells, one character such as `;`; `tab` is the tabulator."""
    encoding: str | None = None
    """Of the file, such as utf-8, utf-16 or cp1252."""
    decimal: Literal[".", ","] | None = None
    """Before the decimals of a number."""

    @field_validator("delimiter")
    @classmethod
    def _is_one_character(cls, value: str | None) -> str | None:
        value = "\t" if value in ("tab", "\\t") else value
        if value is not None and (len(value) != 1 or value.isalnum() or value in "\r\n\"'"):
            raise RuleError("delimiter", value=value)
        return value

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            is_of_text = codecs.lookup(value)._is_text_encoding
        except (LookupError, ValueError):
            is_of_text = False
        if not is_of_text:
            raise RuleError("encoding_unknown", value=value)
        return value


AS_FOUND = ReadConfig()
"""Everything is found out."""
