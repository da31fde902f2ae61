"""The gendered words of Portuguese, each with its counterpart."""

from dataclasses import dataclass, field
from typing import Literal

from boletim.contracts.record import Record

Kind = Literal["pronoun", "noun", "epicene", "article", "inner", "outer", "adjective"]
Pair = tuple[str, str]


class ByNumber(Record):
    """Female and male forms, singular and plural."""

    singular: tuple[Pair, ...]
    plural: tuple[Pair, ...]


class PortugueseWords(Record):
    """The `swaps` of a Portuguese pack; the pack's comments say what each list is."""

    pronouns: tuple[Pair, ...]
    regular_nouns: tuple[str, ...]
    irregular_nouns: tuple[tuple[str, ...], ...]
    epicene: tuple[str, ...]
    articles: ByNumber
    inner: ByNumber
    outer: ByNumber
    adjectives: tuple[str, ...]
    irregular_adjectives: tuple[tuple[str, ...], ...]
    links: frozenset[str]
    loose_links: frozenset[str]
    verbs: frozenset[str]
    between: frozenset[str]
    perfect: frozenset[str]
    fixed_nouns: frozenset[str]
    not_agreeing: frozenset[str]
    invariable: frozenset[str]
    left_alone: frozenset[str]
    phrases: tuple[str, ...]
    clitic_after: frozenset[str]
    common_adjectives: frozenset[str]
    kin: frozenset[str]
    depictives: frozenset[str]
    harmless_phrases: tuple[str, ...]
    left_alone_across_varieties: frozenset[str]
    not_persons: frozenset[str]


@dataclass(frozen=True)
class Form:
    """One form of a word that shows gender."""

    kind: Kind
    gender: str
    """female or male; empty for an epicene noun."""
    is_plural: bool
    other: str
    """The same word in the other gender."""


@dataclass(frozen=True)
class Lexicon:
    """The pack's lists, and every gendered form found by its spelling."""

    words: PortugueseWords
    forms: dict[str, Form] = field(default_factory=dict)

    def form(self, word: str) -> Form | None:
        """The gendered form spelt so; where two are, pronouns and nouns come first."""
        return self.forms.get(word) or _by_ending(word, self.words.not_persons)

    def may_determine(self, word: str) -> bool:
        """Whether the word is an article or its like."""
        form = self.form(word)
        return form is not None and form.kind in ("article", "inner", "outer")

    def may_be_noun(self, word: str) -> bool:
        """Whether no list names the word, so that it may be a noun: the thing of `um time vencedor`."""
        words = self.words
        known = words.invariable | words.links | words.loose_links | words.verbs | words.between | words.perfect
        return bool(word) and word not in known and self.form(word) is None

    def describing(self, word: str) -> Form | None:
        """An adjective, or a regular participle even when no list names it."""
        known = self.form(word)
        if known is not None:
            return known if known.kind in ("adjective", "inner", "outer") else None
        return None if word in self.words.not_agreeing | self.words.verbs else _participle(word)


def build_lexicon(words: dict[str, object]) -> Lexicon:
    """Every form of every listed word.

    Raises:
        pydantic.ValidationError: The pack lacks a list or misspells its name.
    """
    lists = PortugueseWords.model_validate(words)
    forms: dict[str, Form] = {}

    def add(kind: Kind, female: str, male: str, *, is_plural: bool) -> None:
        forms.setdefault(female, Form(kind, "female", is_plural, male))
        forms.setdefault(male, Form(kind, "male", is_plural, female))

    for female, male in lists.pronouns:
        add("pronoun", female, male, is_plural=female.endswith("s"))
    irregular: tuple[tuple[Kind, tuple[tuple[str, ...], ...]], ...] = (
        ("noun", lists.irregular_nouns),
        ("adjective", lists.irregular_adjectives),
    )
    for kind, entries in irregular:
        for entry in entries:
            for start in range(0, len(entry), 2):
                add(kind, entry[start], entry[start + 1], is_plural=start > 0)
    for male in lists.regular_nouns:
        add("noun", _feminine(male), male, is_plural=False)
        add("noun", _feminine(male) + "s", male + ("es" if male.endswith("or") else "s"), is_plural=True)
    for noun in lists.epicene:
        forms.setdefault(noun, Form("epicene", "", False, noun))
        plural = _epicene_plural(noun)
        forms.setdefault(plural, Form("epicene", "", True, plural))
    kinds: tuple[tuple[Kind, ByNumber], ...] = (
        ("article", lists.articles),
        ("inner", lists.inner),
        ("outer", lists.outer),
    )
    for kind, pairs in kinds:
        for is_plural, group in ((False, pairs.singular), (True, pairs.plural)):
            for female, male in group:
                add(kind, female, male, is_plural=is_plural)
    for male in lists.adjectives:
        add("adjective", _feminine(male), male, is_plural=False)
        add("adjective", _feminine(male) + "s", male + "s", is_plural=True)
    return Lexicon(lists, forms)


def _by_ending(word: str, not_persons: frozenset[str]) -> Form | None:
    """`Violoncelista` and `zoólogo`: two endings that nouns of persons have, apart from a few listed ones."""
    is_plural = word.endswith("s")
    stem = word.removesuffix("s")
    if stem in not_persons or len(stem) < 7:
        return None
    if stem.endswith("ista"):
        return Form("epicene", "", is_plural, word)
    if not stem.endswith(("ólogo", "óloga")):
        return None
    gender, ending = ("female", "o") if stem.endswith("a") else ("male", "a")
    return Form("noun", gender, is_plural, stem[:-1] + ending + ("s" if is_plural else ""))


def _epicene_plural(noun: str) -> str:
    if noun.endswith("r"):
        return {"líder": "líderes", "repórter": "repórteres", "mártir": "mártires"}.get(noun, noun + "s")
    return {"l": noun[:-1] + "is", "m": noun[:-1] + "ns"}.get(noun[-1], noun + "s")


def _feminine(male: str) -> str:
    return male + "a" if male.endswith("or") else male.removesuffix("o") + "a"


def _participle(word: str) -> Form | None:
    is_plural = word.endswith("s")
    stem = word.removesuffix("s")
    if len(stem) < 5 or stem[-3:] not in ("ado", "ada", "ido", "ida"):
        return None
    gender, ending = ("female", "o") if stem.endswith("a") else ("male", "a")
    return Form("adjective", gender, is_plural, stem[:-1] + ending + ("s" if is_plural else ""))
