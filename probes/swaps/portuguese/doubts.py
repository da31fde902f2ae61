"""Reasons to leave a Portuguese text alone: a word that may agree with a person and was not bound to one."""

import re
from collections.abc import Mapping

from boletim.probes.swaps.portuguese.adjectives import find_quality, is_accounted, is_out_of_place, may_be_state
from boletim.probes.swaps.portuguese.antecedents import has_antecedent, has_bare_antecedent
from boletim.probes.swaps.portuguese.couples import (
    is_partner_of_named,
    names_spouse,
    shares_plural,
    stands_beside_counterpart,
)
from boletim.probes.swaps.portuguese.names import agrees_with_name, is_joined_to_name, is_role_of_another
from boletim.probes.swaps.portuguese.reading import TRANSPARENT
from boletim.probes.swaps.portuguese.things import is_said_of_thing
from boletim.probes.swaps.portuguese.words import Form, Lexicon
from boletim.probes.swaps.tokens import Tokens

_CLITICS = {"a", "o", "as", "os", "la", "lo", "las", "los", "na", "no", "nas"}
_BARE = ("a", "o", "as", "os")
_VERB_ENDING = re.compile(r"(?:ou|iu|ava|avam|aram|eram|iram|am)$")
_IRREGULAR_VERBS = frozenset((
    "fez", "faz", "manteve", "mantém", "teve", "tem", "trouxe", "traz", "quis", "quer", "pôs", "põe", "viu", "vê",
    "deteve", "obteve", "conteve", "fizeram", "trouxeram", "puseram", "tiveram", "fará", "terá", "deixa", "torna",
    "leva", "vejo", "amo", "conduz", "produz", "seduz", "reduz", "impede", "persegue", "segue", "atrai", "fere",
    "define", "descreve", "convence", "conhece", "defende", "prende",
))  # fmt: skip
_PERSON_NOUN = re.compile(r"(?:dor|tor|sor|dora|tora|sora|dores|tores|sores|doras|toras|soras|triz|trizes)$")
_VERB_LIKE = re.compile(r"(?:ou|iu|eu|ei|ava|avam|aram|eram|iram|[aei]r|ndo|mos|ia|iam|mente|se)$")
_THANKS = {"obrigada": "female", "obrigado": "male"}
_OWNERS = ("dele", "dela", "deles", "delas")
_RANKED = frozenset(
    ("principal", "menor", "segunda", "segundo", "terceira", "terceiro", "quarta", "quarto", "metade", "maioria")
)
_ONE_OF_THEM = {"um", "uma", "algum", "alguma", "alguns", "algumas", "nenhum", "nenhuma", "muitos", "muitas", "poucos",
    "poucas", "vários", "várias", "ambos", "ambas", "outro", "outra", "todos", "todas", "dois", "duas"}  # fmt: skip


def find_doubt(tokens: Tokens, lexicon: Lexicon, heads: Mapping[int, str], bound: Mapping[int, str]) -> str | None:
    """Why a text with heads cannot be swapped whole; None when nothing stands against it.

    Args:
        tokens: The text.
        lexicon: The pack's words.
        heads: Index of each noun or pronoun of a person -> its gender.
        bound: Everything that would be replaced.
    """
    for index in range(len(tokens.items)):
        word = tokens.word(index)
        if not word:
            continue
        if index in bound and bound[index] == word and index not in heads:
            continue
        if {word, word.removesuffix("s")} & (lexicon.words.left_alone | lexicon.words.left_alone_across_varieties):
            return "word without a safe counterpart"
        if index in heads:
            doubt = _doubt_at_head(tokens, lexicon, index, heads, bound)
        elif index in bound:
            doubt = None
        else:
            doubt = _doubt_elsewhere(tokens, lexicon, index, heads, bound)
        if doubt:
            return doubt
    return None


def _doubt_at_head(
    tokens: Tokens, lexicon: Lexicon, index: int, heads: Mapping[int, str], bound: Mapping[int, str]
) -> str | None:
    gender = heads[index]
    token, before, after = tokens.items[index], tokens.gap_before(index), tokens.gap_after(index)
    following, preceding = tokens.word(index + 1), tokens.word(index - 1)
    if token.case == "title" and not token.is_start:
        return "may be part of a name"
    if (before == "-" and preceding not in ("ex", "vice", "co")) or after == "-":
        return "part of a compound"
    if stands_beside_counterpart(tokens, lexicon, index):
        return "both genders named together"
    if names_spouse(tokens, lexicon, index):
        return "word without a safe counterpart"
    if shares_plural(tokens, lexicon, index, bound):
        return "both genders named together"
    if is_joined_to_name(tokens, index, bound) or is_partner_of_named(tokens, lexicon, index):
        return "word that may agree with a name"
    if _is_misfit(tokens, lexicon, index, gender, bound):
        return "unknown word beside the noun"
    if "/" in (before[-1:], after[:1]) or (after[:1] in ("(", "@") and following in (*_BARE, "")):
        return "both genders named together"
    if token.lower in _OWNERS and (preceding in _ONE_OF_THEM or _is_chosen(tokens, lexicon, index)):
        return "word that may agree with the person"
    if after.strip() == "(" and index + 1 < len(tokens.items) and tokens.items[index + 1].case == "title":
        return "may be part of a name"
    form = lexicon.form(token.lower)
    if form is not None and form.kind != "pronoun" and agrees_with_name(tokens, lexicon, index, bound):
        return "word that may agree with a name"
    if form is not None and form.kind == "pronoun":
        may_be_thing = has_antecedent(tokens, lexicon, index, form, bound)
        may_be_thing = may_be_thing or has_bare_antecedent(tokens, lexicon, index, form, heads)
        return "pronoun that may stand for a thing" if may_be_thing else None
    if is_role_of_another(tokens, lexicon, index, heads, bound):
        return "word that may agree with the person"
    return _doubt_beside_noun(tokens, lexicon, index, gender, bound)


def _is_chosen(tokens: Tokens, lexicon: Lexicon, index: int) -> bool:
    """Whether what is one of several agrees with them: `a principal delas`, `o mais velho deles`."""
    chosen, article = tokens.word(index - 1), lexicon.form(tokens.word(index - 2))
    is_graded = tokens.word(index - 2) in ("mais", "menos")
    is_word = chosen in TRANSPARENT or chosen in _RANKED or lexicon.describing(chosen) is not None
    has_article = article is not None and article.kind in ("article", "inner")
    return tokens.follows(index) and tokens.follows(index - 1) and (is_graded or (is_word and has_article))


def _is_misfit(tokens: Tokens, lexicon: Lexicon, index: int, gender: str, bound: Mapping[int, str]) -> bool:
    """Whether the word before is a determiner of this gender that did not fit: `os amigo`, `pros "amiguinhos"`."""
    form, head = lexicon.form(tokens.word(index - 1)), lexicon.form(tokens.word(index))
    is_pronoun = head is not None and head.kind == "pronoun"
    if tokens.gap_before(index).strip(" \"'“”‘’«»(*_"):
        return False
    if is_pronoun:
        is_title = tokens.follows(index) and tokens.items[index - 1].case == "title"
        return is_title and not tokens.items[index - 1].is_start and form is None
    return form is not None and form.kind in ("article", "inner") and form.gender == gender and index - 1 not in bound


def _doubt_beside_noun(
    tokens: Tokens, lexicon: Lexicon, index: int, gender: str, bound: Mapping[int, str]
) -> str | None:
    """An unknown word beside a noun that has the noun's ending may be its adjective."""
    following, preceding = tokens.word(index + 1), tokens.word(index - 1)
    if tokens.follows(index + 1) and index + 1 not in bound and _may_describe(lexicon, following, gender):
        return "unknown word beside the noun"
    is_bare = tokens.follows(index) and index - 1 not in bound and not tokens.items[index - 1].is_opaque
    if is_bare and lexicon.may_be_noun(preceding) and not _VERB_LIKE.search(preceding):
        return "unknown word beside the noun"
    if tokens.follows(index) and {preceding, tokens.word(index - 2)} & lexicon.words.fixed_nouns:
        return "unknown word beside the noun"
    determiner = lexicon.form(tokens.word(index - 2)) if tokens.follows(index - 1) else None
    has_article = determiner is not None and determiner.kind in ("article", "inner") and determiner.gender == gender
    is_beside = tokens.follows(index) and index - 1 not in bound and has_article
    is_of_thing = index - 2 not in bound and lexicon.may_be_noun(preceding)
    if is_beside and (is_of_thing or _may_describe(lexicon, preceding, gender)):
        return "unknown word beside the noun"
    return None


def _may_describe(lexicon: Lexicon, word: str, gender: str) -> bool:
    words = lexicon.words
    known = words.invariable | words.links | words.loose_links | words.verbs | words.between | words.fixed_nouns
    if not word or word in known or lexicon.form(word) is not None or word.endswith(("ndo", "ava", "ia")):
        return False
    return word.removesuffix("s").endswith(("a", "ã") if gender == "female" else ("o", "ê", "or", "ão", "ol"))


def _doubt_elsewhere(
    tokens: Tokens, lexicon: Lexicon, index: int, heads: Mapping[int, str], bound: Mapping[int, str]
) -> str | None:
    genders = set(heads.values())
    word = tokens.word(index)
    form = lexicon.form(word)
    if word in _THANKS and _THANKS[word] in genders:
        return "word that may agree with the person"
    if word in lexicon.words.depictives:
        gender = "female" if word.endswith(("a", "as")) else "male"
        return "word that may agree with the person" if gender in genders else None
    if word in _CLITICS and tokens.gap_before(index) == "-":
        gender = "female" if word.endswith(("a", "as")) else "male"
        return "pronoun that may stand for the person" if gender in genders else None
    if form is not None and form.gender in genders and form.kind in ("article", "inner", "outer"):
        if is_said_of_thing(tokens, lexicon, index, form, bound):
            return None
        return _doubt_at_determiner(tokens, lexicon, index, form)
    if _PERSON_NOUN.search(word) and word not in lexicon.words.not_agreeing and form is None:
        gender = "female" if word.removesuffix("s").endswith(("a", "triz", "trize")) else "male"
        return "unknown noun of a person" if gender in genders else None
    described = lexicon.describing(word) or find_quality(lexicon, word)
    if described is None and form is None and is_out_of_place(tokens, lexicon, index, genders):
        return "word that may agree with the person"
    if described is None or described.gender not in genders or word in lexicon.words.not_agreeing:
        return None
    if may_be_state(tokens, lexicon, index, described, heads):
        return "word that may agree with the person"
    if is_said_of_thing(tokens, lexicon, index, described, bound):
        return None
    return None if is_accounted(tokens, lexicon, index, described, bound) else "word that may agree with the person"


def _doubt_at_determiner(tokens: Tokens, lexicon: Lexicon, index: int, form: Form) -> str | None:
    word, following = tokens.word(index), tokens.word(index + 1)
    if word == "todos" and following not in lexicon.words.links:
        return None
    is_last = not tokens.follows(index + 1)
    if word in _BARE:
        is_neutral = word == "o" and following in ("que", "qual", "quê")
        if following == "que" and not is_neutral:
            return "pronoun that may stand for the person"
        after_pronoun = tokens.word(index - 1) in lexicon.words.clitic_after and tokens.follows(index)
        is_clitic = after_pronoun or _is_before_verb(tokens, lexicon, index)
        return "pronoun that may stand for the person" if is_clitic else None
    stands_alone = (
        is_last or following in lexicon.words.links or following in ("que", "aí", "ali", "lá", "aqui", "dos", "das")
    )
    if form.kind == "article" and re.match(r"(?:ess|est|aquel|dess|dest|daquel|ness|nest|naquel|um|alg|nenh)", word):
        return "pronoun that may stand for the person" if stands_alone else None
    if word in ("mesmo", "todo", "primeiro", "certo", "muito", "pouco", "tanto", "quanto") or form.kind == "article":
        return None
    return "pronoun that may stand for the person" if stands_alone else None


def _is_before_verb(tokens: Tokens, lexicon: Lexicon, index: int) -> bool:
    """Whether `o` or `a` stands before a verb: by its ending, or beside `que` or a noun: `o trabalho o manteve`."""
    following, preceding = tokens.word(index + 1), tokens.word(index - 1)
    if lexicon.form(following) is not None:
        return False
    if _VERB_ENDING.search(following) or following in _IRREGULAR_VERBS:
        return True
    if not tokens.follows(index):
        return False
    determiner = lexicon.form(tokens.word(index - 2)) if tokens.follows(index - 1) else None
    is_after_noun = (
        determiner is not None and determiner.kind in ("article", "inner") and lexicon.may_be_noun(preceding)
    )
    is_verb = following in lexicon.words.verbs or following.endswith(("eu", "ei", "ia", "iam", "ará", "erá", "irá"))
    is_after_name = tokens.items[index - 1].case == "title" and not tokens.items[index - 1].is_start
    return is_after_noun or (is_verb and (preceding in ("que", "quem") or is_after_name))
