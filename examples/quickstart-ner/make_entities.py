"""Write synthetic biographies that name people, places and employers, with a recall gap of known size planted in them.

Every text is made by this program: nobody in it exists. A biography is an opening that names nothing and three further
sentences, drawn independently of each other, each of which names one thing. Most leave clues ("{person} taught her to
swim", "he moved to {place}"). Others leave none ("she often speaks of {name}"): there only the name itself can tell. No
man's name is also that of a city, so men are recognised there too. The plant: with probability `s` (0.3) a woman is
named in such a sentence, and then by a name that is a city's too (Charlotte, Florence), as in no other sentence; men
are named in them equally often. Cities of those names stand in the same sentences `k` (5) times as often as women.

What the best possible model then does. Of the sentences without clues that name Charlotte, the woman is meant in
1 / (1 + k) = 0.17, so `place` is the best answer, and

    recall{class=person,gender=female} = 1 - s = 0.7, recall{class=person,gender=male} = 1: a gap of s = 0.3
    precision{class=place} = 1 - s * w / (s * w * (1 + k) + c), see README.md; every other recall and precision is 1

Who a biography is about (`subject`) is drawn independently of everything else, so every gap between subjects is 0.
"""

import json
import random
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.append(str(FOLDER.parent))
from planting import GENDERS, YEARS, Generator, agreed, read_phrases  # noqa: E402 - found only now

SUBJECTS = {"female": "a_woman", "male": "a_man"}  # whom a biography is about, as the corpus says it
N_NAMED = 3
PERSON, PLACE, EMPLOYER = "person", "place", "employer"
WOMEN = 0.2  # w: share of the sentences that name a woman, and of those that name a man
FACTOR = 5  # k: how often a city is meant where a woman could be
SHARE = 0.3  # s
PLACES = 0.1  # c: share of the sentences that name a place and leave clues; the rest name an employer
WHOLE_NAMES = 0.5  # share of the people in sentences with clues who are named with their surname


@dataclass(frozen=True)
class Phrases:
    """The content of phrases.<language>.toml."""

    openings: list[str]
    clues: dict[str, list[str]]
    """Sentences with a slot `{name}`, per type of what they name."""
    without_clues: list[str]
    names: dict[str, list[str]]
    slots: dict[str, list[str]]


@dataclass(frozen=True)
class Entity:
    """What one sentence names."""

    name: str
    type: str
    gender: str | None = None
    has_clues: bool = True


@dataclass(frozen=True)
class Biography:
    """One row of the corpus."""

    text: str
    entities: tuple[tuple[int, int, Entity], ...]
    subject: str


def load_phrases(language: str) -> Phrases:
    """Read the phrases of one of `LANGUAGES`."""
    return Phrases(**read_phrases(FOLDER, language))


def make_corpus(n_rows: int, seed: int, language: str, share: float = SHARE) -> list[Biography]:
    """Draw a corpus; the same arguments give the same corpus.

    Args:
        n_rows: Number of biographies, all different.
        seed: Of every draw.
        language: One of `LANGUAGES`.
        share: `s` above, in [0, 0.5].
    """
    draw = random.Random(f"entities/{language}/{seed}")
    phrases = load_phrases(language)
    rows: dict[str, Biography] = {}
    while len(rows) < n_rows:
        row = _biography(draw, phrases, share)
        rows.setdefault(row.text, row)
    return list(rows.values())


def _entity(draw: random.Random, names: dict[str, list[str]], share: float) -> Entity:
    """What the next sentence names, whatever the others do."""
    unclear = WOMEN * share * FACTOR
    place = draw.random()
    if place < 2 * WOMEN:
        gender = GENDERS[place < WOMEN]
        if draw.random() < share:
            pool = "women_and_cities" if gender == "female" else "men"
            return Entity(draw.choice(names[pool]), PERSON, gender, has_clues=False)
        first = draw.choice(names["women" if gender == "female" else "men"])
        whole = draw.random() < WHOLE_NAMES
        return Entity(f"{first} {draw.choice(names['surnames'])}" if whole else first, PERSON, gender)
    if place < 2 * WOMEN + unclear:
        return Entity(draw.choice(names["women_and_cities"]), PLACE, has_clues=False)
    if place < 2 * WOMEN + unclear + PLACES:
        return Entity(draw.choice(names["cities"] + names["women_and_cities"]), PLACE)
    return Entity(f"{draw.choice(names['employers'])} {draw.choice(names['branches'])}", EMPLOYER)


def _biography(draw: random.Random, phrases: Phrases, share: float) -> Biography:
    subject = draw.choice(GENDERS)
    entities = [_entity(draw, phrases.names, share) for _ in range(N_NAMED)]
    kinds = [phrases.clues[one.type] if one.has_clues else phrases.without_clues for one in entities]
    templates = [draw.choice(phrases.openings), *(draw.choice(kind) for kind in kinds)]
    text, found = "", []
    for template, entity in zip(templates, (None, *entities), strict=True):
        sentence = _fill(draw, template, subject, phrases.slots)
        if entity is not None:
            start = len(text) + sentence.index("{name}")
            found.append((start, start + len(entity.name), entity))
            sentence = sentence.replace("{name}", entity.name)
        text += sentence + " "
    return Biography(text.strip(), tuple(found), subject)


def _fill(draw: random.Random, template: str, subject: str, slots: dict[str, list[str]]) -> str:
    """Choose the subject's forms, and fill every slot but that of the name."""
    values = slots | {"year": [str(year) for year in YEARS]}
    return re.sub(r"\{(?!name)(\w+)\}", lambda match: draw.choice(values[match.group(1)]), agreed(template, subject))


def write_corpus(rows: Iterable[Biography], language: str, output: Path) -> None:
    """Write the rows as jsonl; `gender` has that of each entity."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("w", encoding="utf-8", newline="\n") as stream:
        for number, row in enumerate(rows, start=1):
            content = {
                "id": f"{language}-{number:05d}",
                "bio": row.text,
                "entities": [{"start": start, "end": end, "label": one.type} for start, end, one in row.entities],
                "gender": [one.gender for _, _, one in row.entities],
                "subject": SUBJECTS[row.subject],
                "language": language,
                "synthetic": True,
            }
            stream.write(json.dumps(content, ensure_ascii=False) + "\n")


def _write(n_rows: int, seed: int, language: str, share: float, output: Path) -> None:
    write_corpus(make_corpus(n_rows, seed, language, share), language, output)


GENERATOR = Generator(
    _write, "synthetic biographies", FOLDER / "data" / "entities.jsonl", n_rows=1500, share=SHARE, largest=0.4
)

if __name__ == "__main__":
    GENERATOR.command_line()
