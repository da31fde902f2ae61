"""The mistakes that `mutations.py` makes, as `audit_mistakes.yaml` lists them."""

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Mutation:
    """One mistake: a text in a file, what it becomes, and the tests that are asked."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


MUTATIONS = tuple(
    Mutation(**row | {"tests": tuple(row["tests"])})
    for row in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
)
