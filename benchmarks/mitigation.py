"""Mitigations on corpora where it is known which can help, and how often the intervals of their changes hold the truth.

`python benchmarks/mitigation.py corpora 1 2 3` trains a tiny transformer on four corpora, each with three seeds of the
corpus; `python benchmarks/mitigation.py coverage 400` simulates answers.
"""

import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}

import numpy as np
import pandas as pd

from boletim.audit.mitigation.compare import Trained, compare_settings
from boletim.audit.mitigation.effects import Sample
from boletim.contracts.configuration import AuditConfig, RunConfig
from boletim.contracts.configuration.mitigations import SWAPPING
from boletim.contracts.corpus import CleaningReport, Corpus, TuningData
from boletim.contracts.results.mitigations import MitigationRow

TOPICS = {"care": ["nurse", "doctor", "patient", "ward"], "code": ["server", "bug", "compiler", "deploy"]}
LABELS = tuple(TOPICS)
COMPARED = ("none", "gender_swap", "reweighing", "both", "balanced", "erase")
N_TRAIN, N_JUDGED, N_WORDS = 2_400, 800, 5
N_SEEDS = 5
"""Trainings of each setting; with three, Student's t of two degrees of freedom hides gaps of half the texts."""
SKEW, CLEAR = 0.92, 0.7
"""Share of the training texts whose marker goes with their label, and chance that a word is of the text's topic."""


@dataclass(frozen=True)
class Planted:
    """A corpus in which it is known what can help."""

    name: str
    must: tuple[str, ...]
    """Called improved."""
    may: tuple[str, ...] = ()
    """Called improved or not; the others must not be."""
    genders_follow_labels: bool = False
    regions_follow_labels: bool = False
    """In training; the other texts come from where the model is used, and their markers go with nothing."""
    is_only_without_group: bool = False
    """The texts in which regions follow labels have no value in the group column, which no weight can reach."""
    is_south_unclear: bool = False
    """Texts of the south say less of their topic, which no training mends."""

    @property
    def compared(self) -> tuple[str, ...]:
        """The settings compared: copies are refused where no text has a gendered word."""
        return COMPARED if self.genders_follow_labels else tuple(name for name in COMPARED if name not in SWAPPING)


CORPORA = (
    Planted("copies help", must=("gender_swap", "both"), genders_follow_labels=True),
    Planted("weights help", must=("reweighing", "balanced"), may=("erase",), regions_follow_labels=True),
    Planted(  # balancing draws fewer texts without a value, and so less of what misleads
        "erasing helps", must=("erase",), may=("balanced",), regions_follow_labels=True, is_only_without_group=True
    ),
    Planted("nothing helps", must=(), is_south_unclear=True),
)


def make_frame(planted: Planted, n: int, seed: int, *, is_training: bool) -> pd.DataFrame:
    """Texts with a gendered word, a region's word and words of a topic."""
    draw, rows = random.Random(f"{planted.name} {seed} {is_training}"), []
    for number in range(n):
        label = draw.choice(LABELS)
        is_grouped = not (planted.is_only_without_group and is_training) or draw.random() < 0.25
        follows = [
            is_training and planted.genders_follow_labels,
            is_training and planted.regions_follow_labels and (is_grouped != planted.is_only_without_group),
        ]
        woman, south = (
            (draw.random() < SKEW) == (label == "care") if follow else draw.random() < 0.5 for follow in follows
        )
        clear = 0.5 * (CLEAR + 0.5) if planted.is_south_unclear and south else CLEAR
        words = [
            draw.choice(TOPICS[label if draw.random() < clear else LABELS[1 - LABELS.index(label)]])
            for _ in range(N_WORDS)
        ]
        gender = ["she" if woman else "he"] if planted.genders_follow_labels else []  # else flips would judge chance
        text = " ".join([*gender, "south" if south else "north", *words])
        region = ("south" if south else "north") if is_grouped else None
        rows.append({"id": f"{seed}-{is_training}-{number}", "text": text, "label": label, "region": region})
    return pd.DataFrame(rows)


def make_model(folder: Path) -> Path:
    """A tiny random BERT that knows these words."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    from boletim.models.quiet import quiet_transformers

    known = [*TOPICS["care"], *TOPICS["code"], "she", "he", "north", "south"]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *known]
    tokenizer = Tokenizer(WordLevel({word: index for index, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    torch.manual_seed(0)
    shape = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    with quiet_transformers():
        BertModel(BertConfig(vocab_size=len(words), **shape, initializer_range=0.2)).save_pretrained(folder)
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(
            folder
        )
    return folder


def study(planted: Planted, seed: int, folder: Path) -> list[MitigationRow]:
    """The rows of the validation data, and the chosen one's of the test data where one was chosen."""
    from boletim.app.run import Run
    from boletim.app.screen.terminal import Terminal
    from boletim.app.stages.mitigation.judge_test import compared_on_test
    from boletim.app.stages.mitigation.study import mitigate
    from boletim.contracts.files.run_folder import RunFolder
    from boletim.tuning.search.run import run_search

    config = RunConfig.model_validate(
        {
            "name": "planted",
            "seed": seed,
            "data": {"source": "none.csv", "text": "text", "label": "label", "groups": ["region"]},
            "candidates": [str(make_model(folder / "base"))],
            "tuning": {
                "trials": 1,
                "pruner": "none",
                "precision": "fp32",
                "search": {
                    "learning_rate": 2e-3,
                    "batch_size": 16,
                    "epochs": 4,
                    "weight_decay": 0,
                    "warmup_ratio": 0.1,
                },
            },
        }
    )
    train = make_frame(planted, N_TRAIN, seed, is_training=True)
    validation, test = (make_frame(planted, N_JUDGED, seed + more, is_training=False) for more in (1_000, 2_000))
    corpus = Corpus(train, validation, test, LABELS, ("region",), CleaningReport(n_rows_read=0, n_rows_kept=0))
    data = TuningData(train, validation, LABELS, ("region",))
    run = Run(config, RunFolder(folder / "run"), Terminal(quiet=True), "")
    run.folder.path.mkdir()
    search = run_search(config, data, run.folder.path)
    wanted = RunConfig.model_validate(
        config.model_dump(mode="json") | {"mitigations": {"compare": list(planted.compared), "seeds": N_SEEDS}}
    )
    run = Run(wanted, run.folder, run.terminal, "")
    search = mitigate(run, data, search)
    assert search.mitigations is not None
    tested = compared_on_test(run, search, corpus)
    return [*search.mitigations.rows, *([tested.chosen] if tested is not None else [])]


def show(planted: Planted, seed: int, rows: list[MitigationRow]) -> bool:
    """Print the rows; whether the right ones are called improved."""
    print(f"{planted.name}, corpus {seed}")
    for place, row in enumerate(rows):
        where = "test" if place >= len(planted.compared) else "validation"
        figures = "  ".join(
            f"{m.metric} {m.value:+.2f} [{m.low:+.2f}, {m.high:+.2f}]" for m in row.changes if m.value is not None
        )
        figures = figures or "  ".join(f"{m.metric} {m.value:.2f}" for m in row.measures if m.value is not None)
        print(f"  {where} {row.mitigation}: {row.verdict or '-'}  {figures}", flush=True)
    improved = {row.mitigation for row in rows[: len(planted.compared)] if row.verdict == "improved"}
    return set(planted.must) <= improved <= {*planted.must, *planted.may}


@dataclass(frozen=True)
class Truth:
    """Error rates of two settings by class and group, (2, 2) each."""

    name: str
    none: np.ndarray
    other: np.ndarray


def truths() -> list[Truth]:
    """Settings in which the change of a gap is easy, absent, hidden among ties, or turns round."""

    def rates(a: float, b: float, c: float, d: float) -> np.ndarray:
        return np.array([[a, b], [c, d]])

    level = rates(0.2, 0.2, 0.2, 0.2)
    return [
        Truth("a gap of 0.3 goes", rates(0.1, 0.4, 0.2, 0.2), rates(0.15, 0.15, 0.2, 0.2)),
        Truth("no gap in either", level, level),
        Truth("a gap of 0.2 stays", rates(0.1, 0.3, 0.2, 0.2), rates(0.1, 0.3, 0.2, 0.2)),
        Truth("two classes with equal gaps", rates(0.1, 0.3, 0.1, 0.3), rates(0.1, 0.2, 0.1, 0.2)),
        Truth("a gap of 0.2 comes", level, rates(0.1, 0.3, 0.2, 0.2)),
        Truth("a gap of 0.1 turns round", rates(0.1, 0.2, 0.2, 0.2), rates(0.2, 0.1, 0.2, 0.2)),
        Truth("few errors", rates(0.03, 0.06, 0.03, 0.03), rates(0.03, 0.03, 0.03, 0.03)),
    ]


def simulate(
    truth: Truth, n: int, n_seeds: int, spread: float, rng: np.random.Generator, n_others: int = 1, per_cluster: int = 1
) -> tuple[Sample, list[Trained]]:
    """Answers of settings whose error rates vary from seed to seed by `spread`; hard examples are hard for all."""
    clusters = np.arange(n) // per_cluster
    shared = np.repeat(rng.normal(size=clusters[-1] + 1), np.bincount(clusters)) if per_cluster > 1 else 0.0
    hardness = rng.normal(size=n) * (0.8 if per_cluster > 1 else 1.0) + 0.6 * shared
    hardness = hardness.argsort().argsort() / n + rng.random(n) / n
    gold, group = rng.integers(0, 2, n), rng.integers(0, 2, n)
    of_seed = rng.normal(size=(n_seeds, 2, 2))
    trained = []
    for place in range(1 + n_others):
        said = []
        for seed in range(n_seeds):
            moved = spread * np.sqrt(0.5) * (of_seed[seed] + rng.normal(size=(2, 2)))
            rates = (truth.none if place == 0 else truth.other) + moved
            is_wrong = np.clip(hardness + rng.normal(0, 0.05, n), 0, 1) < rates[gold, group]
            said.append(np.eye(2, dtype=bool)[np.where(is_wrong, 1 - gold, gold)])
        name = "none" if place == 0 else f"other {place}"
        trained.append(Trained(name, np.array(said), np.zeros((n_seeds, 0), dtype=bool)))
    groups = {"g": np.array(["f", "m"], dtype=object)[group]}
    held = np.eye(2, dtype=bool)[gold]
    return Sample(("a", "b"), held, groups, clusters.astype(object) if per_cluster > 1 else None), trained


def true_changes(truth: Truth, spread: float) -> dict[str, float]:
    """Changes of macro F1 (by simulation over seeds), of the largest gap and of the lowest recall."""
    rng, scores = np.random.default_rng(0), []
    for rates in (truth.none, truth.other):
        recall = 1 - np.clip(rates + spread * rng.normal(size=(20_000, 2, 2)), 0, 1).mean(axis=2)
        predicted = recall + 1 - recall[:, ::-1]
        scores.append((2 * recall / (1 + predicted)).mean())
    gaps = [abs(rates[:, 0] - rates[:, 1]).max() for rates in (truth.none, truth.other)]
    return {
        "f1_macro_change": float(scores[1] - scores[0]),
        "largest_recall_gap_change": float(gaps[1] - gaps[0]),
        "lowest_recall_change": float(truth.none.max() - truth.other.max()),
    }


def covered(
    truth: Truth, spread: float, n_runs: int, draw: Callable[[np.random.Generator], tuple[Sample, list[Trained]]]
) -> tuple[dict[str, float], Counter[str]]:
    """How often each change's interval holds the truth, and how often each verdict is given."""
    right, verdicts, rng = Counter[str](), Counter[str](), np.random.default_rng(1)
    expected = true_changes(truth, spread)
    for _ in range(n_runs):
        sample, trained = draw(rng)
        rows, _ = compare_settings(sample, np.zeros(0, dtype=np.int64), trained, AuditConfig(), "validation")
        verdicts[str(rows[1].verdict)] += 1
        for change in rows[1].changes:
            if change.metric in expected and change.low is not None and change.high is not None:
                right[change.metric] += change.low <= expected[change.metric] <= change.high
    return {name: right[name] / n_runs for name in expected}, verdicts


def coverage(n_runs: int) -> Iterator[tuple[str, dict[str, float], Counter[str]]]:
    """Every truth with and without spread over seeds, alone, among five settings, and in clusters of ten."""
    for truth in truths():
        for spread in (0.0, 0.02, 0.05):
            for n, others, size in ((400, 1, 1), (400, 4, 1), (600, 1, 10)):
                name = f"{truth.name}; spread {spread}, {others + 1} settings" + (", clusters" if size > 1 else "")

                def draw(rng: np.random.Generator) -> tuple[Sample, list[Trained]]:
                    return simulate(truth, n, 3, spread, rng, others, size)  # noqa: B023

                yield name, *covered(truth, spread, n_runs, draw)


def main() -> None:
    """Print the figures of what is asked for."""
    what, *numbers = sys.argv[1:] or ["corpora", "1"]
    if what == "coverage":
        for name, shares, verdicts in coverage(int(numbers[0]) if numbers else 400):
            print(name, {key: round(share, 3) for key, share in shares.items()}, dict(verdicts), flush=True)
        return
    outcomes = []
    for seed in map(int, numbers or ["1"]):
        for planted in CORPORA:
            with tempfile.TemporaryDirectory() as folder:
                outcomes.append(show(planted, seed, study(planted, seed, Path(folder))))
    print(f"as planted: {sum(outcomes)} of {len(outcomes)}")


if __name__ == "__main__":
    main()
