"""Whatever code can mean to say has words in every language, with the same slots; and no words stand unused."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from boletim.contracts.language import known_languages, load_language

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("audit", "probes", "tuning", "reports", "app", "boletim/contracts", "boletim/models", "boletim/tables")
SECTIONS = {"Method": "methods"}
"""The class that is said, and where its words stand in a pack."""


def calls() -> Iterator[ast.Call]:
    """All calls in the sources."""
    for path in (path for room in SOURCES for path in (ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def kinds(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can be."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from kinds(node.body)
        yield from kinds(node.orelse)


def meant() -> dict[str, dict[str, set[str]]]:
    """Per class the kinds that the sources can make, each with its slots."""
    found: dict[str, dict[str, set[str]]] = {name: {} for name in SECTIONS}
    for call in calls():
        maker = call.func
        if isinstance(maker, ast.Attribute) and maker.attr == "of" and getattr(maker.value, "id", "") in SECTIONS:
            for kind in kinds(call.args[0]):
                slots = {keyword.arg or "" for keyword in call.keywords}
                found[maker.value.id].setdefault(kind, set()).update(slots)  # type: ignore[attr-defined]
    return found


MEANT = meant()


def slots_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_sources_are_read() -> None:
    assert {"wilson", "majority_test", "monte_carlo_permutation"} <= set(MEANT["Method"])
    assert MEANT["Method"]["simultaneous_pairs"] == {"n"}


@pytest.mark.parametrize("code", known_languages())
@pytest.mark.parametrize("name", SECTIONS)
def test_every_kind_has_words_with_its_slots_and_no_words_stand_unused(code: str, name: str) -> None:
    words = load_language(code).words[SECTIONS[name]]
    assert set(words) == set(MEANT[name])
    assert {kind: slots_of(text) for kind, text in words.items()} == MEANT[name]
