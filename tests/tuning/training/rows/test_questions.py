"""Windows of questions: no answer is lost, however long its text; what each question keeps of an evaluation."""

import random

import numpy as np
import pytest

from boletim.contracts.answers.question_answers import Answer, join_question
from boletim.models.files import find_model_files
from boletim.models.tokenizer import load_tokenizer
from boletim.tuning.tasks.question_answering import per_text, score
from boletim.tuning.training.rows.questions import BEGIN, END, asked

WORDS = ["nurse", "doctor", "patient", "ward", "drug", "code", "server", "bug", "compiler", "goal", "match", "team"]


@pytest.fixture
def tokenizer(make_model):
    return load_tokenizer(find_model_files(str(make_model("bert", None))), 24)


def questions(n, seed, *, most=120):
    """Questions about texts of 1 to `most` words; one in five has no answer, others one of 1 to 5 words anywhere."""
    draw = random.Random(seed)
    for number in range(n):
        words = draw.choices(WORDS, k=draw.randint(1, most))
        context = "  ".join(words)
        first = draw.randrange(len(words))
        last = min(len(words), first + draw.randint(1, 5))
        start = len("  ".join(words[:first])) + 2 * bool(first)
        answer = "  ".join(words[first:last])
        assert context[start:].startswith(answer)
        yield join_question("the " * draw.randint(1, 20), context), () if number % 5 == 0 else (Answer(answer, start),)


def test_every_answer_of_a_long_text_stands_whole_in_a_window(tokenizer):
    made = list(questions(200, 1))
    rows = asked(tokenizer, [text for text, _ in made], [answers for _, answers in made])
    about, found = rows.about, [set() for _ in made]
    assert about.n_clipped == 0
    assert max(len(rows[row]["input_ids"]) for row in range(len(rows))) <= 24
    for row in range(len(rows)):
        inputs, question = rows[row], int(rows.texts[row])
        assert sorted(inputs) == sorted(
            {"input_ids", "attention_mask", BEGIN, END} | (inputs.keys() & {"token_type_ids"})
        )
        if inputs[BEGIN] == 0:
            assert inputs[END] == 0, "no answer is the first token, twice"
            continue
        offsets = about.windows.encoded.offsets[row]
        context = about.windows.contexts[question]
        found[question].add(context[offsets[inputs[BEGIN], 0] : offsets[inputs[END], 1]])
    expected = [{answers[0].text} if answers else set() for _, answers in made]
    assert found == expected, "each answer is learnt whole, and nothing else"
    late = [answers[0].start for _, answers in made if answers and answers[0].start > 300]
    assert len(late) > 20, "far behind the first window"


def test_an_answer_longer_than_what_windows_share_is_learnt_in_parts_and_counted(tokenizer):
    context = " ".join(["nurse"] * 60)
    rows = asked(tokenizer, [join_question("who", context)], [(Answer(context[:-6], 0),)])
    assert rows.about.n_clipped == 1
    assert all(rows[row][END] > 0 for row in range(len(rows)))


def scores_of(rows):
    """Scores that name the true answer of each window, and no answer where it has none."""
    width = max(len(rows[row]["input_ids"]) for row in range(len(rows)))
    begins, ends = np.full((2, len(rows), width), -9.0)
    for row in range(len(rows)):
        inputs = rows[row]
        begins[row, inputs[BEGIN]] = ends[row, inputs[END]] = 9.0
    return begins, ends


@pytest.mark.parametrize("seed", [None, 1])
def test_windows_in_any_order_give_each_question_its_answer(tokenizer, seed):
    made = list(questions(60, 2))
    whole = asked(tokenizer, [text for text, _ in made], [answers for _, answers in made])
    order = np.arange(len(whole)) if seed is None else np.random.default_rng(seed).permutation(len(whole))
    rows = whole.select(order)
    kept = per_text(scores_of(rows), None, rows)
    assert kept.shape == (60, 5)
    is_none = np.arange(60) % 5 == 0
    assert (kept[~is_none, 1] == 1).all(), "the stretch is the true answer"
    assert (kept[is_none, 2] == 1).all(), "no answer is right where there is none"
    assert (kept[~is_none, 2] == 0).all()
    assert score("token_f1", kept, kept) == score("exact_match", kept, kept) == 1.0
    some = rows.of_texts(np.array([3, 7]))
    assert per_text(scores_of(some), None, some).tolist() == kept[[3, 7]].tolist()


def test_a_token_f1_by_hand(tokenizer):
    """Words: nurse doctor patient; true `nurse doctor`, said `doctor patient`: F1 one half, exact match 0."""
    rows = asked(tokenizer, [join_question("who", "nurse doctor patient")], [(Answer("nurse doctor", 0),)])
    begins, ends = scores_of(rows)
    begins[:], ends[:] = -9.0, -9.0
    offsets = rows.about.windows.encoded.offsets[0][:, 0]
    begins[0, np.flatnonzero(offsets == 6)] = 4.0
    ends[0, np.flatnonzero(offsets == 13)] = 3.0
    assert per_text((begins, ends), None, rows).tolist() == [[-25.0, 0.5, 0.0, 0.0, 0.0]]
