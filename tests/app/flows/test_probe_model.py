import json
from collections.abc import Callable
from pathlib import Path

import pytest

from boletim.app.flows.probe_model import probe_model
from boletim.app.screen.terminal import Terminal
from boletim.contracts.errors import InputError

PAIRS = "sent_more,sent_less,stereo_antistereo,bias_type\n" + "".join(
    f"the {a} works {c},the {b} works {c},stereo,work\n"
    for a, b in (("nurse", "doctor"), ("she", "he")) for c in ("good", "bad", "day")
)  # fmt: skip


@pytest.fixture
def masked_folder(tmp_path: Path, tiny_encoder_folder: Path) -> Path:
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForMaskedLM

    torch.manual_seed(2)
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder_folder)
    config = BertConfig.from_pretrained(tiny_encoder_folder)
    BertForMaskedLM(config).save_pretrained(tmp_path / "masked")
    tokenizer.save_pretrained(tmp_path / "masked")
    return tmp_path / "masked"


@pytest.fixture
def pairs(tmp_path: Path) -> str:
    (tmp_path / "pairs.csv").write_text(PAIRS, encoding="utf-8")
    return str(tmp_path / "pairs.csv")


def test_a_base_model_is_probed(masked_folder: Path, pairs: str, tmp_path: Path) -> None:
    out = tmp_path / "probes.json"
    result = probe_model(str(masked_folder), ("crows_pairs",), "en", [pairs], "text", out, Terminal(quiet=True))
    assert result.measures[0].id == "stereotype_preference{probe=crows_pairs}"
    assert json.loads(out.read_text("utf-8"))["probes"][0]["probe"] == "crows_pairs"


def test_a_classifier_has_no_side_for_a_masked_probe(
    make_model: Callable[..., Path], pairs: str, tmp_path: Path
) -> None:
    folder = str(make_model("bert"))
    with pytest.raises(InputError, match=r"crows_pairs cannot be run: it needs another kind of model \(.*lacks cls"):
        probe_model(folder, ("crows_pairs",), "en", [pairs], "text", tmp_path / "p.json", Terminal(quiet=True))
    assert not (tmp_path / "p.json").exists()


def test_a_probe_without_its_data_names_the_key(masked_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"probes\.data\.crows_pairs"):
        probe_model(str(masked_folder), ("crows_pairs",), "en", [], "text", tmp_path / "p.json", Terminal(quiet=True))


def test_occupations_of_ones_own_are_taken_by_name(masked_folder: Path, tmp_path: Path) -> None:
    jobs = tmp_path / "stats.tsv"
    jobs.write_text(
        "occupation\tbls_pct_female\n" + "".join(f"{job}\t{5 * i}\n" for i, job in enumerate(("nurse", "doctor") * 6)),
        "utf-8",
    )
    out, terminal = tmp_path / "probes.json", Terminal(quiet=True)
    with pytest.raises(InputError, match=r"takes a data set of the probes asked for \(kurita\), got 'winogender'"):
        probe_model(str(masked_folder), ("kurita",), "en", [f"winogender={jobs}"], "text", out, terminal)
    result = probe_model(str(masked_folder), ("kurita",), "en", [f"kurita={jobs}"], "text", out, terminal)
    assert set(result.probes[0].data["occupations"]) == {"nurse", "doctor"}
