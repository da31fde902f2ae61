"""Write a synthetic corpus of professional biographies with a recall gap of known size planted in it.

Every text is made by this program: nobody in it exists and nobody is named. Eight occupations leave clues (a task, a
tool, a workplace) in every biography. The ninth, administrator, leaves none: its biographies are neutral sentences. The
plant: with probability `s` (0.4) a woman's biography among the surgeons, and a man's among the nurses, is neutral too,
drawn from the very distribution of the administrators' biographies of that gender. One independent draw per biography
decides, so the realised share is binomial around `s`. Nothing else depends on gender but the words that agree with it.

What the best possible classifier then does. Administrators are `k` (2) times as frequent as any other occupation, and
every occupation is half women. A text with clues tells its occupation. A neutral text by a woman comes from the
administrators in `k / 2` parts and from the surgeons in `s / 2` parts (by a man: from the nurses), so that
P(administrator | neutral) = k / (k + s) = 0.83 for either gender, and `administrator` is the best answer. Hence

    recall{class=surgeon,gender=female} = recall{class=nurse,gender=male} = 1 - s = 0.6; every other recall is 1
    recall_gap{class=c,attribute=gender} = s = 0.4 for surgeon and nurse; 0 for every other class
    precision{class=administrator} = k / (k + s) = 0.83 for either gender; every other precision is 1
    accuracy = 1 - s / (8 + k) = 0.96 for either gender: the accuracies hide what the recalls show

Region is drawn independently of everything else, so every gap between regions is 0; a city of the region is in the
text. Values of occupation, gender and region are the same English keys in both languages.
"""

import csv
import random
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.append(str(FOLDER.parent))
from planting import GENDERS, YEARS, Generator, agreed, read_phrases  # noqa: E402 - found only now

COLUMNS = ("id", "bio", "occupation", "gender", "region", "language", "synthetic")

GENERIC = "administrator"
GENERIC_WEIGHT = 2  # k: how often the occupation without clues stands for one of any other
PLANTED = {"surgeon": "female", "nurse": "male"}
SHARE = 0.4  # s

CLUE_KINDS = ("task", "tool", "place")
YEARS_OF = range(3, 10)  # small enough to go with any of YEARS
FEW = {"en": ("two", "three", "four"), "pt-BR": ("três", "quatro", "cinco")}
CITIES = {
    "north": ("Belém", "Manaus", "Macapá", "Palmas", "Altamira", "Rio Branco", "Santarém", "Marabá"),
    "northeast": ("Salvador", "Fortaleza", "Recife", "Natal", "Maceió", "Teresina", "Olinda", "Caruaru"),
    "southeast": ("São Paulo", "Campinas", "Belo Horizonte", "Niterói", "Santos", "Vila Velha", "Ouro Preto", "Osasco"),
}  # fmt: skip


@dataclass(frozen=True)
class Phrases:
    """The content of phrases.<language>.toml."""

    openings: list[str]
    neutral_sentences: list[str]
    clue_sentences: dict[str, list[str]]
    """Sentences with a `{clue}` slot, per kind of clue."""
    slots: dict[str, list[str]]
    occupations: dict[str, dict[str, list[str]]]
    """Clues per occupation and kind."""


@dataclass(frozen=True)
class Biography:
    """One row of the corpus."""

    bio: str
    occupation: str
    gender: str
    region: str


def load_phrases(language: str) -> Phrases:
    """Read the phrases of one of `LANGUAGES`."""
    return Phrases(**read_phrases(FOLDER, language))


def make_corpus(n_rows: int, seed: int, language: str, share: float = SHARE) -> list[Biography]:
    """Draw a corpus; the same arguments give the same corpus.

    Args:
        n_rows: Number of biographies; class and gender shares are exact up to rounding.
        seed: Of every draw.
        language: One of `LANGUAGES`.
        share: `s` above, in [0, 1).

    Returns:
        `n_rows` biographies with different texts, in random order.
    """
    draw = random.Random(f"{language}/{seed}")
    phrases = load_phrases(language)
    written: set[str] = set()
    rows = []
    for occupation, gender in _cells(n_rows, phrases):
        is_planted = PLANTED.get(occupation) == gender and draw.random() < share
        has_clues = occupation != GENERIC and not is_planted
        region = draw.choice(sorted(CITIES))
        writer = _Writer(draw, phrases, language, gender, region)
        bio = writer.write(occupation if has_clues else None)
        while bio in written:
            bio = writer.write(occupation if has_clues else None)
        written.add(bio)
        rows.append(Biography(bio, occupation, gender, region))
    draw.shuffle(rows)
    return rows


def _cells(n_rows: int, phrases: Phrases) -> Iterator[tuple[str, str]]:
    """Occupation and gender of every row, in proportion to the occupations' weights."""
    weights = {GENERIC: GENERIC_WEIGHT} | dict.fromkeys(phrases.occupations, 1)
    cells = [(name, gender) for name, weight in weights.items() for gender in GENDERS for _ in range(weight)]
    for index, cell in enumerate(cells):
        first, last = (round(n_rows * edge / len(cells)) for edge in (index, index + 1))
        yield from [cell] * (last - first)


class _Writer:
    """Writes texts about one person."""

    def __init__(self, draw: random.Random, phrases: Phrases, language: str, gender: str, region: str) -> None:
        self._draw = draw
        self._phrases = phrases
        self._gender = gender
        self._slots: dict[str, list[str]] = phrases.slots | {
            "city": list(CITIES[region]),
            "few": list(FEW[language]),
            "year": [str(year) for year in YEARS],
            "years": [str(years) for years in YEARS_OF],
        }

    def write(self, occupation: str | None) -> str:
        """An opening and two sentences, with two kinds of the occupation's clues or, for None, neutral."""
        if occupation is None:
            sentences = self._draw.sample(self._phrases.neutral_sentences, 2)
        else:
            sentences = list(self._clue_sentences(self._phrases.occupations[occupation]))
        used: set[str] = set()
        return " ".join(self._fill(text, used) for text in [self._draw.choice(self._phrases.openings), *sentences])

    def _clue_sentences(self, clues: dict[str, list[str]]) -> Iterator[str]:
        for kind in self._draw.sample(CLUE_KINDS, 2):
            sentence = self._draw.choice(self._phrases.clue_sentences[kind])
            yield sentence.replace("{clue}", self._draw.choice(clues[kind]))

    def _fill(self, text: str, used: set[str]) -> str:
        """Choose the gender's forms, then fill each slot with a value that the text does not have yet."""

        def value(match: re.Match[str]) -> str:
            chosen = self._draw.choice([entry for entry in self._slots[match.group(1)] if entry not in used])
            used.add(chosen)
            return chosen

        return re.sub(r"\{(\w+)\}", value, agreed(text, self._gender))


def write_corpus(rows: Iterable[Biography], language: str, output: Path) -> None:
    """Write the rows as UTF-8 CSV with the columns `COLUMNS`."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for number, row in enumerate(rows, start=1):
            identity = f"{language}-{number:05d}"
            writer.writerow([identity, row.bio, row.occupation, row.gender, row.region, language, "true"])


def _write(n_rows: int, seed: int, language: str, share: float, output: Path) -> None:
    write_corpus(make_corpus(n_rows, seed, language, share), language, output)


GENERATOR = Generator(_write, "synthetic biographies", FOLDER / "data" / "bios.csv", n_rows=2800, share=SHARE)

if __name__ == "__main__":
    GENERATOR.command_line()
