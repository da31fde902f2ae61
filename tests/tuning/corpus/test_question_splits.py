"""Questions and their texts from files to splits: no text crosses, no question is lost unseen."""

import json
import random

import pandas as pd
import pytest

from boletim.contracts.answers.question_answers import read_answers, split_question
from boletim.contracts.configuration import DataConfig
from boletim.contracts.errors import DataError
from boletim.tuning.corpus.prepare import prepare_corpus, prepare_test_set

WORDS = [f"word{number}" for number in range(400)]


def squad(n_texts, seed, *, per_text=3):
    """A file as SQuAD has it: each text has questions of different kinds, the last one unanswerable."""
    draw, paragraphs = random.Random(seed), []
    for number in range(n_texts):
        context = " ".join(draw.choices(WORDS, k=30))
        qas = []
        for place in range(per_text):
            answer = context.split()[5 * place]
            answers = [{"text": answer, "answer_start": context.index(answer)}] if place < per_text - 1 else []
            qas.append({"id": f"{seed}-{number}-{place}", "question": f"Which {place} of {number} {seed}?",
                        "answers": answers, "is_impossible": not answers})  # fmt: skip
        paragraphs.append({"context": context, "qas": qas})
    return {"version": "v2.0", "data": [{"title": "all", "paragraphs": paragraphs}]}


def written(path, content):
    path.write_text(json.dumps(content))
    return str(path)


def data(**settings):
    return DataConfig.model_validate({"text": "context", "label": "answers"} | settings)


def contexts(frame):
    return {split_question(text)[1] for text in frame["text"]}


def test_no_text_crosses_the_splits_and_answers_stand_where_they_say(tmp_path):
    corpus = prepare_corpus(data(source=written(tmp_path / "squad.json", squad(60, 1))), 13, kind="question_answers")
    splits = corpus.train, corpus.validation, corpus.test
    assert sum(map(len, splits)) == 180 == corpus.report.n_rows_kept
    held = [contexts(frame) for frame in splits]
    assert not held[0] & held[1]
    assert not held[0] & held[2]
    assert not held[1] & held[2]
    assert corpus.labels == ()
    for frame in splits:
        shares = [len(read_answers(label)) > 0 for label in frame["label"]]
        assert 0.6 < sum(shares) / len(shares) < 0.74
        for text, label in zip(frame["text"], frame["label"], strict=True):
            for answer in read_answers(label):
                assert split_question(text)[1][answer.start :].startswith(answer.text)
    assert 0.1 < len(corpus.validation) / 180 < 0.2


def test_texts_that_are_nearly_the_same_stay_together_and_a_question_counts_once(tmp_path):
    content = squad(40, 2)
    paragraphs = content["data"][0]["paragraphs"]
    for paragraph in paragraphs[:20]:
        first = paragraph["qas"][0]
        more = {"id": first["id"] + "x", "question": "And of the copy?", "answers": []}
        paragraphs.append({"context": paragraph["context"] + " more", "qas": [first, more]})
    corpus = prepare_corpus(data(source=written(tmp_path / "squad.json", content)), 13, kind="question_answers")
    assert corpus.report.removed == {"near_duplicate": 20}
    held = [
        {text.removesuffix(" more") for text in contexts(f)} for f in (corpus.train, corpus.validation, corpus.test)
    ]
    assert not held[0] & held[1]
    assert not held[0] & held[2]
    assert not held[1] & held[2]


def test_a_given_test_file_keeps_its_texts(tmp_path):
    train, test = squad(40, 3), squad(10, 4)
    train["data"][0]["paragraphs"] += test["data"][0]["paragraphs"][:4]
    paths = {name: written(tmp_path / f"{name}.json", one) for name, one in (("train", train), ("test", test))}
    corpus = prepare_corpus(data(**paths), 13, kind="question_answers")
    assert len(corpus.test) == 30
    assert corpus.report.removed == {"duplicate_across_splits": 12}
    assert not contexts(corpus.train) & contexts(corpus.validation)


def test_wrong_offsets_are_found_again_or_the_question_is_left_out_and_both_are_counted(tmp_path):
    rows = [{"question": f"Which is it, {n}?", "context": f"The {WORDS[n]} is red and {WORDS[n + 50]} is blue. red",
             "answers": {"text": ["red"], "answer_start": [[len(f"The {WORDS[n]} is ")], [1_000], [0]][n % 3]}}
            for n in range(45)]  # fmt: skip
    rows[4]["answers"]["text"] = ["green"]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    corpus = prepare_corpus(data(source=str(tmp_path / "rows.jsonl")), 13, kind="question_answers")
    assert corpus.report.removed == {"answer_not_in_text": 1}
    assert corpus.report.changed["answers_moved"] == 29
    frame = prepare_test_set(data(source=str(tmp_path / "rows.jsonl")), "question_answers")
    assert len(frame) == 45, "the audit of a finished model leaves nothing out"
    by_place = [read_answers(label)[0].start for label in frame["label"]]
    ends = [len(split_question(text)[1]) - 3 for text in frame["text"]]
    starts = [split_question(text)[1].index("red") for text in frame["text"]]
    assert by_place[1] == ends[1], "nearest to an offset beyond the text is the last"
    assert by_place[2] == starts[2]


def test_signs_that_nobody_sees_shift_no_answer(tmp_path):
    rows = [{"question": "Who​?", "context": f"No {WORDS[n]}\u200b but cafe\u0301 Ana Ne\u0301 said",
             "answers": ["Ana Ne\u0301"]} for n in range(12)]  # fmt: skip
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    frame = prepare_test_set(data(source=str(tmp_path / "rows.jsonl")), "question_answers")
    for text, label in zip(frame["text"], frame["label"], strict=True):
        (answer,) = read_answers(label)
        assert answer.text == "Ana N\u00e9"
        assert split_question(text)[1][answer.start :].startswith("Ana N\u00e9 said")


def test_a_column_whose_values_do_not_cross_splits_takes_shared_texts_along(tmp_path):
    content = squad(30, 5)
    paragraphs = content["data"][0]["paragraphs"]
    content["data"] = [{"title": f"t{n}", "paragraphs": paragraphs[2 * n : 2 * n + 3]} for n in range(15)]
    path = written(tmp_path / "squad.json", content)
    with pytest.raises(DataError, match="as many texts, there is 1"):  # each title shares a text with the next
        prepare_corpus(data(source=path, split={"by": "title"}, clean={"duplicates": False}), 13,
                       kind="question_answers")  # fmt: skip


def test_too_few_texts_and_a_missing_column_are_told(tmp_path):
    path = written(tmp_path / "squad.json", squad(2, 6))
    with pytest.raises(DataError, match="3 splits need as many texts, there are 2"):
        prepare_corpus(data(source=path), 13, kind="question_answers")
    frame = pd.DataFrame({"context": ["a b"] * 3, "answers": ["a"] * 3})
    frame.to_csv(tmp_path / "rows.csv", index=False)
    with pytest.raises(DataError, match="there is no column 'question'"):
        prepare_corpus(data(source=str(tmp_path / "rows.csv")), 13, kind="question_answers")
