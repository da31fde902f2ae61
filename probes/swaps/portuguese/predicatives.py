"""Words that no list names and that may name or describe the person of a Portuguese text: `foi eleita membra`."""

import re
from collections.abc import Iterator, Mapping

from boletim.probes.swaps.portuguese.predicates import may_agree
from boletim.probes.swaps.portuguese.reading import TRANSPARENT
from boletim.probes.swaps.portuguese.things import is_said_of_thing
from boletim.probes.swaps.portuguese.words import Form, Lexicon
from boletim.probes.swaps.tokens import Tokens

_NAMING = re.compile(
    r"(?:(?:eleg|reeleg)(?:e|eu|em|eram)|(?:nome|consider|declar|chama?|apelid|proclam|coro|orden|indic|consagr|aclam|design|"
    r"contrat|promov|sagr|intitul|autointitul|reconhec|transform|convert|form|gradu|revel|elev)"
    r"(?:ou|a|am|aram|ava|avam|e|eu|eram|ia|ado|ada|ados|adas|ido|ida|idos|idas|ando|endo)|"
    r"(?:eleit|reeleit|tid|vist)[oa]s?)$"
)
_THINKING = ("acha", "achou", "achava", "achando", "julga", "julgou", "julgava", "julgando", "crê")
_BECOMING = re.compile(
    r"(?:torn(?:ou|a|am|aram|ava|ar|ando|ado|ada|aria|ará|e|asse)|tornou|vir(?:ou|a|aram|ar|ando|ava|aria|ará))$"
)
_INTO = ("a", "de", "como", "por")
_TURNING = ("transform", "convert", "constitu", "torn")
_OPEN = ("a", "o", "as", "os", "um", "uma", "uns", "umas")
_CLAUSE = ("e", "ou", "mas", "nem", "porém")
_DEGREE = ("muito", "mais", "tão", "bem", "menos", "bastante", "meio", "super", "pouco", "extremamente", "demais")
_PAST = re.compile(r"(?:ou|iu|eu|aram|eram|iram|ava|avam)$")
_TAKING = re.compile(
    r"(?:faz|fiz|t[ei]n?h?|toc|ped|ganh|perd|d[ae]|escrev|public|compr|vend|estud|ensin|curs|jog|cant|receb|us|beb|com|tom|prest|abr|"
    r"sofr|obt|conquist|lanç|grav|tir|bat|caus|cobr|lev|provoc|exig|serv|fal|produz|cri|dirig|mostr|dança|danç|quer|procur|encontr|"
    r"mov|sent|pass|demonstr|alcanç|gast|junt|reun|merec|negoci|disput|pratic|coleccion|colecion|plant|colh|pesc|caç)"
    r"(?:ou|iu|eu|aram|eram|iram|ava|avam)$"
)
"""Verbs that take a thing without a determiner: `tocava piano`, `fez carreira`."""
_PERSON_LIKE = re.compile(
    r"(?:eir[ao]|ári[ao]|ólog[ao]|ógraf[ao]|iv[ao]|an[ao]|ud[ao]|os[ao]|íssim[ao]|inh[ao]|on[ao]|es[ao]|"
    r"[áâéêíóôú][^\W\d_aeiou]+[iu]?[^\W\d_aeiou]*[ao])s?$"
)
_SIBLINGS = ("irmãos", "irmãs")
_COMPARED = ("melhor", "pior", "maior", "menor", "principal", "melhores", "piores", "maiores", "principais")
_STANDING = ("primeira", "primeiro", "última", "último", "única", "único")
_AFTER_STANDING = ("a", "da", "das", "do", "dos", "de", "que", "na", "no", "em", "")
_PARTICIPLE = {"female": re.compile(r"[ai]das?$"), "male": re.compile(r"[ai]dos?$")}
_COMMON = re.compile(r"(?:ante|ente|inte)s?$")
_UNKNOWN = "unknown word that may name the person"


def find_predicative_doubt(
    tokens: Tokens, lexicon: Lexicon, heads: Mapping[int, str], bound: Mapping[int, str]
) -> str | None:
    """Why a text with heads may say more of the person than the lists know; None when nothing stands against it."""
    genders = set(heads.values())
    places = {*_predicatives(tokens, lexicon, bound), *_bare(tokens, lexicon, bound)}
    for place in sorted(places):
        if place not in bound and any(_is_unknown(tokens, lexicon, place, gender, bound) for gender in genders):
            return _UNKNOWN
    for index in range(1, len(tokens.items)):
        word, form = tokens.word(index), lexicon.form(tokens.word(index))
        if word in _COMPARED and tokens.word(index + 1) in _AFTER_STANDING and index - 1 not in bound:
            article = lexicon.form(tokens.word(index - 1))
            if article is not None and article.kind == "article" and article.gender in genders:
                return "pronoun that may stand for the person"
        if _is_adjective_or_adverb(tokens, lexicon, index, bound) and form is not None and form.gender in genders:
            return "word that may agree with the person"
        if word in _SIBLINGS and tokens.word(index - 2) in ("de", "dos", "das", "entre"):
            return "plural that may hold both genders"
        stands = word in _STANDING and (not tokens.follows(index + 1) or tokens.word(index + 1) in _AFTER_STANDING)
        if stands and index not in bound and form is not None and form.gender in genders:
            return "pronoun that may stand for the person"
        if _COMMON.search(word) and any(
            _has_open_determiner(tokens, lexicon, index, gender, bound) for gender in genders
        ):
            is_thing = word in lexicon.words.common_adjectives or word.removesuffix("s") in lexicon.words.not_persons
            if form is None and not is_thing:
                return "unknown noun of a person"
    return None


def _is_adjective_or_adverb(tokens: Tokens, lexicon: Lexicon, index: int, bound: Mapping[int, str]) -> bool:
    """Whether `rápido` stands where it may describe a person: `gente fina e rápido`."""
    is_joined = tokens.follows(index) and tokens.word(index - 1) in _CLAUSE
    return is_joined and index not in bound and tokens.word(index) in lexicon.words.not_agreeing


def _predicatives(tokens: Tokens, lexicon: Lexicon, bound: Mapping[int, str]) -> Iterator[int]:
    """Where `como`, `tornar-se`, `virar`, `ser`, `ser eleito` and their like point to."""
    links = lexicon.words.links
    for index in range(len(tokens.items)):
        word = tokens.word(index)
        is_naming = _NAMING.fullmatch(word) is not None or (word in _THINKING and tokens.word(index - 1) == "se")
        into = (*_INTO, "em") if word.startswith(_TURNING) else _INTO if is_naming else ()
        if not (word == "como" or word in links or is_naming or _BECOMING.fullmatch(word)):
            continue
        place = index + 1
        while _continues(tokens, place) and _is_passed(tokens, lexicon, place, bound, into):
            place += 1
        if _continues(tokens, place):
            yield place
            if place + 1 < len(tokens.items) and tokens.gap_before(place + 1) == "-" and place not in bound:
                yield place + 1


def _continues(tokens: Tokens, place: int) -> bool:
    is_pronoun = (
        0 < place < len(tokens.items) and tokens.gap_before(place) == "-" and tokens.word(place) in ("se", "me")
    )
    return tokens.follows(place) or is_pronoun


def _is_passed(tokens: Tokens, lexicon: Lexicon, place: int, bound: Mapping[int, str], into: tuple[str, ...]) -> bool:
    word, words, form = tokens.word(place), lexicon.words, lexicon.form(tokens.word(place))
    if word in into or word == "se" or word.endswith("mente") or word in TRANSPARENT:
        return True
    if form is not None and form.kind in ("article", "inner", "outer", "adjective"):
        return form.kind != "article" or word in _OPEN
    return place in bound or word in words.between or word in words.common_adjectives or word in words.links


def _bare(tokens: Tokens, lexicon: Lexicon, bound: Mapping[int, str]) -> Iterator[int]:
    """Words without a determiner where a person may be described: after a comma, a conjunction, a verb, a degree."""
    for place in range(len(tokens.items)):
        word, before = tokens.word(place), tokens.word(place - 1)
        is_described = place > 0 and (place - 1 in bound or before in lexicon.words.common_adjectives)
        if not tokens.follows(place):
            is_open = place == 0 or bool(tokens.gap_before(place).strip(" \"'“”‘’«»")[:1])
            is_aside = place > 0 and tokens.gap_before(place).strip() == "," and not tokens.follows(place + 1)
            if (
                is_aside
                or (is_open and _PERSON_LIKE.search(word))
                or (is_described and tokens.gap_before(place).strip() == ",")
            ):
                yield place
            continue
        described = lexicon.describing(before) if place - 1 in bound else None
        if described is not None and described.kind == "adjective":
            yield place
        is_joint = before in _CLAUSE
        joins_described = is_joint and (place - 2 in bound or tokens.word(place - 2) in lexicon.words.common_adjectives)
        is_graded = before in _DEGREE or before.endswith("mente")
        after_verb = _PAST.search(before) is not None and lexicon.form(before) is None
        is_free = after_verb and _TAKING.match(before) is None
        if joins_described or is_graded or is_free or ((is_joint or after_verb) and _PERSON_LIKE.search(word)):
            yield place


def _has_open_determiner(tokens: Tokens, lexicon: Lexicon, place: int, gender: str, bound: Mapping[int, str]) -> bool:
    """Whether `o` or `uma` of the person's gender stands before a word after a linking verb: `foi a craque`."""
    form = lexicon.form(tokens.word(place - 1)) if tokens.follows(place) else None
    is_open = form is not None and form.kind in ("article", "inner") and form.gender == gender
    is_infinitive = tokens.word(place - 1) == "a" and tokens.word(place).endswith(("ar", "er", "ir"))
    return is_open and place - 1 not in bound and not is_infinitive


def _is_unknown(tokens: Tokens, lexicon: Lexicon, place: int, gender: str, bound: Mapping[int, str]) -> bool:
    word, words = tokens.word(place), lexicon.words
    token = tokens.items[place]
    if tokens.gap_before(place) == "-" and word != "feira":
        return word.endswith(("a", "as") if gender == "female" else ("o", "os", "or"))
    known = words.links | words.loose_links | words.verbs | words.between | words.perfect | words.common_adjectives
    if lexicon.form(word) is not None or word in known or (token.case == "title" and not token.is_start):
        return False
    if word in words.not_agreeing and tokens.word(place - 1) in words.links and _PARTICIPLE[gender].search(word):
        return True
    if _has_open_determiner(tokens, lexicon, place, gender, bound):
        return word not in words.invariable | words.fixed_nouns | words.not_agreeing
    if not may_agree(lexicon, word, gender) or word.endswith(("ção", "são", "ções", "sões", "mente")):
        return False
    described = Form("adjective", gender, word.endswith("s"), "")
    return not is_said_of_thing(tokens, lexicon, place, described, bound)
