"""Load a model safely: safetensors, no foreign code, and a clear line when it is refused."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoConfig, AutoModelForSequenceClassification

from boletim.contracts.errors import ModelError, first_line
from boletim.contracts.files.atomic import hash_folder
from boletim.contracts.results.card import ModelFacts, WeightsFormat
from boletim.contracts.sentence import Sentence
from boletim.models.classifier import TextClassifier
from boletim.models.declared import check_task, declared_classes
from boletim.models.files import SAFETENSORS, WEIGHT_PATTERNS, ModelFiles, find_model_files, weights_format
from boletim.models.prompted.load import load_prompted
from boletim.models.quiet import quiet_transformers
from boletim.models.sizes import check_same_shapes, check_vocabulary, check_weights_hold
from boletim.models.tokenizer import load_tokenizer

if TYPE_CHECKING:
    from boletim.models.prompted.classifier import PromptedClassifier

    AnyClassifier = TextClassifier | PromptedClassifier


def load_classifier(
    folder_or_id: str, *, revision: str | None = None, allow_pickle: bool = False, max_length: int | None = None
) -> "AnyClassifier":
    """A fine-tuned classifier, or a prompted one, in fp32, on the GPU where there is one.

    Args:
        folder_or_id: Local folder or hub id.
        revision: Commit, tag or branch on the hub.
        allow_pickle: Accept weights that are not safetensors.
        max_length: Longest input in tokens; None gives the model's own limit.

    Raises:
        ModelError: The model cannot be found or read, is not a classifier, or could run foreign code.
    """
    files = find_model_files(folder_or_id, revision=revision, allow_pickle=allow_pickle)
    if files.prompt is not None:
        return load_prompted(files, files.prompt, allow_pickle=allow_pickle)
    check_task(files)
    labels = declared_classes(files)
    weights = weights_format(files, allow_pickle=allow_pickle)
    tokenizer = load_tokenizer(files, max_length)
    network, missing = load_network(files, weights, is_head_fresh=False)
    if missing:
        raise ModelError(
            "model_head_more",
            name=files.name,
            weight=missing[0],
            more=Sentence("errors.and_n_more", n=len(missing) - 1) if len(missing) > 1 else "",
        )
    check_vocabulary(files.name, tokenizer, network)
    network.config.pad_token_id = tokenizer.pad_token_id
    classifier = TextClassifier(
        network, tokenizer, describe_model(files, network, labels, weights, tokenizer.model_max_length)
    )
    classifier.predict_scores(["a"])  # one batch before the whole work
    return classifier


def load_network(
    files: ModelFiles,
    weights: WeightsFormat,
    *,
    auto: Any = AutoModelForSequenceClassification,
    what: str = "a text classifier",
    is_head_fresh: bool = True,
    **settings: Any,
) -> tuple[Any, list[str]]:
    """The network with a head, a classification head unless another is asked for, in fp32, on the CPU.

    Args:
        files: Where it lies.
        weights: From `weights_format`.
        auto: The class of transformers that knows the head.
        what: Names what is loaded, for an error.
        is_head_fresh: Whether the head is trained anew, so that the file's may have another shape.
        settings: Overrides of the model's configuration, such as `num_labels`.

    Returns:
        The network, and the names of the weights that were not in the file and got random values, sorted.

    Raises:
        ModelError: transformers cannot load it, or the file's weights are those of another architecture.
    """
    try:
        with quiet_transformers():
            config = AutoConfig.from_pretrained(
                files.folder, trust_remote_code=False, local_files_only=True, **settings
            )
            check_weights_hold(files.name, list(files.folder.glob(WEIGHT_PATTERNS[weights])), auto, config)
            network, info = auto.from_pretrained(
                files.folder,
                trust_remote_code=False,
                local_files_only=True,
                use_safetensors=weights == SAFETENSORS,
                dtype=torch.float32,
                ignore_mismatched_sizes=True,
                output_loading_info=True,
                **settings,
            )
    except ModelError:
        raise
    except Exception as error:
        raise ModelError("model_load", name=files.name, what=what, reason=first_line(error)) from error
    fresh = {*info["missing_keys"], *(entry[0] for entry in info["mismatched_keys"])}
    prefix = f"{network.base_model_prefix}."
    body = [name for name, _ in network.named_parameters() if name.startswith(prefix)]
    if sum(name in fresh for name in body) > len(body) / 2:
        raise ModelError("model_architecture", name=files.name, kind=type(network).__name__)
    check_same_shapes(files.name, list(info["mismatched_keys"]), is_head_fresh, prefix)
    return network, sorted(fresh)


def describe_model(
    files: ModelFiles, network: Any, labels: tuple[str, ...], weights: WeightsFormat, max_length: int
) -> ModelFacts:
    """What the card says of a loaded model; `labels` is empty where it is no classifier."""
    return ModelFacts(
        name=Path(files.name).name if Path(files.name).is_dir() else files.name,
        architecture=type(network).__name__,
        n_parameters=network.num_parameters(),
        base_revision=files.revision,
        sha256=hash_folder(files.folder, WEIGHT_PATTERNS[weights]),
        labels=labels,
        max_length=max_length,
        weights_format=weights,
    )
