"""Which answers a card needs, by the profile that its owner chose."""

from functools import cache
from importlib.resources import files

import yaml

from boletim.contracts.configuration.card import CardConfig


@cache
def required_answers() -> dict[str, tuple[str, ...]]:
    """Names of the required fields by profile, as profiles.yaml has them."""
    text = files("boletim.reports.card").joinpath("profiles.yaml").read_text(encoding="utf-8")
    return {name: tuple(fields) for name, fields in yaml.safe_load(text).items()}


def missing_answers(provided: CardConfig) -> tuple[str, ...]:
    """Required by the card's profile and not provided, in the order of the profile."""
    return tuple(name for name in required_answers()[provided.profile] if getattr(provided, name) is None)
