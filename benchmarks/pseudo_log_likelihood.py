"""Pseudo-log-likelihoods of sentence pairs: Boletim's way against the published CrowS-Pairs script's, in one run.

The published way reads one masked copy of a sentence per forward pass, both sentences of a pair, every shared token.
Prints medians, the ratio, the largest difference of a score and the share of the machine's rate of matrix products.

Usage: python benchmarks/pseudo_log_likelihood.py [CROWS_PAIRS_CSV]

Without a file the pairs are sentences of the English language pack about women and men. The model has BERT's size with
random weights: speed does not depend on what it was trained for, and equal scores are asked of any weights.
"""

import difflib
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from scoring import QUICKSTART, peak_rate
from transformers import AutoModelForMaskedLM, AutoTokenizer, BertConfig, BertForMaskedLM

from boletim.contracts.language import load_language
from boletim.models.load_language_model import load_masked
from boletim.models.quiet import quiet_transformers
from boletim.probes.asking.preferences import Pairs
from boletim.probes.language_models.crows_pairs import pseudo_log_likelihoods
from boletim.probes.sentences.frames import fill

N_PAIRS, N_ROUNDS = 60, 3
WIDTH, N_LAYERS = 384, 6


def read_pairs() -> list[tuple[str, str]]:
    if len(sys.argv) == 2:
        table = pd.read_csv(sys.argv[1]).sample(N_PAIRS, random_state=1)
        return list(zip(table["sent_more"], table["sent_less"], strict=True))
    pack = load_language("en")
    pairs = [fill(frame, person, pack.articles) for frame in pack.frames for person in pack.professions]
    return [pairs[place] for place in np.random.default_rng(1).permutation(len(pairs))[:N_PAIRS]]


def make_model(folder: Path) -> Path:
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(str((QUICKSTART / "minilm").resolve()))
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=WIDTH, num_hidden_layers=N_LAYERS, num_attention_heads=12,
        intermediate_size=4 * WIDTH,
    )  # fmt: skip
    BertForMaskedLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def published(pairs: list[tuple[str, str]], tokenizer: Any, model: Any) -> np.ndarray:
    """As nyu-mll/crows-pairs does it: the shared tokens one by one, each in a forward pass of its own."""
    log_softmax = torch.nn.LogSoftmax(dim=0)
    scores = np.zeros((2, len(pairs)))
    for number, pair in enumerate(pairs):
        ids = [tokenizer.encode(text, return_tensors="pt") for text in pair]
        matcher = difflib.SequenceMatcher(None, *([str(token) for token in one[0].tolist()] for one in ids))
        equal = [op for op in matcher.get_opcodes() if op[0] == "equal"]
        spans = [[p for op in equal for p in range(op[1], op[2])], [p for op in equal for p in range(op[3], op[4])]]
        for side in range(2):
            for place in spans[side][1:-1]:
                masked = ids[side].clone()
                masked[0][place] = tokenizer.mask_token_id
                with torch.no_grad():
                    logits = model(masked).logits[0][place]
                scores[side, number] += log_softmax(logits)[ids[side][0][place]].item()
    return scores


def operations(pairs: list[tuple[str, str]], tokenizer: Any) -> float:
    total = 0.0
    for pair in pairs:
        for ids in tokenizer(list(pair))["input_ids"]:
            n = len(ids)  # about one masked copy per token
            total += (n - 2) * (N_LAYERS * (24 * WIDTH**2 * n + 4 * WIDTH * n**2) + 2 * WIDTH * len(tokenizer))
    return total


def main() -> None:
    with tempfile.TemporaryDirectory() as name, quiet_transformers():
        folder, pairs = make_model(Path(name)), read_pairs()
        more, less = zip(*pairs, strict=True)
        scorer = load_masked(str(folder))
        both = Pairs(more, less, np.ones(len(pairs), dtype=bool), ("all",) * len(pairs))
        tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForMaskedLM.from_pretrained(folder).eval()
        seen: dict[str, list[float]] = {"ours": [], "published": [], "peak": []}
        for _ in range(N_ROUNDS):
            seen["peak"].append(peak_rate())
            begun = time.perf_counter()
            ours = pseudo_log_likelihoods(scorer, both)
            seen["ours"].append(time.perf_counter() - begun)
            begun = time.perf_counter()
            theirs = published(pairs, tokenizer, model)
            seen["published"].append(time.perf_counter() - begun)
        n_operations = operations(pairs, tokenizer)
    medians = {way: statistics.median(values) for way, values in seen.items()}
    reached = n_operations / medians["ours"] / medians["peak"]
    print(
        f"{len(pairs)} pairs, ours {medians['ours']:.2f} s, published {medians['published']:.2f} s, "
        f"{medians['published'] / medians['ours']:.1f} x; scores differ by at most {np.abs(ours - theirs).max():.1e}; "
        f"{reached:.2f} of the rate of matrix products"
    )


if __name__ == "__main__":
    main()
