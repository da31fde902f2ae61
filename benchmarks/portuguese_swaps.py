"""How right the gender swaps are on hand-written pairs: precision and recall, of sentences and of words.

Run: python -m benchmarks.portuguese_swaps [--wrong], which adds the wrong swaps but those of the unseen.
"""

import csv
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from boletim.contracts.language import load_language
from boletim.probes.statistics.paired import share
from boletim.probes.swaps.rules import find_rules
from boletim.probes.swaps.swap import swap

PAIRS = Path(__file__).resolve().parents[1] / "tests" / "probes" / "pairs" / "portuguese.tsv"
PROSE = PAIRS.with_name("prose.tsv")
UNSEEN = PAIRS.with_name("unseen.tsv")


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


@dataclass(frozen=True)
class Prose:
    """A sentence as found in encyclopaedias, news and reviews, and all that may be made of it."""

    language: str
    kind: str
    is_of_one: bool
    """Whether it is about one person."""
    part: str
    """Looked at, or held out: every third, read only after the rules were revised; or unseen: judged by hand before any
    rules were run on it, which were as they are now."""
    text: str
    golds: tuple[str, ...]
    """Each right outcome; the sentence itself where it may be left alone."""


def read_prose(path: Path = PROSE) -> list[Prose]:
    """Every sentence, and in the other direction where one swap and nothing else is right."""
    return list(_prose_both_ways(path))


def _prose_both_ways(path: Path) -> Iterator[Prose]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = row["text"]
            golds = tuple(text if gold == "=" else gold for gold in row["swapped"].split(" | "))
            found = Prose(row["language"], row["kind"], row["persons"] == "one", row["part"], text, golds)
            yield found
            if len(golds) == 1 and golds[0] != text:
                yield replace(found, text=golds[0], golds=(text,))


@dataclass(frozen=True)
class ProseFigures:
    """Counts over prose: what is swapped is right or wrong, what is left alone was so rightly or needlessly."""

    n_right: int
    n_wrong: int
    n_left_rightly: int
    n_left_needlessly: int
    n_of_one: int
    n_of_one_right: int

    def line(self, name: str) -> str:
        """A row of the table."""
        n_swapped = self.n_right + self.n_wrong
        right = share(self.n_right, n_swapped, 0.95) if n_swapped else None
        precision = f"{right.value:.3f} ({right.low:.3f} to {right.high:.3f})" if right else "–"
        n = n_swapped + self.n_left_rightly + self.n_left_needlessly
        coverage = f"{self.n_of_one_right / self.n_of_one:.3f}" if self.n_of_one else "–"
        return (
            f"| {name} | {n} | {n_swapped} | {self.n_wrong} | {precision} | {self.n_of_one_right} of {self.n_of_one} "
            f"= {coverage} |"
        )


def count_prose(sentences: list[Prose], swapped: list[str]) -> ProseFigures:
    """Compare what the rules made of prose with what may be made of it."""
    outcomes = [(one, got != one.text, got in one.golds) for one, got in zip(sentences, swapped, strict=True)]
    return ProseFigures(
        n_right=sum(changed and right for _, changed, right in outcomes),
        n_wrong=sum(changed and not right for _, changed, right in outcomes),
        n_left_rightly=sum(not changed and right for _, changed, right in outcomes),
        n_left_needlessly=sum(not changed and not right for _, changed, right in outcomes),
        n_of_one=sum(one.is_of_one for one, _, _ in outcomes),
        n_of_one_right=sum(one.is_of_one and changed and right for one, changed, right in outcomes),
    )


def measure_prose(language: str, *, part: str, path: Path = PROSE) -> tuple[ProseFigures, list[str]]:
    """Figures over one part of the prose of a language, and each wrong swap."""
    rules = find_rules(load_language(language))
    if rules is None:
        raise RuntimeError(f"the language pack of {language} must have swap rules, it has none; restore its `swaps`")
    chosen = [one for one in read_prose(path) if one.language == language and one.part == part]
    swapped = [swap(one.text, rules).text for one in chosen]
    wrong = [
        f"{one.text} -> {got}" for one, got in zip(chosen, swapped, strict=True) if got not in (one.text, *one.golds)
    ]
    return count_prose(chosen, swapped), wrong


def main() -> None:
    """Print the figures."""
    for name, figures in measure().items():
        print(figures.line(name))
    print("| prose | sentences | swapped | wrong | right of those swapped (95 %) | swapped rightly, of one person |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for language in ("pt-BR", "en"):
        for part, path in (("looked at", PROSE), ("held out", PROSE), ("second", UNSEEN), ("unseen", UNSEEN)):
            prose, wrong = measure_prose(language, part=part, path=path)
            print(prose.line(f"{language}, {part}"))
            if "--wrong" in sys.argv and part != "unseen":
                print(*wrong, sep="\n")


if __name__ == "__main__":
    main()
