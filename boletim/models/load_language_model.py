"""Load a language model or an encoder as safely as a classifier."""

from typing import Any

from transformers import AutoModel, AutoModelForCausalLM, AutoModelForMaskedLM
from transformers.models.auto.modeling_auto import MODEL_FOR_MASKED_LM_MAPPING_NAMES

from boletim.contracts.errors import ModelError
from boletim.contracts.sentence import Sentence
from boletim.models.causal import CausalLanguageModel
from boletim.models.encoder import TextEncoder
from boletim.models.files import ModelFiles, find_model_files, weights_format
from boletim.models.load import describe_model, load_network
from boletim.models.masked import MaskedLanguageModel
from boletim.models.sizes import check_vocabulary
from boletim.models.tokenizer import load_tokenizer


def load_masked(folder_or_id: str, *, revision: str | None = None) -> MaskedLanguageModel:
    """A masked language model with its trained head, in fp32, on the GPU where there is one.

    Raises:
        ModelError: The model cannot be found or read, has no trained head or mask, or could run foreign code.
    """
    network, tokenizer, facts = _load(folder_or_id, revision, AutoModelForMaskedLM, Sentence("errors.masked_model"))
    if tokenizer.mask_token_id is None:
        raise ModelError("no_mask", name=folder_or_id)
    return MaskedLanguageModel(network, tokenizer, facts)


def load_causal(folder_or_id: str, *, revision: str | None = None) -> CausalLanguageModel:
    """A left-to-right language model with its trained head, in fp32, on the GPU where there is one.

    Raises:
        ModelError: The model cannot be found or read, reads both ways, has no trained head, or could run foreign code.
    """
    return load_causal_files(find_model_files(folder_or_id, revision=revision))


def load_causal_files(files: ModelFiles, *, allow_pickle: bool = False) -> CausalLanguageModel:
    """The same from files that were found, of pickled weights only where that is allowed."""
    # transformers gives a causal head to BERT and its kin too, but they still see what comes after
    if files.config.get("model_type") in MODEL_FOR_MASKED_LM_MAPPING_NAMES and not files.config.get("is_decoder"):
        raise ModelError("not_causal", name=files.name)
    return CausalLanguageModel(*_load_files(files, AutoModelForCausalLM, Sentence("errors.causal_model"), allow_pickle))


def load_encoder(folder_or_id: str, *, revision: str | None = None) -> TextEncoder:
    """The model's body, of a model with two halves the encoder, in fp32, on the GPU where there is one.

    Raises:
        ModelError: The model cannot be found or read, or could run foreign code.
    """
    network, tokenizer, facts = _load(folder_or_id, revision, AutoModel, "an encoder")
    return TextEncoder(network.get_encoder() if network.config.is_encoder_decoder else network, tokenizer, facts)


def _load(folder_or_id: str, revision: str | None, auto: Any, what: str) -> tuple[Any, Any, Any]:
    return _load_files(find_model_files(folder_or_id, revision=revision), auto, what)


def _load_files(files: ModelFiles, auto: Any, what: str, allow_pickle: bool = False) -> tuple[Any, Any, Any]:
    weights = weights_format(files, allow_pickle=allow_pickle)
    network, missing = load_network(files, weights, auto=auto, what=what, is_head_fresh=False)
    missing = [name for name in missing if "pooler" not in name and "position_ids" not in name]
    if missing:
        raise ModelError(
            "language_model_weights",
            what=what,
            name=files.name,
            weight=missing[0],
            more=Sentence("errors.and_n_more", n=len(missing) - 1) if len(missing) > 1 else "",
        )
    tokenizer = load_tokenizer(files)
    check_vocabulary(files.name, tokenizer, network)
    return network, tokenizer, describe_model(files, network, (), weights, tokenizer.model_max_length)
