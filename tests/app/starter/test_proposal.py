"""`boletim init`: its own example, and a table of the user's own, each with a configuration that runs as written."""

from pathlib import Path

import pandas as pd
import pytest

from boletim.app.precheck.names import check_names
from boletim.app.starter import CORPUS_NAME, other_language_beside, write_own, write_starter
from boletim.audit.reading.any_kind import read_answers
from boletim.contracts.configuration.file import load_config
from boletim.contracts.errors import DataError, InputError
from boletim.tuning.corpus.prepare import prepare_corpus

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
PT = (
    "O filme é muito bom e a história prende do começo ao fim",
    "Não gostei do serviço, a comida chegou fria",
    "Você precisa ver, uma atuação incrível para um filme simples",
    "Péssimo atendimento, não volto mais aqui",
)


def proposed(output: Path, data: Path):
    write_own(output, data, None)
    config = load_config(output, [])
    check_names(config)
    return config, prepare_corpus(config.data, config.seed)


def excel_br(folder: Path) -> Path:
    rows = [
        {"Opinião": f"{PT[i % 4]} {i * 7919}", "Nota": ["boa", "ruim"][i % 2], "Gênero": "FM"[(i // 2) % 2],
         "Idade": 18 + i % 60, "Preço": f"{i},5"}
        for i in range(400)
    ]  # fmt: skip
    pd.DataFrame(rows).to_csv(folder / "avaliações.csv", sep=";", index=False, encoding="cp1252")
    return folder / "avaliações.csv"


def test_a_brazilian_excel_export(tmp_path):
    config, corpus = proposed(tmp_path / "boletim.yaml", excel_br(tmp_path))
    assert (config.language, config.data.text, config.data.label) == ("pt-BR", "Opinião", "Nota")
    assert [group.column for group in config.data.groups] == ["Gênero", "Idade"]
    assert config.data.groups[1].bands is not None
    assert corpus.labels == ("boa", "ruim")
    assert corpus.report.n_rows_read == 400
    assert "# proposta" in (tmp_path / "boletim.yaml").read_text("utf-8")


def reviews(**columns) -> pd.DataFrame:
    """200 different English texts, and a column for each function of the row's number."""
    texts = [f"It was the {['best', 'worst'][i % 2]} of all the films {i * 7919}" for i in range(200)]
    return pd.DataFrame({"review": texts, **{name: [make(i) for i in range(200)] for name, make in columns.items()}})


KINDS = [
    ({"Rating": lambda i: 1 + i % 5, "Recommended IND": lambda i: int(i % 5 > 1)}, "Recommended IND", "an outcome"),
    ({"shelf": lambda i: "abcd"[i % 4], "stars": lambda i: 1 + i % 5}, "stars", "that of a rating"),
    ({"split": lambda i: ["train", "test"][i % 2], "topic_group": lambda i: "abc"[i % 3]}, "topic_group", "name says"),
    ({"target_ident": lambda i: "abc"[i % 3], "label_gold": lambda i: "yn"[i % 2], "label_maj": lambda i: "yn"[i % 2]},
     "label_gold", "could be the label too: label_maj, target_ident"),
    ({"shelf": lambda i: "ab"[i % 2], "floor": lambda i: "ab"[i % 5 == 0]}, "shelf", "no name says label"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "label", "reason"), KINDS)
def test_the_label_that_a_reader_would_take_and_why(tmp_path, columns, label, reason):
    reviews(**columns).to_csv(tmp_path / "a.csv", index=False)
    config, _ = proposed(tmp_path / "boletim.yaml", tmp_path / "a.csv")
    assert config.data.label == label
    assert reason in " ".join((tmp_path / "boletim.yaml").read_text("utf-8").replace("#", "").split())


def test_columns_of_votes_are_one_question_each(tmp_path):
    votes = {"insult": lambda i: min(i % 4, 3), "threat": lambda i: int(i % 9 == 0), "slur": lambda i: 2 * (i % 3 == 0)}
    reviews(**{name: lambda i, make=make: float(make(i)) for name, make in votes.items()}).to_csv(
        tmp_path / "votes.csv", index=False
    )
    config, corpus = proposed(tmp_path / "boletim.yaml", tmp_path / "votes.csv")
    assert config.data.label == "insult"
    assert corpus.labels == ("insult", "other")
    counts = [split["labels"]["insult"] for split in corpus.report.splits.values()]
    assert sum(counts) == 150, "one vote, two and three are the same answer: 150 of 200 rows have one or more"
    comments = " ".join((tmp_path / "boletim.yaml").read_text("utf-8").replace("#", "").split())
    assert "insult, threat, slur look like one label each" in comments
    assert "task: multi_label_classification" in comments


def proposed_predictions(output: Path, data: Path):
    write_own(output, data, None)
    config = load_config(output, [])
    check_names(config)
    return config, read_answers(config)


def test_a_brazilian_excel_export_of_predictions(tmp_path):
    rows = ["Rótulo;Previsão;Gênero;prob_bom;prob_não"]
    rows += [
        f"{['bom', 'não'][i % 2]};{['bom', 'não'][(i + (i % 10 == 0)) % 2]};{'FM'[i // 2 % 2]};"
        + (["0,8750;0,1250", "0,2500;0,7500"][(i + (i % 10 == 0)) % 2])
        for i in range(300)
    ]
    (tmp_path / "previsões.csv").write_text("\n".join(rows), "cp1252")
    config, found = proposed_predictions(tmp_path / "boletim.yaml", tmp_path / "previsões.csv")
    assert config.predictions
    assert (config.data.label, config.data.predicted, config.data.scores) == ("Rótulo", "Previsão", "prob_")
    assert (config.language, [group.column for group in config.data.groups]) == ("pt-BR", ["Gênero"])
    assert (config.data.read.delimiter, config.data.read.encoding, config.data.read.decimal) == (";", "cp1252", ",")
    assert (found.gold == found.predicted).mean() == pytest.approx(0.9), "one row of ten is wrong"
    assert [gate.measure for gate in config.gates] == ["f1_macro", "accuracy_gap{attribute=Gênero}"]


def test_predictions_under_other_names_are_told_the_command_that_helps(tmp_path):
    (tmp_path / "p.csv").write_text("label,predicted\n" + "0,bad\n1,good\n" * 20)
    with pytest.raises(DataError, match=r"--label label --predicted predicted, which says how to name them alike"):
        write_own(tmp_path / "boletim.yaml", tmp_path / "p.csv", None)
    assert not (tmp_path / "boletim.yaml").exists()


def test_a_parquet_file_with_class_labels(tmp_path):
    datasets = pytest.importorskip("datasets")
    rows = {"sentence": [f"It was the {['best', 'worst'][i % 2]} of the films {i * 7919}" for i in range(200)],
            "label": [(i + 1) % 2 for i in range(200)]}  # fmt: skip
    features = datasets.Features(
        {"sentence": datasets.Value("string"), "label": datasets.ClassLabel(names=["negative", "positive"])}
    )
    datasets.Dataset.from_dict(rows, features=features).to_parquet(tmp_path / "a.parquet")
    config, corpus = proposed(tmp_path / "boletim.yaml", tmp_path / "a.parquet")
    assert (config.language, config.data.text, config.data.label) == ("en", "sentence", "label")
    assert corpus.labels == ("negative", "positive")


@pytest.mark.skipif(not (SHARED / "data").is_dir(), reason="the data lie outside the repository")
@pytest.mark.parametrize(
    ("name", "language", "text", "label"),
    [
        ("womens_clothing_reviews.csv", "en", "Review Text", "Recommended IND"),
        ("ToLD-BR.csv", "pt-BR", "text", "obscene"),
        ("mt_geneval_occupation_gender.csv", "en", "text", "occupation_group"),
        ("mhc_portuguese_cases.csv", "pt-BR", "test_case", "label_gold"),
    ],
)
def test_real_tables(tmp_path, name, language, text, label):
    frame = pd.read_csv(SHARED / "data" / name, dtype=str).head(3_000)
    frame.to_csv(tmp_path / name, index=False)
    config, corpus = proposed(tmp_path / "boletim.yaml", tmp_path / name)
    assert (config.language, config.data.text, config.data.label) == (language, text, label)
    assert corpus.report.n_rows_read == len(frame)
    assert config.gates


@pytest.mark.skipif(not (SHARED / "cases").is_dir(), reason="the cases lie outside the repository")
def test_the_shared_excel_export_is_proposed_as_predictions(tmp_path):
    config, found = proposed_predictions(tmp_path / "boletim.yaml", SHARED / "cases" / "excel_br.csv")
    assert (config.data.label, config.data.predicted, config.data.scores) == ("label", "predicted", "score_")
    assert [group.column for group in config.data.groups] == ["gender"]
    assert (found.gold == found.predicted).mean() == pytest.approx(56 / 60)


def test_nothing_is_overwritten_and_what_is_no_corpus_is_said(tmp_path):
    data = excel_br(tmp_path)
    write_own(tmp_path / "boletim.yaml", data, None)
    with pytest.raises(InputError, match="init overwrites nothing"):
        write_own(tmp_path / "boletim.yaml", data, None)
    (tmp_path / "n.csv").write_text("a,b\n" + "some words here,1\nother words there,2\n")
    with pytest.raises(DataError, match="no column looks like a label"):
        write_own(tmp_path / "other.yaml", tmp_path / "n.csv", None)
    assert not (tmp_path / "other.yaml").exists()


def test_another_language_beside_the_example_is_noticed(tmp_path):
    write_starter(tmp_path / "a.yaml", "en")
    write_starter(tmp_path / "b.yaml", "pt-BR")
    assert other_language_beside(tmp_path / CORPUS_NAME, "pt-BR") == "en"
    assert other_language_beside(tmp_path / CORPUS_NAME, "en") is None
    (tmp_path / "pt").mkdir()
    write_starter(tmp_path / "pt" / "b.yaml", "pt-BR")
    assert other_language_beside(tmp_path / "pt" / CORPUS_NAME, "pt-BR") is None
