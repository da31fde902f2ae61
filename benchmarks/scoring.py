"""Scoring texts with a classifier: Boletim's way against `transformers.pipeline(batch_size=32)`, in turn.

Two sets of texts: real ones, and pieces of them of 4 to about 400 tokens whose lengths are drawn from a log-normal.
Prints medians, the ratios in fp32 and in bf16, the largest difference of a probability and the share of the machine's
rate of matrix products (in fp32) that was reached.

Usage: python benchmarks/scoring.py [CSV TEXT]

Without a file the texts are those of the quick start's corpus. The model is MiniLM with a fresh head: speed does not
depend on what it was trained for, and equal probabilities are asked of any weights.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

from boletim.models.load import load_classifier
from boletim.models.quiet import quiet_transformers

ROOT = Path(__file__).resolve().parents[1]
QUICKSTART = ROOT / "examples" / "quickstart"
N_TEXTS, N_ROUNDS, LIMIT = 1_000, 3, 512


def read_texts(folder: Path) -> list[str]:
    if len(sys.argv) == 3:
        source, column = sys.argv[1], sys.argv[2]
    else:
        source, column = str(folder / "bios.csv"), "bio"
        make = [sys.executable, str(QUICKSTART / "make_corpus.py"), "--rows", str(2 * N_TEXTS), "--output", source]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
    texts = pd.read_csv(source)[column].dropna().drop_duplicates()
    return [str(text) for text in texts.sample(N_TEXTS, random_state=1)]


def mixed_lengths(texts: list[str], longest: int) -> list[str]:
    """Texts of 4 to `longest` words, log-normally, cut from the real ones joined."""
    words = " ".join(texts).split()
    rng = np.random.default_rng(2)
    lengths = np.clip(np.exp(rng.normal(3.5, 1.0, len(texts))), 4, longest).astype(int)
    starts = rng.integers(0, len(words) - longest, len(texts))
    return [" ".join(words[start : start + length]) for start, length in zip(starts, lengths, strict=True)]


def make_model(folder: Path) -> Path:
    base = str((QUICKSTART / "minilm").resolve())
    torch.manual_seed(0)
    AutoModelForSequenceClassification.from_pretrained(base, num_labels=9).save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(base)
    tokenizer.model_max_length = LIMIT
    tokenizer.save_pretrained(folder)
    return folder


def peak_rate(n_tokens: int = 1_536, width: int = 384) -> float:
    """Operations a second of the products that the model is made of."""
    x, w = torch.randn(n_tokens, width), torch.randn(width, 4 * width)
    for _ in range(10):
        x @ w
    rates = []
    for _ in range(5):
        begun = time.perf_counter()
        for _ in range(50):
            x @ w
        rates.append(50 * 2 * n_tokens * width * 4 * width / (time.perf_counter() - begun))
    return statistics.median(rates)


def operations(texts: list[str], folder: Path) -> float:
    """Of all layers, on every token once and none of padding."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    config = AutoModelForSequenceClassification.from_pretrained(folder).config
    lengths = np.array([len(ids) for ids in tokenizer(texts, truncation=True, max_length=LIMIT)["input_ids"]], float)
    width, inner, n_layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    dense = 2 * (4 * width**2 + 2 * width * inner) * lengths.sum()
    return float(n_layers * (dense + 4 * width * (lengths**2).sum()))


def main() -> None:
    with tempfile.TemporaryDirectory() as name, quiet_transformers():
        folder = Path(name)
        texts = read_texts(folder)
        model = make_model(folder / "model")
        ours = load_classifier(str(model))
        peer = pipeline("text-classification", model=str(model), top_k=None, truncation=True, batch_size=32)
        order = {label: place for place, label in enumerate(ours.labels)}

        def in_bf16(some: list[str]) -> np.ndarray:
            ours.is_bf16 = True
            try:
                return ours.predict_scores(some)
            finally:
                ours.is_bf16 = False

        def with_pipeline(some: list[str]) -> np.ndarray:
            table = np.zeros((len(some), len(order)))
            for row, scores in enumerate(peer(some)):
                for one in scores:
                    table[row, order[one["label"]]] = one["score"]
            return table

        for kind, some in (("real texts", texts), ("mixed lengths", mixed_lengths(texts, 300))):
            seen: dict[str, list[float]] = {"ours": [], "bf16": [], "pipeline": [], "peak": []}
            tables = {}
            for _ in range(N_ROUNDS):
                seen["peak"].append(peak_rate())
                for way, score in (("ours", ours.predict_scores), ("bf16", in_bf16), ("pipeline", with_pipeline)):
                    begun = time.perf_counter()
                    tables[way] = score(some)
                    seen[way].append(time.perf_counter() - begun)
            medians = {way: statistics.median(values) for way, values in seen.items()}
            reached = operations(some, model) / medians["ours"] / medians["peak"]
            off_by = {way: np.abs(tables[way] - tables["pipeline"]).max() for way in ("ours", "bf16")}
            print(
                f"{kind}: {len(some)} texts, ours {medians['ours']:.2f} s, pipeline {medians['pipeline']:.2f} s, "
                f"{medians['pipeline'] / medians['ours']:.2f} x; probabilities differ by at most {off_by['ours']:.1e}; "
                f"{reached:.2f} of the rate of matrix products ({medians['peak'] / 1e9:.0f} GFLOP/s); bf16 "
                f"{medians['bf16']:.2f} s, {medians['pipeline'] / medians['bf16']:.2f} x, differing by at most "
                f"{off_by['bf16']:.1e}"
            )


if __name__ == "__main__":
    main()
