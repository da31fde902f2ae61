"""Drawing cards with 10, 50 and 200 classes in 20 groups, against bare WeasyPrint with the same HTML and attachment.

Each drawing runs in a process of its own, Boletim's and the bare one alternately, with the same fonts and the same
kind of PDF. Prints pages, bytes, and medians of processor seconds and peak memory of both, and their ratio.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

CLASSES = (10, 50, 200)
N_GROUPS = 20
ROWS_PER_CELL = 10
REPEATS = 3


def made_up_card(n_classes: int) -> bytes:
    """card.json of a model that is right three times in four, with a group column of twenty groups."""
    from boletim.audit.run import audit
    from boletim.contracts.answers.one_label import Predictions
    from boletim.contracts.configuration import AuditConfig
    from boletim.contracts.configuration.card import CardConfig
    from boletim.contracts.results.card import ModelFacts, Provenance
    from boletim.reports.card.assemble import assemble_card

    rng = np.random.default_rng(13)
    labels = tuple(f"class-{i:03}" for i in range(n_classes))
    gold = np.repeat(np.arange(n_classes), N_GROUPS * ROWS_PER_CELL)
    scores = rng.dirichlet(np.full(n_classes, 0.05), len(gold)) * 0.45
    right = rng.random(len(gold)) < 0.75
    scores[np.arange(len(gold)), np.where(right, gold, rng.integers(0, n_classes, len(gold)))] += 0.55
    groups = np.tile(np.repeat([f"region-{i:02}" for i in range(N_GROUPS)], ROWS_PER_CELL), n_classes).astype(object)
    predictions = Predictions(
        ids=np.arange(len(gold)).astype(str).astype(object),
        gold=gold,
        predicted=scores.argmax(axis=1),
        labels=labels,
        scores=scores,
        groups={"region": groups},
        clusters=None,
    )
    audited = audit(predictions, AuditConfig(bootstrap=100, min_group=5), seed=13)
    provenance = Provenance(
        boletim_version="0", created="2026-01-01T00:00:00Z", config_sha256="0" * 64, gates_sha256="0" * 64
    )
    card = assemble_card(
        name="benchmark", language="en", provided=CardConfig(), gates=(), audit=audited, probes=None, search=None,
        cleaning=None, model=ModelFacts(name="benchmark", labels=labels), provenance=provenance,
    )  # fmt: skip
    return card.model_dump_json().encode()


def draw_card(source: Path, target: Path) -> None:
    """What `boletim render` does for one language: template, tags, attachment, finishing."""
    from boletim.contracts.results.card import Card
    from boletim.reports.pdf.draw import render_pdf

    content = source.read_bytes()
    target.write_bytes(render_pdf(Card.model_validate_json(content), "en", {"card.json": content}))


def draw_bare(source: Path, target: Path) -> None:
    """The same page as HTML with the same attachment, drawn by WeasyPrint alone."""
    from weasyprint import HTML, Attachment

    from boletim.reports.page.glyphs import NOWHERE
    from boletim.reports.pdf.fetcher import BundledOnly

    page = HTML(string=source.read_text("utf-8"), base_url=NOWHERE, url_fetcher=BundledOnly())
    attached = Attachment(
        string=source.with_name("card.json").read_bytes(), name="card.json", base_url=NOWHERE + "a.json"
    )
    page.write_pdf(target, pdf_variant="pdf/a-3a", attachments=[attached])


def measure(kind: str, source: Path, target: Path) -> tuple[float, float]:
    """Processor seconds and peak resident MiB of one drawing in a process of its own."""
    process = subprocess.Popen([sys.executable, __file__, kind, str(source), str(target)])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{kind} of {source} ended with {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    from pypdf import PdfReader

    from boletim.contracts.results.card import Card
    from boletim.reports.page.html import render_html

    for n_classes in CLASSES:
        with tempfile.TemporaryDirectory() as name:
            card, page, drawn, bare = (Path(name) / part for part in ("card.json", "card.html", "a.pdf", "b.pdf"))
            card.write_bytes(made_up_card(n_classes))
            page.write_text(render_html(Card.model_validate_json(card.read_bytes()), "en", "pdf"), "utf-8")
            pairs = [(measure("card", card, drawn), measure("bare", page, bare)) for _ in range(REPEATS)]
            ours, theirs = (
                [statistics.median(side) for side in zip(*runs, strict=True)] for runs in zip(*pairs, strict=True)
            )
            print(
                f"{n_classes:>4} classes x {N_GROUPS} groups: {len(PdfReader(drawn).pages)} pages, "
                f"{drawn.stat().st_size / 2**20:.1f} MiB with card.json of {card.stat().st_size / 2**20:.1f} MiB; "
                f"processor {ours[0]:.1f} s, bare {theirs[0]:.1f} s, x{ours[0] / theirs[0]:.2f}; "
                f"peak {ours[1]:.0f} MiB, bare {theirs[1]:.0f} MiB",
                flush=True,
            )


if __name__ == "__main__":
    if len(sys.argv) == 4:
        {"card": draw_card, "bare": draw_bare}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
