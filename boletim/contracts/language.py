"""One language: what the card says in it, and what the probes write in it."""

from functools import cache
from importlib.resources import files
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
    exchanges: dict[str, tuple[tuple[str, ...], ...]] = {}
    """Terms that may take each other's place in a real text, by attribute: of one gender and number."""


class Language(Record):
    """The content of languages/<code>.yaml."""

    code: str
    name: str
    """In the language itself."""
    numbers: NumberStyle = NumberStyle()
    words: dict[str, Any] = {}
    """Nested texts of the card, addressed with dots."""
    sources: dict[str, str] = {}
    professions: tuple[Profession, ...] = ()
    articles: dict[str, str] = {}
    """Indefinite articles before a `vowel` and before a `consonant`, where one word serves both genders."""
    frames: tuple[Frame, ...] = ()
    swaps: dict[str, Any] = {}
    """Gendered words for counterfactual swaps, read by `probes.pronoun_swap`."""
    probe_words: ProbeWords = ProbeWords()


def known_languages() -> tuple[str, ...]:
    """Codes of the languages in the package, sorted."""
    folder = files("boletim.languages")
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")))


@cache
def load_language(code: str) -> Language:
    """Read one language pack.

    Raises:
        InputError: There is no such language; the message lists the known ones.
    """
    if code not in known_languages():
        raise InputError(f"language must be one of {', '.join(known_languages())}, got {code!r}")
    text = files("boletim.languages").joinpath(f"{code}.yaml").read_text(encoding="utf-8")
    return Language.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
