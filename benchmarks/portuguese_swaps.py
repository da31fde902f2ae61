"""How right the Portuguese swaps are on hand-written pairs: precision and recall, of sentences and of words.

Run: python -m benchmarks.portuguese_swaps
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from boletim.contracts.language import load_language
from probes._swap import swap
from probes._swap_rules import find_rules

PAIRS = Path(__file__).resolve().parents[1] / "tests" / "probes" / "pairs" / "portuguese.tsv"


@dataclass(frozen=True)
class Pair:
    """One sentence and what a careful writer makes of it."""

    category: str
    text: str
    gold: str
    """The sentence with its gender swapped; the sentence itself where it must not be touched."""
    is_held_out: bool
    """Whether nobody looked at it while the rules were written: a third, chosen by the hash of the sentence."""


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """Every pair in both directions; a sentence that must not be touched once."""
    return list(_both_directions(path))


def _both_directions(path: Path) -> Iterator[Pair]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            text, gold = row["text"], row["text"] if row["swapped"] == "=" else row["swapped"]
            is_held_out = hashlib.sha256(text.encode()).digest()[0] % 3 == 0
            yield Pair(row["category"], text, gold, is_held_out)
            if gold != text:
                yield Pair(row["category"], gold, text, is_held_out)


@dataclass(frozen=True)
class Figures:
    """Counts over some pairs."""

    n_sentences: int
    n_to_change: int
    n_changed: int
    n_right: int
    """Changed, and exactly as written by hand."""
    n_words_to_change: int
    n_words_changed: int
    n_words_right: int

    def line(self, name: str) -> str:
        """One line for the reader."""
        return (
            f"{name}: {self.n_sentences} sentences; precision {self.n_right}/{self.n_changed} "
            f"= {self.n_right / max(self.n_changed, 1):.3f}; recall {self.n_right}/{self.n_to_change} "
            f"= {self.n_right / max(self.n_to_change, 1):.3f}; words: precision "
            f"{self.n_words_right}/{self.n_words_changed} = {self.n_words_right / max(self.n_words_changed, 1):.3f}, "
            f"recall {self.n_words_right}/{self.n_words_to_change} = "
            f"{self.n_words_right / max(self.n_words_to_change, 1):.3f}"
        )


def count(pairs: list[Pair], swapped: list[str]) -> Figures:
    """Compare what the rules made of the sentences with what was written by hand.

    `Moço` and `rapaz` are both the counterpart of `moça` and count as one word.
    """
    swapped = [
        got.replace("moço", "rapaz") if "rapaz" in pair.gold else got for pair, got in zip(pairs, swapped, strict=True)
    ]
    triples = [(pair.text, pair.gold, got) for pair, got in zip(pairs, swapped, strict=True)]
    words = [
        word for triple in triples for word in zip(*(_words(sentence, triple[0]) for sentence in triple), strict=True)
    ]
    return Figures(
        n_sentences=len(triples),
        n_to_change=sum(text != gold for text, gold, _ in triples),
        n_changed=sum(text != got for text, _, got in triples),
        n_right=sum(text != got == gold for text, gold, got in triples),
        n_words_to_change=sum(text != gold for text, gold, _ in words),
        n_words_changed=sum(text != got for text, _, got in words),
        n_words_right=sum(text != got == gold for text, gold, got in words),
    )


def _words(sentence: str, original: str) -> list[str]:
    """The words of a sentence; a swap keeps their number, or else every word counts as changed wrongly."""
    words, n_words = sentence.split(), len(original.split())
    return words if len(words) == n_words else [f"?{place}" for place in range(n_words)]


def measure() -> dict[str, Figures]:
    """Figures over the pairs that were looked at, and over those that were not."""
    rules = find_rules(load_language("pt-BR"))
    if rules is None:
        raise RuntimeError("the language pack of pt-BR must have swap rules, it has none; restore its `swaps`")
    pairs = read_pairs()
    chosen = {
        "looked at": [pair for pair in pairs if not pair.is_held_out],
        "held out": [pair for pair in pairs if pair.is_held_out],
        "all": pairs,
    }
    return {name: count(some, [swap(pair.text, rules).text for pair in some]) for name, some in chosen.items()}


def main() -> None:
    """Print the figures."""
    for name, figures in measure().items():
        print(figures.line(name))


if __name__ == "__main__":
    main()
