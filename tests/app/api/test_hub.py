"""What goes to the hub: the model and its papers, never the data; the hub itself is a stand-in."""

from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

import boletim
from boletim.contracts.errors import InputError


@pytest.fixture
def report(tmp_path: Path) -> boletim.Report:
    rows = {"label": ["no", "yes"] * 60, "predicted": ["no", "yes", "no", "no"] * 30}
    made = boletim.evaluate(rows, run_dir=tmp_path / "run", audit={"bootstrap": 100})
    model, corpus = made.path / "model", made.path / "corpus"
    model.mkdir()
    corpus.mkdir()
    for name in ("model.safetensors", "config.json", "tokenizer.json", "training_args.bin", "optimizer.pt"):
        (model / name).write_text("x")
    (corpus / "train.parquet").write_text("secret texts")
    return made


def test_a_dry_run_lists_what_would_go(report: boletim.Report) -> None:
    names = report.push_to_hub("org/model", dry_run=True)
    assert names == ["README.md", "audit.json", "card.pdf", "config.json", "model.safetensors", "tokenizer.json"]


def test_the_same_goes(report: boletim.Report, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, Any] = {}

    class Api:
        def __init__(self, token: str | None = None) -> None:
            sent["token"] = token

        def create_repo(self, repo_id: str, **settings: Any) -> None:
            sent["repo"] = (repo_id, settings)

        def create_commit(self, repo_id: str, operations: list[Any], commit_message: str) -> None:
            sent["files"] = sorted(operation.path_in_repo for operation in operations)
            content = {o.path_in_repo: Path(o.path_or_fileobj).read_bytes() for o in operations}
            sent["card"], sent["readme"] = content["card.pdf"], content["README.md"].decode("utf-8")

    monkeypatch.setattr(huggingface_hub, "HfApi", Api)
    names = report.push_to_hub("org/model", token="t")
    assert sent["files"] == names
    assert sent["repo"] == ("org/model", {"private": True, "exist_ok": True})
    assert sent["card"].startswith(b"%PDF")
    assert b"secret texts" not in sent["card"]
    assert "The whole report card is in card.pdf." in sent["readme"].replace("\\", "")
    results = huggingface_hub.ModelCard(sent["readme"]).data.eval_results
    figures = report.measures.set_index("id")["value"]
    assert {r.metric_name: r.metric_value for r in results}["accuracy"] == figures["accuracy"]
    assert {r.dataset_type for r in results} == {"private"}


@pytest.mark.parametrize("repo_id", ["model", "a/b/c", "/x", ""])
def test_an_id_that_is_none(report: boletim.Report, repo_id: str) -> None:
    with pytest.raises(InputError, match="owner/name"):
        report.push_to_hub(repo_id, dry_run=True)
