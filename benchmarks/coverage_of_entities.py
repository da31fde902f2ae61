"""How often the intervals of entity figures hold the truth, where documents differ in how well they are served.

    python benchmarks/coverage_of_entities.py [CORPORA]

Each corpus has 60 documents of four texts of two entities on average. A document's log-odds of finding an entity are
shifted by a normal with standard deviation 1. Columns compared: one of documents (the same document is in one group)
and one of entities. The truth is that of 30,000 documents.
"""

import sys
from collections import defaultdict

import numpy as np

from boletim.audit.run import audit
from boletim.contracts.answers.spans import Span, Spans, as_column
from boletim.contracts.configuration import AuditConfig

FIGURES = (
    "recall_micro", "precision_micro", "f1_micro", "f1_macro", "recall{class=LOC}", "f1{class=PER}",
    "recall_micro{g=b}", "recall_micro{sex=f}",
)  # fmt: skip
GAPS = ("recall_micro_gap{attribute=g}", "f1_micro_gap{attribute=g}", "recall_micro_gap{attribute=sex}")


def corpus(rng: np.random.Generator, n_documents: int) -> Spans:
    """Documents whose second half, and entities of `sex` f, are found 0.15 less often."""
    gold, said, document, group, sexes = [], [], [], [], []
    for d in range(n_documents):
        shift, is_second = rng.normal(), d % 2
        for _ in range(1 + rng.poisson(3)):
            true, guess, sex = [], [], []
            for place in range(1 + rng.poisson(1)):
                span = Span(10 * place, 10 * place + 3, "PER" if rng.random() < 0.6 else "LOC")
                sex.append("f" if rng.random() < 0.5 else "m")
                chance = 1 / (1 + np.exp(-(1.2 + shift))) - 0.15 * is_second - 0.15 * (sex[-1] == "f")
                if rng.random() < chance:
                    guess.append(span)
                elif rng.random() < 0.5:
                    guess.append(span._replace(end=span.end + 1))
                true.append(span)
            if rng.random() < 0.2:
                guess.append(Span(200, 203, "PER"))
            gold.append(tuple(true))
            said.append(tuple(guess))
            sexes.append(tuple(sex))
            document.append(str(d))
            group.append("ab"[is_second])
    ids = np.arange(len(gold)).astype(str).astype(object)
    groups = {"g": np.array(group, dtype=object), "sex": as_column(sexes)}
    clusters = np.array(document, dtype=object)
    return Spans(ids, as_column(gold), as_column(said), ("LOC", "PER"), groups=groups, clusters=clusters)


def main() -> None:
    """Print each figure's truth and how often its interval held it."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    rng, settings = np.random.default_rng(3), AuditConfig(bootstrap=400)
    truth = {m.id: m.value for m in audit(corpus(rng, 30_000), AuditConfig(bootstrap=100), seed=0).measures}
    held = defaultdict(list)
    for number in range(n):
        for m in audit(corpus(rng, 60), settings, seed=number).measures:
            if m.id in (*FIGURES, *GAPS) and m.low is not None and m.high is not None:
                held[m.id].append(m.low <= truth[m.id] <= m.high)
    for name in (*FIGURES, *GAPS):
        print(f"{name:36} {truth[name]:.3f} {100 * np.mean(held[name]):5.1f} % of {len(held[name])}")


if __name__ == "__main__":
    main()
