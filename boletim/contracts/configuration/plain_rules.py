"""What pydantic found wrong, in plain words."""

from typing import Any

from pydantic_core import ErrorDetails

from boletim.contracts.configuration.keys import keys_at, nearest
from boletim.contracts.configuration.yaml_reading import Place, shown

_WANTED = {
    "tuple_type": "a list, written [a, b]",
    "list_type": "a list, written [a, b]",
    "string_type": "a text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "date_type": "a day, written 2026-12-31",
    "date_parsing": "a day, written 2026-12-31",
    "date_from_datetime_parsing": "a day, written 2026-12-31",
    "date_from_datetime_inexact": "a day, written 2026-12-31",
}
_MAPPINGS = ("dict_type", "model_type", "model_attributes_type")
_LANGUAGE = "^[a-z]{2}(-[A-Z]{2})?$"


def plain_rule(detail: ErrorDetails, place: Place) -> str:
    """What the value must be: one clause without the value."""
    kind, context = detail["type"], detail.get("ctx") or {}
    if kind in _WANTED:
        return f"must be {_WANTED[kind]}"
    if kind in _MAPPINGS:
        keys = keys_at(place)
        return (
            f"must be a mapping with the keys {', '.join(keys)}" if keys else "must be a mapping, written {key: value}"
        )
    if kind == "literal_error":
        return f"must be {context['expected'].replace(chr(39), '')}{_meant(detail['input'], context['expected'])}"
    if kind == "string_pattern_mismatch" and context.get("pattern") == _LANGUAGE:
        return "must be a language, written en or pt-BR"
    message = detail["msg"].removeprefix("Value error, ")
    return message.replace("Input should be", "must be").replace("String should", "must")[:400]


def got_instead(detail: ErrorDetails) -> str:
    """What was written, in few words; empty where a whole part of the configuration breaks the rule."""
    value = detail["input"]
    if value is None:
        return "nothing"
    if isinstance(value, str | int | float):
        return shown(value)
    if detail["type"] not in (*_WANTED, *_MAPPINGS):
        return ""
    return "a list" if isinstance(value, list | tuple) else "a mapping"


def _meant(written: Any, expected: str) -> str:
    names = [part.strip(" '") for part in expected.replace(" or ", ", ").split(",")]
    near = nearest(written, names) if isinstance(written, str) else None
    return f" (did you mean {near}?)" if near else ""
