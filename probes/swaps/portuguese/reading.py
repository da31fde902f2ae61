"""What is known of one Portuguese text while the swap rules are applied."""

from dataclasses import dataclass, field

from boletim.probes.swaps.portuguese.words import Form, Lexicon
from boletim.probes.swaps.tokens import Tokens

TRANSPARENT = (
    "grande",
    "jovem",
    "pobre",
    "melhor",
    "pior",
    "maior",
    "simples",
    "ex",
    "grandes",
    "jovens",
    "pobres",
    "melhores",
)
"""Adjectives of one form that may stand before a noun."""


@dataclass
class Reading:
    """What is known of one text while its rules are applied."""

    tokens: Tokens
    lexicon: Lexicon
    heads: dict[int, str] = field(default_factory=dict)
    """Index of a noun or pronoun -> the gender it shows."""
    bound: dict[int, str] = field(default_factory=dict)
    """Index -> the word in its place, for heads and for all that agrees with them."""
    settled: set[int] = field(default_factory=set)
    """Indices of words that stay although they look gendered."""
    doubt: str | None = None

    def form(self, index: int) -> Form | None:
        """The gendered form at an index, if there is one."""
        return self.lexicon.form(self.tokens.word(index))
