"""A report on the Hugging Face hub: the model with its card, never the data."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from boletim.contracts.errors import InputError
from boletim.contracts.extras import need_extra
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.results.prompt import PROMPT_FILE

if TYPE_CHECKING:
    from boletim.app.api.report import Report

# what from_pretrained reads; whatever else lies in the folder stays at home
_MODEL_FILES = ("*.safetensors", "*.safetensors.index.json", "config.json", "generation_config.json", "tokenizer*",
                "special_tokens_map.json", "vocab*", "merges.txt", "*.model", "added_tokens.json")  # fmt: skip
_PAPERS = ("README.md", "card.pdf", "audit.json")


def push_report(report: Report, repo_id: str, *, private: bool, dry_run: bool, token: str | None) -> list[str]:
    """Upload what `Report.push_to_hub` says.

    Raises:
        InputError: The id is not `owner/name`, or the hub refuses.
    """
    if repo_id.count("/") != 1 or not all(repo_id.split("/")):
        raise InputError("repository_name", repo_id=repo_id)
    with TemporaryDirectory(prefix="boletim-hub-") as place:
        papers = _papers(report, Path(place))
        model = report.path / "model"
        weights = {path.name: path for pattern in _MODEL_FILES for path in sorted(model.glob(pattern))}
        uploads = weights | _prompt(model) | papers
        if not dry_run:
            _upload(repo_id, uploads, private, token)
    return sorted(uploads)


def _prompt(model: Path) -> dict[str, Path]:
    """The file of a prompted model; nothing where a model was trained.

    Raises:
        InputError: It holds what stays at home.
    """
    from boletim.models.prompted.load import read_prompt

    prompt = read_prompt("model", model)
    if prompt is None:
        return {}
    if prompt.shots:
        raise InputError("prompt_shows_texts", prompt=prompt.name, n_shots=prompt.n_shots)
    if Path(prompt.base_model).is_absolute():
        raise InputError("prompt_local_model", name=Path(prompt.base_model).name)
    return {PROMPT_FILE: model / PROMPT_FILE}


def _papers(report: Report, place: Path) -> dict[str, Path]:
    from boletim.app.screen.terminal import Terminal
    from boletim.app.stages.render import draw_card, read_card

    folder = RunFolder(report.path)
    card = read_card(folder)
    draw_card(folder, card, card.provided.languages[:1], ("pdf", "md"), Terminal(quiet=True), place)
    (place / "audit.json").write_bytes((report.path / "audit.json").read_bytes())
    return {name: place / name for name in _PAPERS}


def _upload(repo_id: str, uploads: dict[str, Path], private: bool, token: str | None) -> None:
    need_extra("train", "an upload to the hub")
    from huggingface_hub import CommitOperationAdd, HfApi
    from huggingface_hub.errors import HfHubHTTPError

    api = HfApi(token=token)
    operations = [CommitOperationAdd(path_in_repo=name, path_or_fileobj=str(path)) for name, path in uploads.items()]
    try:
        api.create_repo(repo_id, private=private, exist_ok=True)
        api.create_commit(repo_id, operations, commit_message="Model with its Boletim report card")
    except (HfHubHTTPError, OSError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError("repository_closed", repo_id=repo_id, reason=reason) from error
