"""Texts in another language than the run was told: said in the log and on the card, and the card still verifies."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from boletim.app.cli import app

PORTUGUESE = (
    "O filme é muito bom e a história prende do começo ao fim",
    "Não gostei do serviço, a comida chegou fria e ruim",
    "Você precisa ver, uma atuação incrível para um filme",
)
SAID = {
    "card.html": "The test texts look like Brazilian Portuguese, and the run was told English",
    "card.pt-BR.html": "Os textos de teste parecem estar em português do Brasil, e a execução foi feita para inglês",
}


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_card_points_out_a_language_that_does_not_fit(
    make_model: Callable[..., Path], tmp_path: Path, language: str
) -> None:
    texts = [f"{PORTUGUESE[i % 3]} {i * 7919}" for i in range(60)]
    pd.DataFrame({"text": texts, "label": ["no", "yes"] * 30}).to_csv(tmp_path / "data.csv", index=False)
    model, run, is_wrong = make_model("bert", ("no", "yes")), tmp_path / "run", language == "en"
    options = ["--data", str(tmp_path / "data.csv"), "--text", "text", "--label", "label", "--language", language]
    languages = ["en", "pt-BR"] if is_wrong else ["en"]
    chosen = ["--set", "probes.use=[]", "--set", "audit.bootstrap=100", "--set", f"card.languages={languages}"]
    done = CliRunner().invoke(app, ["audit", "--model", str(model), *options, *chosen, "--run-dir", str(run)])
    assert done.exit_code == 0, done.output
    assert ("language: en, but the texts look like pt-BR" in done.output) == is_wrong
    findings = json.loads((run / "audit.json").read_text("utf-8"))["findings"]
    assert [f["key"] for f in findings].count("other_language") == is_wrong
    for name, sentence in SAID.items():
        page = " ".join((run / name).read_text("utf-8").split()) if (run / name).exists() else ""
        assert (sentence in page) == is_wrong, name
    if is_wrong:
        verified = CliRunner().invoke(app, ["verify", str(run / "card.pdf")])
        assert verified.exit_code == 0, verified.output
