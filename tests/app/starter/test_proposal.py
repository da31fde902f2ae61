"""`boletim init`: its own example, and a table of the user's own, each with a configuration that runs as written."""

from pathlib import Path

import pandas as pd
import pytest

from boletim.app.precheck.names import check_names
from boletim.app.starter import CORPUS_NAME, other_language_beside, write_own, write_starter
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
    [("womens_clothing_reviews.csv", "en", "Review Text", "Rating"), ("ToLD-BR.csv", "pt-BR", "text", "insult")],
)
def test_real_tables(tmp_path, name, language, text, label):
    frame = pd.read_csv(SHARED / "data" / name, dtype=str).head(3_000)
    frame.to_csv(tmp_path / name, index=False)
    config, corpus = proposed(tmp_path / "boletim.yaml", tmp_path / name)
    assert (config.language, config.data.text, config.data.label) == (language, text, label)
    assert corpus.report.n_rows_read == 3_000
    assert config.gates


def test_nothing_is_overwritten_and_what_is_no_corpus_is_said(tmp_path):
    data = excel_br(tmp_path)
    write_own(tmp_path / "boletim.yaml", data, None)
    with pytest.raises(InputError, match="init overwrites nothing"):
        write_own(tmp_path / "boletim.yaml", data, None)
    (tmp_path / "p.csv").write_text("label,predicted\n" + "a,b\nb,a\n" * 20)
    with pytest.raises(DataError, match="holds predictions and no texts; audit them with boletim audit --predictions"):
        write_own(tmp_path / "other.yaml", tmp_path / "p.csv", None)
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
