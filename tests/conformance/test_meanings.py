"""Whatever code can mean to say has words in every language, with the same slots; and no words stand unused."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from boletim.audit.groups.attribute import UNTESTED
from boletim.audit.kind import kind_named
from boletim.contracts.language import known_languages, load_language
from boletim.contracts.registry import plugin_names
from boletim.contracts.results.card import NoNeed, WeightsFormat

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("audit", "probes", "tuning", "reports", "app", "boletim/contracts", "boletim/models", "boletim/tables")
SECTIONS = {"Method": "methods", "Reason": "because"}
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
    assert MEANT["Reason"]["few_groups_have_class"] == set()
    assert MEANT["Reason"]["pruned"] == {"epoch", "metric", "value"}


@pytest.mark.parametrize("code", known_languages())
@pytest.mark.parametrize("name", SECTIONS)
def test_every_kind_has_words_with_its_slots_and_no_words_stand_unused(code: str, name: str) -> None:
    words = load_language(code).words[SECTIONS[name]]
    assert set(words) == set(MEANT[name])
    assert {kind: slots_of(text) for kind, text in words.items()} == MEANT[name]


_OF_TOPIC = {"make_finding": 0, "rate_finding": 0, "list_finding": 0, "headline": 0, "_one": 1, "_per_class": 1}
"""Makers of findings whose key is a topic and how it was judged, and the place of the topic among their arguments."""
_ENDING = re.compile(r"_(shown|absent|open)$")


def pattern(node: ast.expr, stem: str) -> str:
    """What a key may be; a plug-in's NAME is that of its file, anything else that is filled in is any word."""
    if isinstance(node, ast.JoinedStr):
        return "".join(pattern(part, stem) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return pattern(node.value, stem)
    if isinstance(node, ast.Name) and node.id == "NAME":
        return stem
    return re.escape(str(node.value)) if isinstance(node, ast.Constant) else "[a-z0-9_]*"


def finding_keys() -> tuple[set[str], set[str]]:
    """Keys of findings that stand whole in the sources, and patterns of all that are given anywhere."""
    whole: set[str] = set()
    patterns: set[str] = set()
    for path in (path for room in ("audit", "probes", "app") for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            given: list[ast.expr] = []
            if isinstance(node, ast.Call):
                maker = getattr(node.func, "id", "")
                if maker in _OF_TOPIC and len(node.args) > _OF_TOPIC[maker]:
                    topic = pattern(node.args[_OF_TOPIC[maker]], path.stem)
                    patterns.add(f"{topic}_(shown|absent|open)")
                given += [keyword.value for keyword in node.keywords if maker == "Finding" and keyword.arg == "key"]
                given += node.args[3:4] if maker == "_finding" else []
            elif isinstance(node, ast.Assign):
                target, value = node.targets[0], node.value
                if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                    pairs = list(zip(target.elts, value.elts, strict=True))
                else:
                    pairs = [(target, value)]
                given += [value for target, value in pairs if getattr(target, "id", "") == "key"]
            for one in given:
                whole |= set(kinds(one))
                patterns |= {pattern(one, path.stem)} if isinstance(one, ast.JoinedStr) else set()
    return whole, patterns


WHOLE, PATTERNS = finding_keys()
KINDS = [kind_named(name) for name in plugin_names("kind")]
OF_ALL = {kind.scale.said_as or metric for kind in KINDS for metric in kind.gaps} - set(UNTESTED)
GAPS = {
    f"{metric}_gap_{ending}"
    for metric in OF_ALL | {"recall", "f1_macro"}
    for ending in ("shown", "absent", "partial", "open")
}


def curve_keys() -> set[str]:
    """The rules of a learning curve: what stands before the values in each returned tuple or diagnosis."""
    tree = ast.parse((ROOT / "audit/training/learning_curve.py").read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            found |= set(kinds(node.value.elts[-2]))
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_diagnosis":
            found |= {kind for argument in node.args[3:4] for kind in kinds(argument)}
    return found


@pytest.mark.parametrize("code", known_languages())
def test_every_finding_has_words_and_no_words_stand_unused(code: str) -> None:
    words = load_language(code).words
    said = set(words["findings"]) - {"no_interval"}
    assert {"slices_none", "overlap_lifts", "more_data_open", "cluster_suspected"} <= WHOLE
    assert WHOLE | GAPS | {f"{key}_test" for key in WHOLE if key.startswith("baseline")} <= said
    assert {key for key in said if key not in WHOLE | GAPS and not any(re.fullmatch(p, key) for p in PATTERNS)} == set()
    fixed = {p.removesuffix("_(shown|absent|open)") for p in PATTERNS if "[" not in p and p.endswith("open)")}
    assert len(fixed) > 15
    assert {f"{topic}_{ending}" for topic in fixed for ending in ("shown", "open")} <= said
    rules = curve_keys()
    assert len(rules) > 10
    assert rules == set(words["curve"]) - {"diagnoses", "causes", "remedies"}
    assert {f"curve_{rule}" for rule in rules} == {key for key in said if key.startswith("curve_")}


@pytest.mark.parametrize("code", known_languages())
@pytest.mark.parametrize(
    ("section", "name", "kind"), [("gates", "no_need", NoNeed), ("model", "formats", WeightsFormat)]
)
def test_every_word_of_a_closed_list_is_said(code: str, section: str, name: str, kind: object) -> None:
    assert set(load_language(code).words[section][name]) == set(get_args(kind))
