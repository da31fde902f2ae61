"""Questions about texts: from cells to one text and one label each."""

import pandas as pd

from boletim.contracts.answers.question_answers import Answer, join_question, write_answers
from boletim.contracts.corpus import LABEL, TEXT
from boletim.tables.names import drop_control_characters
from boletim.tables.questions.true_answers import true_answers
from boletim.tables.read import check_columns
from boletim.tables.texts import text_of


def question_columns(source: str, frame: pd.DataFrame, text: str, label: str, question: str) -> dict[str, pd.Series]:
    """Each question joined with its text, and its true answers as `write_answers` writes them.

    Signs that nobody sees go from all of them, as from every other text.

    Args:
        source: Named in errors.
        frame: As read.
        text: Column of the texts.
        label: Column of the true answers.
        question: Column of the questions.

    Raises:
        DataError: There is no column of questions, or a cell holds no text or no answers.
    """
    check_columns(source, list(frame.columns), [question])
    found = true_answers(source, frame, label, text)
    texts: list[str | None] = []
    labels = []
    cells = zip(frame[question], frame[text], found, strict=True)
    for row, (asked, about, answers) in enumerate(cells, start=1):
        context = text_of(source, row, about, text) or ""
        said = text_of(source, row, asked, question) or ""
        is_whole = bool(context.strip() and said.strip())
        texts.append(
            join_question(drop_control_characters(said), drop_control_characters(context)) if is_whole else None
        )
        labels.append(write_answers(_seen(answer, context) for answer in answers))
    return {TEXT: pd.Series(texts, dtype=object), LABEL: pd.Series(labels, dtype=object)}


def _seen(answer: Answer, context: str) -> Answer:
    """The answer in the text without the signs that nobody sees."""
    if answer.start is None:
        return answer._replace(text=drop_control_characters(answer.text))
    start = len(drop_control_characters(context[: answer.start]))
    end = len(drop_control_characters(context[: answer.start + len(answer.text)]))
    return answer._replace(text=drop_control_characters(context)[start:end], start=start)
