"""Questions in SQuAD's format are rows of a table."""

import json

import pytest

from boletim.contracts.errors import DataError
from boletim.tables.read import read_table


def test_questions_as_squad_has_them_are_rows_and_a_broken_file_is_refused(tmp_path):
    file = tmp_path / "squad.json"
    qas = [{"id": "1", "question": "Who?", "answers": []}, {"id": "2", "question": "Why?", "answers": []}]
    article = {"title": "t", "paragraphs": [{"context": "c", "qas": qas}]}
    file.write_text(json.dumps({"version": "1.1", "data": [article]}))
    frame = read_table(str(file))
    assert frame[["title", "context", "id"]].to_numpy().tolist() == [["t", "c", "1"], ["t", "c", "2"]]
    file.write_text(json.dumps({"data": [article, {"title": "t"}]}))
    with pytest.raises(DataError, match="a file of questions holds data, paragraphs and qas"):
        read_table(str(file))
