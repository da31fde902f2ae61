"""Entities from every form of file, and what each mistake is told."""

import json

import pandas as pd
import pytest

from boletim.audit.reading.any_kind import read_answers
from boletim.contracts.configuration import RunConfig
from boletim.contracts.errors import DataError
from boletim.contracts.examples import load_answers

TOKENS = [["Ana", "Sá", "mora", "em", "Itu"], ["Rui", "saiu"]]
GOLD = [["B-PER", "I-PER", "O", "O", "B-LOC"], ["B-PER", "O"]]
SAID = [["B-PER", "I-PER", "O", "O", "O"], ["B-LOC", "O"]]
TEXTS = [" ".join(tokens) for tokens in TOKENS]
SPANS = [[(0, 6, "PER"), (15, 18, "LOC")], [(0, 3, "PER")]]
SAID_SPANS = [[(0, 6, "PER")], [(0, 3, "LOC")]]
NUMBERS = {"O": 0, "B-PER": 1, "I-PER": 2, "B-LOC": 3, "I-LOC": 4}


def as_dicts(spans, key="label"):
    return [[{"start": a, "end": b, key: c} for a, b, c in one] for one in spans]


def write(path, rows):
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def read(path, told=None, **settings):
    config = {"name": "x", "task": "token_classification", "predictions": str(path)}
    config["data"] = {"label": "label", **settings}
    return read_answers(RunConfig.model_validate(config), say=(told if told is not None else []).append)


def rows(**columns):
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


FORMS = {
    "tags": rows(tokens=TOKENS, label=GOLD, predicted=SAID),
    "stretches": rows(text=TEXTS, label=as_dicts(SPANS), predicted=as_dicts(SAID_SPANS, "entity_group")),
    "doccano": rows(text=TEXTS, label=SPANS, predicted=SAID_SPANS),
    "tags and stretches": rows(tokens=TOKENS, label=GOLD, predicted=as_dicts(SAID_SPANS, "type")),
    "bioes": rows(
        tokens=TOKENS, label=[["B-PER", "E-PER", "O", "O", "S-LOC"], ["S-PER", "O"]], predicted=SAID
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_entities(tmp_path, form):
    found = read(write(tmp_path / "x.jsonl", FORMS[form]))
    assert [[tuple(s.key) for s in spans] for spans in found.gold] == SPANS
    assert [[tuple(s.key) for s in spans] for spans in found.predicted] == SAID_SPANS
    assert found.labels == ("LOC", "PER")
    found.save(tmp_path / "predictions.parquet")
    again = load_answers(tmp_path / "predictions.parquet", found.labels, ())
    assert again.gold.tolist() == found.gold.tolist()


def test_numbers_need_names_or_the_names_that_a_parquet_file_holds(tmp_path):
    as_numbers = [[[NUMBERS[tag] for tag in tags] for tags in column] for column in (GOLD, SAID)]
    table = rows(tokens=TOKENS, label=as_numbers[0], predicted=as_numbers[1])
    path = write(tmp_path / "x.jsonl", table)
    names = {str(number): tag for tag, number in NUMBERS.items()}
    assert [[s.key for s in spans] for spans in read(path, label_names=names).gold] == SPANS
    with pytest.raises(DataError, match="tags are names, 'label' holds numbers such as 1; name each with --label-name"):
        read(path)
    datasets = pytest.importorskip("datasets")
    label = datasets.Sequence(datasets.ClassLabel(names=list(NUMBERS)))
    features = datasets.Features(
        {"tokens": datasets.Sequence(datasets.Value("string")), "label": label, "predicted": label}
    )
    parquet = tmp_path / "x.parquet"
    datasets.Dataset.from_pandas(pd.DataFrame(table), features=features).to_parquet(str(parquet))
    assert [[s.key for s in spans] for spans in read(parquet).gold] == SPANS


def test_a_conll_file_with_documents(tmp_path):
    lines = ["-DOCSTART- -X- O O", ""]
    for tokens, gold, said in zip(TOKENS, GOLD, SAID, strict=True):
        lines += [" ".join([token, "NN", a, b]) for token, a, b in zip(tokens, gold, said, strict=True)]
        lines += ["", "-DOCSTART- -X- O O", ""]
    (tmp_path / "x.conll").write_text("\n".join(lines))
    told = []
    found = read(tmp_path / "x.conll", told)
    assert [[s.key for s in spans] for spans in found.gold] == SPANS
    assert found.clusters.tolist() == ["document 1", "document 2"]
    assert not any("--cluster" in line for line in told)


def test_groups_of_entities_from_lists_and_from_the_stretches(tmp_path):
    gold = as_dicts([[SPANS[0][1], SPANS[0][0]], SPANS[1]])  # not in order
    for one, sex in zip((gold[0][0], gold[0][1], gold[1][0]), (None, "f", "m"), strict=True):
        one["sex"] = sex
    table = rows(text=TEXTS, label=gold, predicted=as_dicts(SAID_SPANS), age=[[None, "old"], ["young"]])
    found = read(write(tmp_path / "x.jsonl", table), groups=["sex", "age"])
    assert found.groups["sex"].tolist() == [("f", None), ("m",)]
    assert found.groups["age"].tolist() == [("old", None), ("young",)]
    found.save(tmp_path / "p.parquet")
    again = load_answers(tmp_path / "p.parquet", found.labels, ("sex", "age"))
    assert again.groups["sex"].tolist() == found.groups["sex"].tolist()


WRONG = [
    (rows(tokens=TOKENS, label=GOLD, predicted=[SAID[0], ["O"]]), "row 2: each token has a tag, there are 2 tok"),
    (rows(label=GOLD, predicted=[SAID[0], ["O"]]), "row 2: true and predicted tags are as many"),
    (rows(text=TEXTS, label=[[(0, 99, "PER")], []], predicted=SAID_SPANS), "row 1: a stretch of 'label' runs from"),
    (rows(text=TEXTS, label=[[(3, 3, "PER")], []], predicted=SAID_SPANS), "row 1: a stretch of 'label' runs from"),
    (rows(text=TEXTS, label=[[], []], predicted=SAID_SPANS), "an audit needs true entities, 'label' has none"),
    (rows(text=TEXTS, label=SPANS, predicted=[[], None]), "row 2: every row needs its list of entities"),
    (rows(text=TEXTS, label=SPANS, predicted=["PER", "LOC"]), "row 1: entities are a list of tags or of"),
    (rows(text=TEXTS, label=SPANS, predicted=[[{"a": 1}], []]), r"row 1: a stretch is \{start, end, label\} or"),
    (rows(tokens=TOKENS, label=[["PER", "O", "O", "O", "O"], ["O", "O"]], predicted=SAID), "row 1, column 'label'"),
    (rows(label=GOLD, predicted=as_dicts(SAID_SPANS)), "'label' is in tokens and 'predicted' in characters"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "message"), WRONG)
def test_what_is_wrong_is_told_with_its_row(tmp_path, table, message):
    with pytest.raises(DataError, match=message):
        read(write(tmp_path / "x.jsonl", table))


def test_groups_that_do_not_fit_are_told(tmp_path):
    table = rows(text=TEXTS, label=SPANS, predicted=SAID_SPANS, sex=[["f"], ["m"]])
    with pytest.raises(DataError, match="row 1: 'sex' holds one group for each true entity, got 1 for 2"):
        read(write(tmp_path / "x.jsonl", table), groups=["sex"])
    with pytest.raises(DataError, match="there is no column 'region'"):
        read(write(tmp_path / "x.jsonl", table), groups=["region"])


def test_a_broken_conll_file_names_its_line(tmp_path):
    (tmp_path / "x.conll").write_text("Ana B-PER B-PER\nSá I-PER\n")
    with pytest.raises(DataError, match="line 2: every line has as many columns as the first, 3, this has 2"):
        read(tmp_path / "x.conll")
    (tmp_path / "y.txt").write_text("Ana\n")
    with pytest.raises(DataError, match="line 1: a line of a CoNLL file is a token and its tags, this has one column"):
        read(tmp_path / "y.txt")
    (tmp_path / "z.conll").write_text("Ana B-PER\n")
    with pytest.raises(DataError, match="there is no column 'predicted', the columns are tokens, tags, label"):
        read(tmp_path / "z.conll")
