"""A card does not contradict itself: what stands twice is the same, and every claim is borne out by its figures."""

import re
from collections import defaultdict
from html import unescape

import pytest

from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure
from boletim.contracts.results.card import Card
from boletim.reports.card.findings import ranked_findings
from boletim.reports.page.html import render_html

FIGURE = re.compile(r"(−?\d[\d.]*) \[(−?\d[\d.]*), (−?\d[\d.]*)\]")
POINTS = re.compile(r"(\d+) points \((\d+) to (\d+)\)")


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\xa0", " ").split())


def tables(html: str) -> list[tuple[str, list[str], list[list[str]]]]:
    """Caption, titles and rows of every table."""
    found = []
    for table in re.findall(r"<table>(.*?)</table>", html, re.S):
        caption = plain(re.findall(r"<caption>(.*?)</caption>", table, re.S)[0])
        titles = [plain(t) for t in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table, re.S)]
        body = table.split("<tbody>")[1]
        rows = [
            [plain(c) for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
            for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.S)
        ]
        found.append((caption, titles, rows))
    return found


def same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Equal at the fewer of their decimals."""
    for a, b in zip(one, other, strict=True):
        decimals = min(len(x.partition(".")[2]) for x in (a, b))
        if abs(float(a.replace("−", "-")) - float(b.replace("−", "-"))) > 0.5 * 10**-decimals + 1e-9:
            return False
    return True


def test_a_figure_that_stands_twice_is_the_same(card: Card) -> None:
    """Of one class: its row in the table of classes, and its gates; of one gap: its row, and its gate."""
    seen: dict[tuple[str, str], list[tuple[str, ...]]] = defaultdict(list)
    for caption, titles, rows in tables(render_html(card, "en")):
        for row in rows:
            for title, cell in zip(titles[1:], row[1:], strict=True):
                if figure := FIGURE.search(cell):
                    if caption.startswith("Per class"):
                        seen[f"{title} ({row[0]})", ""].append(figure.groups())
                    elif caption.startswith("Overall figures") and title.startswith("Value"):
                        seen[row[0], ""].append(figure.groups())
                    elif caption.startswith("All gates"):
                        name = re.sub(r" [a-z_0-9]+(\{.*\})?$", "", row[0])
                        seen[name, ""].append(figure.groups())
                    elif m := re.match(r"Recall gap of each class by (.+), the largest", caption):
                        for label in row[0].removesuffix(" ↑ finding").split(", "):
                            seen[f"Recall gap ({label}, by {m[1]})", ""].append(figure.groups())
    twice = {name: figures for name, figures in seen.items() if len(figures) > 1}
    assert len(twice) >= 2
    assert {name: figures for name, figures in twice.items() if not all(same(figures[0], f) for f in figures)} == {}


def test_page_one_says_what_the_appendix_shows(card: Card) -> None:
    html = render_html(card, "en")
    short = {
        row[0]: row for caption, _, rows in tables(html) if caption.startswith(("Gates,", "Gates;")) for row in rows
    }
    whole = {
        re.sub(r" [a-z_0-9]+(\{.*\})?$", "", row[0]): row
        for caption, _, rows in tables(html)
        if caption.startswith("All gates")
        for row in rows
    }
    assert short
    assert set(short) <= set(whole)
    for name, row in short.items():
        figure = FIGURE.search(whole[name][1])
        points = POINTS.search(row[1])
        if figure and points:
            hundredths = [f"{float(part) * 100:.0f}" for part in figure.groups()]
            assert all(abs(int(a) - int(b)) <= 1 for a, b in zip(hundredths, points.groups(), strict=True)), name
        assert row[3].split()[0] == whole[name][3].split()[0]


def judged(card: Card) -> list[tuple[Finding, Measure]]:
    known = {m.id: m for m in card.audit.measures}
    found = [f for f in ranked_findings(card) if f.kind == "disparity" and f.measures and f.measures[0] in known]
    return [(finding, known[finding.measures[0]]) for finding in found]


def test_every_claim_is_borne_out_and_its_negation_refuted(card: Card) -> None:
    margin = card.audit.facts.settings.margin
    pairs = judged(card)
    assert pairs
    for finding, gap in pairs:
        assert gap.low is not None
        assert gap.high is not None
        if finding.verdict == "shown":
            assert gap.low > margin, gap.id
        elif finding.verdict == "shown absent":
            assert gap.high <= margin, gap.id
        assert finding.values.get("gap") == pytest.approx(gap.value)


def test_the_same_measure_never_has_two_verdicts(card: Card) -> None:
    verdicts: dict[str, set[str]] = defaultdict(set)
    for finding, gap in judged(card):
        verdicts[gap.id].add(finding.verdict)
    assert {name: found for name, found in verdicts.items() if len(found) > 1} == {}


def test_counts_on_page_one_are_those_of_what_they_count(card: Card) -> None:
    html = render_html(card, "en")
    pairs = re.findall(r'<span class="n">(.*?)</span> <span class="what">(.*?)</span>', html)
    counts = {plain(what): int(plain(n)) for n, what in pairs}
    whole = next(rows for caption, _, rows in tables(html) if caption.startswith("All gates"))
    statuses = [row[3].split()[0] for row in whole]
    expected = {
        "gate* failed": statuses.count("Fail"),
        "gate* passed": statuses.count("Pass"),
        "gate* cannot be told": statuses.count("Insufficient"),
        "answer* not provided": len(card.not_provided),
        "aspect* not measured": len(card.not_measured),
    }
    for what, n in expected.items():
        assert counts.get(what.replace("*", "" if n == 1 else "s"), 0) == n, what
