"""What a config.json declares, its sizes and its classes, checked before anything is built from it."""

import re
from typing import TYPE_CHECKING, Any

from boletim.contracts.answers.label_sets import MULTI_LABEL
from boletim.contracts.errors import ModelError
from boletim.contracts.examples import answers_class
from boletim.contracts.files.whole_text import whole_text
from boletim.contracts.name_order import in_order
from boletim.contracts.tags import split_tag

if TYPE_CHECKING:
    from boletim.models.files import ModelFiles

_MOST_CLASSES, _MOST_LAYERS, _MOST_OF_ANY = 100_000, 1_000, 100_000_000
_IS_LAYERS = re.compile(r"(^|_)(n|num)_(\w+_)?layers?$|_layers$")
_IS_SIZE = re.compile(r"^num_labels$|_(size|dim|heads)$|^dim$|^d_(model|ff|kv)$|max_position_embeddings$")
_OTHER_TASK = re.compile(r"For(TokenClassification|QuestionAnswering|MaskedLM|CausalLM|MultipleChoice|PreTraining)$")


def check_declared_sizes(name: str, config: dict[str, Any]) -> None:
    """Refuse a config.json whose numbers no model has: transformers would work on them for hours, or fill the memory.

    Args:
        name: Of the model, as the user wrote it.
        config: The content of config.json.

    Raises:
        ModelError: A size is too large, below zero or no whole number.
    """
    for key, value in config.items():
        if isinstance(value, dict) and key.endswith("_config"):
            check_declared_sizes(name, value)
        is_layers = _IS_LAYERS.search(key) is not None
        if not (is_layers or _IS_SIZE.search(key)) or value is None or not isinstance(value, int | float):
            continue
        most = _MOST_CLASSES if key == "num_labels" else _MOST_LAYERS if is_layers else _MOST_OF_ANY
        if not 0 <= value <= most or value != int(value):
            raise ModelError("model_key", key=key, n_most=most, name=name, value=value)
    if isinstance(names := config.get("id2label"), dict) and len(names) > _MOST_CLASSES:
        raise ModelError("model_many_classes", n_most_classes=_MOST_CLASSES, name=name, n_names=len(names))


def declared_classes(files: "ModelFiles") -> tuple[str, ...]:
    """The names of the classes, or of the types of entities; two classes that nobody named are LABEL_0 and LABEL_1.

    Raises:
        ModelError: The model is none of classes, or its names are not well formed.
    """
    if declared_kind(files) == "spans":
        return in_order({split_tag(tag)[1] for tag in tags_of(files)} - {""})
    check_task(files)
    return _names(files)


def _names(files: "ModelFiles") -> tuple[str, ...]:
    """What id2label names, in its order."""
    n_unnamed = files.config.get("num_labels", 2)
    names = files.config.get("id2label") or {str(i): f"LABEL_{i}" for i in range(int(n_unnamed))}
    if not isinstance(names, dict) or len(names) < 2:
        raise ModelError("model_classes", name=files.name)
    try:
        labels = tuple(whole_text(str(names[key])) for key in sorted(names, key=int))
    except ValueError as error:
        raise ModelError("model_id2label_keys", name=files.name) from error
    if len(set(labels)) < len(labels):
        raise ModelError("model_id2label_twice", name=files.name)
    return labels


def check_task(files: "ModelFiles") -> None:
    """Refuse the head of another task, which may fit the shapes of a classifier's."""
    if files.config.get("problem_type") == "regression":
        raise ModelError("model_regression", name=files.name)
    saved_as = files.config.get("architectures")
    if isinstance(saved_as, list) and saved_as and all(_OTHER_TASK.search(str(one)) for one in saved_as):
        raise ModelError("model_kind", name=files.name, kind=saved_as[0])


def declared_kind(files: "ModelFiles") -> str:
    """Kind of answer that the model gives."""
    if _is_saved_as(files, "TokenClassification"):
        return "spans"
    return "label_sets" if files.config.get("problem_type") == MULTI_LABEL else "one_label"


def check_fits(files: "ModelFiles", kind: str, asked: str) -> None:
    """Refuse a model that tags tokens where texts are classified, and the other way round.

    Args:
        files: The model's.
        kind: That it declares.
        asked: That the task asks for.

    Raises:
        ModelError: They do not go together.
    """
    if (kind == "spans") != (asked == "spans"):
        task = answers_class(kind).task
        raise ModelError("model_other_task", name=files.name, kind=_saved_as(files) or "text classifier", task=task)


def tags_of(files: "ModelFiles") -> tuple[str, ...]:
    """The names of the tags that a model gives to tokens, such as O, B-PER; a bare type is I- of it.

    Raises:
        ModelError: The model's names are not well formed, or all are O.
    """
    names = _names(files)
    tags = tuple(name if name == "O" or name[1:2] == "-" else f"I-{name}" for name in names)
    try:
        types = {split_tag(tag)[1] for tag in tags} - {""}
    except ValueError as error:
        raise ModelError("model_tags", name=files.name, error=error) from error
    if not types:
        raise ModelError("model_no_entity", name=files.name)
    return tags


def _is_saved_as(files: "ModelFiles", task: str) -> bool:
    return _saved_as(files).endswith(f"For{task}")


def _saved_as(files: "ModelFiles") -> str:
    saved_as = files.config.get("architectures")
    return str(saved_as[0]) if isinstance(saved_as, list) and saved_as else ""
