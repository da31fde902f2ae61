"""One language: what the card says in it, and what the probes write in it."""

from functools import cache
from importlib.metadata import entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from boletim.contracts.errors import InputError
from boletim.contracts.record import Record


class NumberStyle(Record):
    """How the reader writes numbers and dates."""

    decimal: str = "."
    thousands: str = ","
    date: str = "%Y-%m-%d"
    percent: str = "{}%"


class Profession(Record):
    """One profession in both forms; equal forms are epicene."""

    id: str
    """English key, the same in every language."""
    female: str
    male: str
    share_of_women: float | None = None
    """Share in [0, 1] of women in the occupation, where the source gives one."""
    source: str | None = None
    """Key into the pack's `sources`."""


class Frame(Record):
    """A sentence with slots: `{profession}`, and `{female form|male form}` for every word that agrees.

    `{a_profession}` is the profession with its indefinite article, in languages whose pack has `articles`.
    """

    id: str
    text: str


class IdentityTerm(Record):
    """A term for a group of people, as the noun phrase that fills `{person}`."""

    id: str
    attribute: str
    """What kind of group: religion, nationality …, in the language itself."""
    text: str


class FirstNames(Record):
    """First names given to girls and to boys."""

    female: tuple[str, ...] = ()
    male: tuple[str, ...] = ()


class PairQuestion(Record):
    """A question about two people to which the text has no answer, and its opposite."""

    id: str
    asked: str
    negated: str


class ProbeWords(Record):
    """Words and frames of the probes about identity terms and names; a user's file may bring others."""

    unmarked_person: str = ""
    """Fills `{person}` where no group is named."""
    identity_terms: tuple[IdentityTerm, ...] = ()
    identity_frames: tuple[Frame, ...] = ()
    """Neutral and positive sentences with the slot `{person}`."""
    unmarked_name: str = ""
    """Fills `{name}` where nobody is named."""
    first_names: FirstNames = FirstNames()
    name_frames: tuple[Frame, ...] = ()
    """Sentences with the slot `{name}` that agree with neither gender."""
    pair_frames: tuple[Frame, ...] = ()
    """Texts with the slots `{first}` and `{second}` for two names, which say nothing of either alone."""
    pair_questions: tuple[PairQuestion, ...] = ()
    work_name_frames: tuple[Frame, ...] = ()
    """Sentences with the slots `{name}` and `{profession}`; words that agree with the person as in frames of work."""
    before_names: tuple[str, ...] = ()
    """Words that agree with the name which follows them: articles, titles."""
    exchanges: dict[str, tuple[tuple[str, ...], ...]] = {}
    """Terms that may take each other's place in a real text, by attribute: of one gender and number."""


class Language(Record):
    """The content of a language's folder."""

    code: str
    name: str
    """In the language itself."""
    numbers: NumberStyle = NumberStyle()
    singular: dict[str, str] = {}
    """Of each word that follows a count, for counts of one (`agree` in contracts/agreement.py)."""
    singular_before: dict[str, str] = {}
    """Of each that stands in front of one."""
    singular_below_two: bool = False
    """Whether a noun behind a decimal number below two stands in the singular."""
    common_words: str = ""
    """Its commonest words, which few other languages have; by them texts are known."""
    dropped_articles: tuple[str, ...] = ()
    """Articles that do not count where two answers to a question are compared."""
    question_words: dict[str, tuple[str, ...]] = {}
    """What questions ask for, with the forms that ask for it."""
    words: dict[str, Any] = {}
    """Nested texts of the card, addressed with dots: the files of the folder `words`, as one."""
    sources: dict[str, str] = {}
    professions: tuple[Profession, ...] = ()
    articles: dict[str, str] = {}
    """Indefinite articles before a `vowel` and before a `consonant`, where one word serves both genders."""
    frames: tuple[Frame, ...] = ()
    swaps: dict[str, Any] = {}
    """Gendered words for counterfactual swaps, read by `probes.pronoun_swap`."""
    probe_words: ProbeWords = ProbeWords()


def known_languages() -> tuple[str, ...]:
    """Codes of the languages, sorted: folders of the package, and entry points `boletim.language` of others."""
    return tuple(sorted(_folders()))


@cache
def load_language(code: str) -> Language:
    """Read one language.

    Raises:
        InputError: There is no such language (the message lists the known ones), or two of its files hold one key.
    """
    folder = language_folder(code)
    content, words = _merged(folder), _merged(folder / "words")
    for point in entry_points(group="boletim.words"):
        words = _with_words_of(words, code, point.value)
    if content.get("code") != code:
        raise InputError("language_code", code=code, other=content.get("code"))
    return Language.model_validate({**content, "words": words})


def language_folder(code: str) -> Traversable:
    """Where everything of one language lies.

    Raises:
        InputError: There is no such language; the message lists the known ones.
    """
    folders = _folders()
    if code not in folders:
        raise InputError("language_known", folders=sorted(folders), code=code)
    return folders[code]


@cache
def _folders() -> dict[str, Traversable]:
    own = {
        entry.name: entry for entry in files("boletim.languages").iterdir() if entry.joinpath("language.yaml").is_file()
    }
    others = {point.name: files(point.value) for point in entry_points(group="boletim.language")}
    if both := sorted(own.keys() & others.keys()):
        raise InputError("language_twice", code=both[0])
    return own | others


def _with_words_of(words: dict[str, Any], code: str, package: str) -> dict[str, Any]:
    """The words and those of another package's plug-ins: its `<code>.yaml`, or its `en.yaml` where it lacks that.

    Raises:
        InputError: It says otherwise what stands already.
    """
    own = next(file for name in (code, "en") if (file := files(package) / f"{name}.yaml").is_file())
    return _joined(words, yaml.load(own.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), package)


def _joined(words: dict[str, Any], more: dict[str, Any], source: str) -> dict[str, Any]:
    made = dict(words)
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(made.get(key, {}), dict):
            made[key] = _joined(made.get(key, {}), value, source)
        elif key in made:
            raise InputError("words_again", source=source, key=key)
        else:
            made[key] = value
    return made


def _merged(folder: Traversable) -> dict[str, Any]:
    """The keys of all files of a folder, joined where they are mappings; each text stands in one file.

    Raises:
        InputError: Two files say the same.
    """
    merged: dict[str, Any] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".yaml"):
            continue
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        merged = _joined(merged, content, str(file))
    return merged
