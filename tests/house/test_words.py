"""Every sentence that the program says stands in the language packs, and the code names it by its key."""

import ast
import re
import string
from pathlib import Path

import pytest

from boletim.contracts import errors
from boletim.contracts.language import known_languages, load_language
from boletim.contracts.sentence import flat

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "audit", "tuning", "probes", "reports", "boletim")
LINKED = ("app", "audit", "tuning", "probes", "reports", "templates")
HOW = """
  By key: `raise DataError("my_key", column=name, at=path)` or `say(Sentence("terminal.part.my_key", n=n))`, and
  write `my_key: '…{column!r}…'` in words/errors.yaml or words/terminal.yaml of boletim/languages/en AND pt-BR, with the
  same slots; `at` goes before the sentence with a colon, `row_of(path, row)` makes it "file, row 3". A number's slot is
  called n or n_…; a value may be a sentence or an error. In a record's validator it is RuleError, not ValueError.
"""
RAISED = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.BoletimError | errors.StopRequest)
} | {"MissingExtraError", "NotTrainedError"}
SAYING = {"say", "warn", "as_read", "in_readers_words"}
VALIDATED = "boletim/contracts/configuration/"


def sources():
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not (room == "boletim" and name.split("/")[1] in LINKED):
                yield name, ast.parse(path.read_text("utf-8"))


CALLS = [
    (f"{name}:{node.lineno}", getattr(node.func, "attr", getattr(node.func, "id", "")), node)
    for name, tree in sources()
    for node in ast.walk(tree)
    if isinstance(node, ast.Call)
]
TEXTS = {
    node.value
    for name, tree in sources()
    for node in ast.walk(tree)
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}


def words_of(language):
    words = load_language(language).words
    return dict(flat({part: words[part] for part in ("errors", "terminal", "help")}))


ENGLISH = words_of("en")


def slots(template):
    return sorted({name for _, name, _, _ in string.Formatter().parse(template) if name})


def is_prose(node):
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and " " in str(node.value).strip())


def keyed():
    """Every call that says something by a literal key, with its key and the names of its values."""
    for where, name, node in CALLS:
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and (name in RAISED or name == "Sentence"):
            key = first.value if name == "Sentence" else f"errors.{first.value}"
            given = None if any(one.arg is None for one in node.keywords) else {one.arg for one in node.keywords}
            yield where, name, key, given


@pytest.mark.parametrize("language", known_languages())
def test_every_pack_has_every_sentence_with_the_same_slots(language):
    own = words_of(language)
    assert own.keys() == ENGLISH.keys()
    assert len(ENGLISH) > 800
    assert not {key: (ENGLISH[key], own[key]) for key in ENGLISH if slots(own[key]) != slots(ENGLISH[key])}


def test_no_error_holds_a_sentence():
    wrong = [where for where, name, node in CALLS if name in RAISED and node.args and is_prose(node.args[0])]
    wrong += [
        where
        for where, name, node in CALLS
        if name == "ValueError" and where.startswith(VALIDATED) and node.args and is_prose(node.args[0])
    ]
    assert not wrong, f"these errors hold a sentence: {', '.join(wrong)}{HOW}"


def test_nothing_is_said_but_sentences_of_the_packs():
    def is_raw(node):
        is_key = isinstance(node, ast.JoinedStr) and re.match(r"\w+\.\w+", str(getattr(node.values[0], "value", "")))
        return is_prose(node) and not is_key

    wrong = [where for where, name, node in CALLS if name in SAYING and node.args and is_raw(node.args[0])]
    assert not wrong, f"these lines are said in English alone: {', '.join(wrong)}{HOW}"


def test_every_key_that_is_said_is_in_the_packs_with_these_values():
    unknown = [f"{where} {key}" for where, _, key, _ in keyed() if key.count(" ") == 0 and key not in ENGLISH]
    assert not unknown, f"no pack has these keys: {', '.join(unknown)}{HOW}"
    other = [
        f"{where} {key}: the words have {slots(ENGLISH[key])}, the code gives {sorted(given - {'at'})}"
        for where, name, key, given in keyed()
        if given is not None and slots(ENGLISH[key]) != sorted(given if name == "Sentence" else given - {"at"})
    ]
    assert not other, "\n".join(other) + HOW


def test_every_sentence_of_the_packs_is_said():
    begun = {
        str(node.values[0].value)
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant)
    }
    begun = tuple(one for one in begun if re.match(r"(errors|terminal)\.\w", one))
    said = TEXTS | {f"errors.{text}" for text in TEXTS} | {f"terminal.{text}" for text in TEXTS}
    unsaid = [
        key
        for key in ENGLISH
        if not key.startswith(("help.", "terminal.word.")) and key not in said and not key.startswith(begun)
    ]
    assert not unsaid, f"nothing says these any more; remove them from both packs: {', '.join(unsaid)}"
