"""What pydantic found wrong, in plain words."""

from typing import Any

from pydantic_core import ErrorDetails

from boletim.contracts.configuration.keys import keys_at, nearest
from boletim.contracts.configuration.yaml_reading import Place, shown
from boletim.contracts.sentence import Sentence

_WANTED = {
    "tuple_type": "rule_list",
    "list_type": "rule_list",
    "string_type": "rule_text",
    "bool_type": "rule_truth",
    "bool_parsing": "rule_truth",
    "int_type": "rule_whole",
    "int_parsing": "rule_whole",
    "int_from_float": "rule_whole",
    "float_type": "rule_number",
    "float_parsing": "rule_number",
    "date_type": "rule_day",
    "date_parsing": "rule_day",
    "date_from_datetime_parsing": "rule_day",
    "date_from_datetime_inexact": "rule_day",
}
_BOUNDS = {
    "greater_than_equal": ("rule_least", "ge"),
    "less_than_equal": ("rule_most", "le"),
    "greater_than": ("rule_above", "gt"),
    "less_than": ("rule_below", "lt"),
}
"""What the language packs call each of pydantic's rules, and where it keeps the bound."""
_MAPPINGS = ("dict_type", "model_type", "model_attributes_type")
_LANGUAGE = "^[a-z]{2}(-[A-Z]{2})?$"


def plain_rule(detail: ErrorDetails, place: Place) -> str:
    """What the value must be: one clause without the value."""
    kind, context = detail["type"], detail.get("ctx") or {}
    if kind in _WANTED:
        return _must_be(Sentence(f"errors.{_WANTED[kind]}"))
    if kind in _BOUNDS:
        key, bound = _BOUNDS[kind]
        return _must_be(Sentence(f"errors.{key}", limit=context[bound]))
    if kind in _MAPPINGS:
        keys = keys_at(place)
        return Sentence("errors.must_be_mapping", keys=keys) if keys else Sentence("errors.must_be_any_mapping")
    if kind == "literal_error":
        names = context["expected"].replace("'", "")
        return Sentence("errors.must_be_one_of", names=names, hint=_meant(detail["input"], names))
    if kind == "string_pattern_mismatch" and context.get("pattern") == _LANGUAGE:
        return _must_be(Sentence("errors.rule_language"))
    message = detail["msg"].removeprefix("Value error, ")
    return message.replace("Input should be", "must be").replace("String should", "must")[:400]


def got_instead(detail: ErrorDetails) -> str:
    """What was written, in few words; empty where a whole part of the configuration breaks the rule."""
    value = detail["input"]
    if value is None:
        return Sentence("errors.got_nothing")
    if isinstance(value, str | int | float):
        return shown(value)
    if detail["type"] not in (*_WANTED, *_MAPPINGS):
        return ""
    return Sentence("errors.got_list" if isinstance(value, list | tuple) else "errors.got_mapping")


def _must_be(what: Sentence) -> str:
    return Sentence("errors.must_be", what=what)


def _meant(written: Any, expected: str) -> str:
    names = [part.strip(" '") for part in expected.replace(" or ", ", ").split(",")]
    near = nearest(written, names) if isinstance(written, str) else None
    said = Sentence("errors.did_you_mean_plain", near=near)
    return Sentence("errors.hint_in_brackets", said=said) if near else ""
