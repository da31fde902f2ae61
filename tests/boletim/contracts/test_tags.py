"""Tags against conlleval's published sample and against two other libraries."""

import importlib
import random
from pathlib import Path

import pytest

from boletim.contracts.tags import in_characters, scheme_of, spans_of_tags, split_tag

SAMPLE = Path(__file__).resolve().parents[3].parent / "shared" / "oracles" / "conll2000_sample.txt"


def sentences():
    held = [[]]
    for line in SAMPLE.read_text().splitlines():
        if line.strip():
            held[-1].append(line.split())
        elif held[-1]:
            held.append([])
    return [one for one in held if one]


def figures(pairs):
    hits = sum(len({s.key for s in gold} & {s.key for s in said}) for gold, said in pairs)
    n_gold, n_said = (sum(len(one[i]) for one in pairs) for i in (0, 1))
    return round(100 * hits / n_said, 2), round(100 * hits / n_gold, 2), round(200 * hits / (n_gold + n_said), 2)


@pytest.mark.skipif(not SAMPLE.exists(), reason="conlleval's sample is not at hand")
def test_conllevals_own_figures_with_and_without_its_repair():
    held = [[spans_of_tags([cells[i] for cells in one], "BIO") for i in (-2, -1)] for one in sentences()]
    assert figures(held) == (68.83, 80.83, 74.35)
    kept = [[[span for span in spans if not span.is_repaired] for spans in one] for one in held]
    assert figures(kept) == (70.77, 70.15, 70.46)


def random_tags(rng, n):
    return [rng.choice(["O", "O", "B-PER", "I-PER", "B-LOC", "I-LOC"]) for _ in range(n)]


def test_two_hundred_random_files_are_read_as_seqeval_reads_them():
    seqeval = pytest.importorskip("seqeval.metrics", reason="seqeval has no wheel to lock: pip install seqeval")
    get_entities = importlib.import_module("seqeval.metrics.sequence_labeling").get_entities
    scores = (seqeval.precision_score, seqeval.recall_score, seqeval.f1_score)
    rng = random.Random(1)
    for _ in range(200):
        gold, said = ([random_tags(rng, n) for n in (7, 12, 3)] for _ in range(2))
        for tags in (*gold, *said):
            found = spans_of_tags(tags, "BIO")
            assert [(s.type, s.start, s.end - 1) for s in found] == get_entities(tags)
        if any(tag != "O" for tags in gold for tag in tags) and any(tag != "O" for tags in said for tag in tags):
            pairs = [[spans_of_tags(a, "BIO"), spans_of_tags(b, "BIO")] for a, b in zip(gold, said, strict=True)]
            theirs = (f(gold, said, zero_division=0) for f in scores)
            assert figures(pairs) == pytest.approx([round(100 * x, 2) for x in theirs], abs=0.011)


@pytest.mark.parametrize(
    ("tags", "scheme"),
    [
        (["B-PER", "I-PER", "O", "B-LOC", "B-LOC"], "BIO"),
        (["I-PER", "I-PER", "O", "I-LOC", "B-LOC"], "IOB1"),
        (["B-PER", "E-PER", "O", "S-LOC", "S-LOC"], "BIOES"),
        (["B-PER", "L-PER", "O", "U-LOC", "U-LOC"], "BIOES"),
    ],
)
def test_each_scheme_says_the_same_entities(tags, scheme):
    assert scheme_of([tags]) == scheme
    assert [tuple(s) for s in spans_of_tags(tags, scheme)] == [
        (0, 2, "PER", False), (3, 4, "LOC", False), (4, 5, "LOC", False),
    ]  # fmt: skip


def test_only_what_no_tag_opens_is_repaired():
    found = spans_of_tags(["I-PER", "I-LOC", "O", "B-PER", "I-PER"], "BIO")
    assert [(s.type, s.is_repaired) for s in found] == [("PER", True), ("LOC", True), ("PER", False)]
    assert not any(s.is_repaired for s in spans_of_tags(["I-PER", "I-LOC"], "IOB1"))


def test_tokens_become_characters_of_the_joined_text():
    tokens = ["Ana", "de", "Sá", "mora", "em", "Itu"]
    text = " ".join(tokens)
    spans = in_characters(spans_of_tags(["B-PER", "I-PER", "I-PER", "O", "O", "B-LOC"], "BIO"), tokens)
    assert [text[s.start : s.end] for s in spans] == ["Ana de Sá", "Itu"]


@pytest.mark.parametrize("tag", ["PER", "B", "O-PER", "X-PER", ""])
def test_what_is_no_tag_is_refused(tag):
    with pytest.raises(ValueError, match="a tag is O, or one of B"):
        split_tag(tag)
