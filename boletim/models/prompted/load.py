"""A prompted classifier to and from its folder."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from boletim.contracts.errors import ModelError
from boletim.contracts.files.atomic import write_json
from boletim.contracts.results.card import ModelFacts
from boletim.contracts.results.prompt import PROMPT_FILE, PromptFile

if TYPE_CHECKING:
    from boletim.models.causal import CausalLanguageModel
    from boletim.models.files import ModelFiles
    from boletim.models.prompted.classifier import PromptedClassifier

_MOST_BYTES = 4 << 20


def write_prompt(folder: Path, prompt: PromptFile) -> None:
    """Make a folder a prompted model."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / PROMPT_FILE, prompt.model_dump(mode="json"))


def read_prompt(name: str, folder: Path) -> PromptFile | None:
    """What the folder's prompt.json says; None where it has none.

    Raises:
        ModelError: It is too large or damaged.
    """
    path = folder / PROMPT_FILE
    if not path.is_file():
        return None
    if path.stat().st_size > _MOST_BYTES:
        raise ModelError("prompt_file_large", prompt_file=PROMPT_FILE, most_bytes=_MOST_BYTES >> 20, name=name)
    try:
        prompt = PromptFile.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError, ValidationError) as error:
        raise ModelError(
            "prompt_file_damaged", prompt_file=PROMPT_FILE, name=name, error=str(error).splitlines()[0]
        ) from error
    if prompt.sealed().sha256 != prompt.sha256:
        raise ModelError("prompt_file_changed", prompt_file=PROMPT_FILE, name=name)
    return prompt


def with_prompt(name: str, base: "ModelFiles", prompt: PromptFile) -> "ModelFiles":
    """The base model's files as those of a classifier: its own head is not used, the classes are the prompt's."""
    classes: dict[str, Any] = {str(place): label for place, label in enumerate(prompt.labels)}
    config = base.config | {"id2label": classes, "architectures": [], "problem_type": None}
    return replace(base, name=name, config=config, prompt=prompt)


def load_prompted(files: "ModelFiles", prompt: PromptFile, *, allow_pickle: bool = False) -> "PromptedClassifier":
    """The classifier that a folder with a prompt describes.

    Raises:
        ModelError: The base model cannot be loaded, or has other weights than the prompt was chosen with.
    """
    from boletim.models.load_language_model import load_causal_files

    model = load_causal_files(replace(files, name=prompt.base_model), allow_pickle=allow_pickle)
    if model.facts.sha256 != prompt.base_sha256:
        raise ModelError("prompt_other_weights", name=files.name, base_model=prompt.base_model)
    return prompted(model, prompt, Path(files.name).name)


def prompted(model: "CausalLanguageModel", prompt: PromptFile, name: str) -> "PromptedClassifier":
    """A loaded language model and a prompt as a classifier."""
    from boletim.models.prompted.classifier import PromptedClassifier

    base = model.facts
    facts = ModelFacts(
        name=name, architecture=base.architecture, n_parameters=base.n_parameters, base_model=prompt.base_model,
        base_revision=prompt.base_revision, sha256=prompt.sha256, labels=prompt.labels, max_length=prompt.max_length,
        weights_format=base.weights_format, prompt=prompt.facts(),
    )  # fmt: skip
    return PromptedClassifier(model, prompt, facts)
