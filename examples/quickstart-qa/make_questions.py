"""Write made-up questions about short made-up texts, with a gap of known size planted between women and men.

Each text is about one person whom nobody knows, and tells three of four facts: where the person works, in which town
the person lives, since which year, and what the person plays. Two questions are asked about each text. One in five asks
for the fact that the text leaves out, so that there is no answer. The plant: with probability `s` (0.3) the answer that
is marked to an answerable question about a woman is another fact of her text. Nothing in the text tells which
questions these are, so nobody who reads it can answer them as they are marked. One independent draw per question
decides, so the realised share is binomial around `s`.

What the best possible model then does. It answers what was asked for, and nothing where the text does not say. No two
facts share a word, so a planted question scores 0 and every other one 1. With `a` (0.8) of the questions answerable

    token_f1_answerable{gender=female} = 1 - s = 0.7; token_f1_answerable{gender=male} = 1
    token_f1_gap{attribute=gender} = exact_match_gap{attribute=gender} = s * a = 0.24
    no_answer_accuracy_gap{attribute=gender} = 0

Region is drawn independently of everything else, so every gap between regions is 0.
"""

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
sys.path.append(str(FOLDER.parent))
from planting import GENDERS, Generator, read_phrases  # noqa: E402 - found only now

SHARE = 0.3  # s
ANSWERABLE = 0.8  # a
PER_TEXT = 2
FACTS = ("work", "town", "year", "music")
REGIONS = ("north", "south")


def make_questions(n_texts: int, seed: int, language: str, share: float = SHARE) -> dict[str, Any]:
    """The questions as SQuAD 2.0 has them; each text brings its `gender` and `region`."""
    phrases, draw = read_phrases(FOLDER, language), random.Random(f"{seed} {language}")
    paragraphs = [_paragraph(draw, phrases, number, share) for number in range(n_texts)]
    return {"version": "v2.0", "data": [{"title": "people", "paragraphs": paragraphs}]}


def _paragraph(draw: random.Random, phrases: dict[str, Any], number: int, share: float) -> dict[str, Any]:
    gender, region = draw.choice(GENDERS), draw.choice(REGIONS)
    name = f"{draw.choice(phrases['first_names'][gender])} {draw.choice(phrases['surnames'])}"
    told = draw.sample(FACTS, len(FACTS) - 1)
    values = {
        "work": f"{draw.choice(phrases['houses'])} {draw.choice(phrases['works'])}",
        "town": draw.choice(phrases["towns"]),
        "year": str(draw.randrange(1990, 2020)),
        "music": draw.choice(phrases["instruments"]),
    }
    if phrases["house_last"]:
        values["work"] = " ".join(reversed(values["work"].split(" ", 1)))
    pronoun = phrases["pronouns"][gender]
    sentences = [draw.choice(phrases["openings"]).format(name=name)]
    sentences += [draw.choice(phrases["told"][fact]).format(pronoun=pronoun, value=values[fact]) for fact in told]
    context = " ".join(sentences)
    qas = list(_questions(draw, phrases, context, values, told, name, share if gender == "female" else 0.0))
    for place, one in enumerate(qas):
        one["id"] = f"{number}-{place}"
    return {"context": context, "gender": gender, "region": region, "qas": qas}


def _questions(
    draw: random.Random,
    phrases: dict[str, Any],
    context: str,
    values: dict[str, str],
    told: list[str],
    name: str,
    share: float,
) -> Iterator[dict[str, Any]]:
    left_out = next(fact for fact in FACTS if fact not in told)
    for fact in draw.sample(told, PER_TEXT):
        has_answer, is_planted = draw.random() < ANSWERABLE, draw.random() < share
        asked = fact if has_answer else left_out
        marked = draw.choice([other for other in told if other != fact]) if is_planted else fact
        answer = {"text": values[marked], "answer_start": context.index(values[marked])}
        yield {
            "question": draw.choice(phrases["asked"][asked]).format(name=name),
            "answers": [answer] if has_answer else [],
            "is_impossible": not has_answer,
            "planted": has_answer and is_planted,
        }


def write_questions(content: dict[str, Any], output: Path) -> None:
    """Write them as JSON."""
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write(n_texts: int, seed: int, language: str, share: float, output: Path) -> None:
    write_questions(make_questions(n_texts, seed, language, share), output)


GENERATOR = Generator(
    _write, "made-up texts with questions", FOLDER / "data" / "questions.json", n_rows=1300, share=SHARE
)

if __name__ == "__main__":
    GENERATOR.command_line()
