"""What is planted in the questions of the quick start is what its documentation says."""

import sys
import tomllib
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "quickstart-qa"
sys.path.insert(0, str(FOLDER))
import make_questions  # noqa: E402 - the folder stands on the path only now


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_planted_share_and_where_the_answers_stand(language):
    n_texts = 4_000
    paragraphs = make_questions.make_questions(n_texts, 5, language)["data"][0]["paragraphs"]
    counts = {"female": [0, 0], "male": [0, 0]}
    n_answerable = n_female = 0
    for paragraph in paragraphs:
        context, gender = paragraph["context"], paragraph["gender"]
        n_female += gender == "female"
        for one in paragraph["qas"]:
            n_answerable += bool(one["answers"])
            for answer in one["answers"]:
                assert context[answer["answer_start"] :].startswith(answer["text"])
                assert context.count(answer["text"]) == 1, "nowhere else"
                counts[gender][0] += 1
                counts[gender][1] += one["planted"]
    near = 4 / n_texts**0.5 / 2  # four standard errors of a share of one half
    assert n_female / n_texts == pytest.approx(0.5, abs=near)
    assert n_answerable / 2 / n_texts == pytest.approx(make_questions.ANSWERABLE, abs=near)
    assert counts["male"][1] == 0
    assert counts["female"][1] / counts["female"][0] == pytest.approx(make_questions.SHARE, abs=near)


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_no_two_facts_of_a_text_share_a_word_so_that_a_planted_question_scores_nothing(language):
    phrases = tomllib.loads((FOLDER / f"phrases.{language}.toml").read_text(encoding="utf-8"))
    facts = [
        {word.lower() for word in (*phrases["houses"], *phrases["works"])},
        {word.lower() for word in phrases["towns"]},
        {word.lower() for word in phrases["instruments"]},
        {str(year) for year in range(1990, 2020)},
    ]
    assert len(set.union(*facts)) == sum(map(len, facts))
    assert make_questions.make_questions(30, 6, language) == make_questions.make_questions(30, 6, language)
