"""Reads a drawn card as a stranger would and lists where it contradicts itself or its evidence."""

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from itertools import pairwise

from boletim.contracts.finding import Finding
from boletim.contracts.measure import Measure
from boletim.contracts.results.card import Card
from boletim.reports.card.findings import followed_up, ranked_findings
from boletim.reports.exports.markdown import render_markdown
from boletim.reports.page.context import Context, context_of
from boletim.reports.page.html import render_html

FIGURE = re.compile(r"(−?\d[\d.]*) \[(−?\d[\d.]*), (−?\d[\d.]*)\]")
PARTS = re.compile(r"(\d[\d.]*)(?: points|%) \((−?[\d.]+) to (−?[\d.]+)%?\)")
Row = tuple[str, list[str], list[str]]


def plain(html: str) -> str:
    """The text of a piece of HTML."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\xa0", " ").split())


def tables(html: str) -> list[tuple[str, list[str], list[list[str]]]]:
    """Caption, titles and rows of every table, those that a browser unfolds too."""
    found = []
    for table in re.findall(r"<table>(.*?)</table>", html, re.S):
        caption = plain(re.findall(r"<caption>(.*?)</caption>", table, re.S)[0]).removesuffix(": other rows")
        titles = [plain(t) for t in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table, re.S)]
        body = table.split("<tbody>")[1]
        rows = [
            [plain(c) for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
            for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.S)
        ]
        found.append((caption, titles, rows))
    return found


def rows_under(html: str, *captions: str) -> list[list[str]]:
    """Rows of all tables whose captions begin so."""
    return [row for caption, _, rows in tables(html) if caption.startswith(captions) for row in rows]


def same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Equal at the fewer of their decimals."""
    for a, b in zip(one, other, strict=True):
        decimals = min(len(x.partition(".")[2]) for x in (a, b))
        if abs(float(a.replace("−", "-")) - float(b.replace("−", "-"))) > 0.5 * 10**-decimals + 1e-9:
            return False
    return True


def gate_name(cell: str) -> str:
    """A gate's name without its id."""
    return re.sub(r" [a-z_0-9]+(\{.*\})?$", "", cell)


def figures_seen(html: str) -> dict[str, list[tuple[str, ...]]]:
    """Every figure with an interval by the name of its quantity, wherever a table shows it."""
    seen: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for caption, titles, rows in tables(html):
        for row in rows:
            for name, figure in _named(caption, titles, row):
                seen[name].append(figure)
    return seen


def _named(caption: str, titles: list[str], row: list[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    first = row[0].removesuffix(" ↑ finding")
    is_by_group = caption.startswith("Recall of every class in every group")
    if (is_by_group or caption.startswith("Difference of each group's recall")) and "Recall" in titles:
        figure = FIGURE.search(row[titles.index("Recall")])
        if figure:
            yield f"Recall ({row[0]}, {row[1]})", figure.groups()
        return
    for title, cell in zip(titles[1:], row[1:], strict=True):
        if not (found := FIGURE.search(cell)):
            continue
        if caption.startswith("Per class"):
            yield f"{title} ({first})", found.groups()
        elif caption.startswith("Overall figures") and title.startswith("Value"):
            yield first, found.groups()
        elif caption.startswith(("All gates", "Gates")) and FIGURE.search(cell):
            yield gate_name(first), found.groups()
        elif m := re.match(r"Recall gap of each class by (.+?), the largest", caption):
            for label in first.split(", "):
                yield f"Recall gap ({label}, by {m[1]})", found.groups()
        elif is_by_group:
            yield f"Recall ({first}, {title})", found.groups()
        elif caption.startswith("Gaps between groups") and titles[0] == "Gap":
            yield f"{first} (by {title})", found.groups()


def different_figures(html: str) -> dict[str, list[tuple[str, ...]]]:
    """Quantities that are printed with different figures."""
    seen = figures_seen(html)
    return {name: found for name, found in seen.items() if not all(same(found[0], f) for f in found)}


def broken_places(html: str) -> list[str]:
    """Links that lead nowhere, and names that two places share."""
    ids = re.findall(r' id="([^"]+)"', html)
    links = set(re.findall(r'href="#([^"]*)"', html))
    return [f"nowhere: {link}" for link in sorted(links - set(ids))] + [
        f"twice: {name}" for name in sorted({name for name in ids if ids.count(name) > 1})
    ]


def unproven_findings(card: Card, html: str) -> list[str]:
    """Gaps on page two whose evidence is no row that shows the gap and leads back."""
    todo = html.split('id="page_two"')[1].split("<section")[0]
    links = re.findall(r'class="place" href="#(m-[0-9a-f]+)"', todo)
    wrong = []
    found = [f for f in followed_up(card) if f.kind == "disparity"]
    known = {m.id: m for m in card.audit.measures}
    for place, finding in enumerate(found):
        link = links[place] if place < len(links) else "none"
        row = re.search(rf'<tr[^>]*>(?:(?!</tr>).)*id="{link}".*?</tr>', html, re.S)
        figure = f"{known[finding.measures[0]].value:.2f}"
        if row is None or figure not in plain(row[0]) or 'class="back"' not in row[0]:
            wrong.append(f"{finding.measures[0]}: {plain(row[0])[:200] if row else 'no row'}")
    return wrong


def page_one_against_appendix(html: str) -> list[str]:
    """Gates of page one whose figure or status is another in the appendix."""
    whole = {gate_name(row[0]): row for row in rows_under(html, "All gates")}
    wrong = []
    for row in rows_under(html, "Gates,", "Gates;"):
        other = whole[row[0]]
        figure, parts = FIGURE.search(other[1]), PARTS.search(row[1])
        if figure and parts:
            hundredths = [100 * float(part.replace("−", "-")) for part in figure.groups()]
            near = [abs(a - float(b.replace("−", "-"))) <= 1 for a, b in zip(hundredths, parts.groups(), strict=True)]
            if not all(near):
                wrong.append(f"{row[0]}: {row[1]} and {other[1]}")
        if row[3].split()[0] != other[3].split()[0]:
            wrong.append(f"{row[0]}: {row[3]} and {other[3]}")
    return wrong


def n_questions(card: Card) -> int:
    """Open findings, shown ones that leave something open, and one for all slices that are."""
    slices = card.audit.failures.slices if card.audit.failures is not None else ()
    return (
        sum(found.verdict == "insufficient evidence" for found in ranked_findings(card))
        + sum(bool(found.values.get("n_open")) for found in followed_up(card))
        + any(found.verdict == "insufficient evidence" for found in slices)
    )


def wrong_counts(card: Card, html: str) -> list[str]:
    """Numbers on pages one and two that are not those of what they count."""
    pairs = re.findall(r'<span class="n">(.*?)</span> <span class="what">(.*?)</span>', html)
    counts = {plain(what): int(plain(n)) for n, what in pairs}
    statuses = [row[3].split()[0] for row in rows_under(html, "All gates")]
    expected = {
        "gate* failed": statuses.count("Fail"),
        "gate* passed": statuses.count("Pass"),
        "gate* left open": statuses.count("Insufficient"),
        "item* not provided": len(card.not_provided),
        "aspect* not measured": len(card.not_measured),
        "question* left open": n_questions(card),
    }
    found = {what: counts.get(what.replace("*", "" if n == 1 else "s"), 0) for what, n in expected.items()}
    wrong = [f"{what}: {found[what]}, not {n}" for what, n in expected.items() if found[what] != n]
    said = re.search(r"What the data leave open \(questions: (\d+)\)", plain(html))
    if int(said[1] if said else 0) != n_questions(card):
        wrong.append(f"open questions: {said and said[1]}, not {n_questions(card)}")
    for caption, _, _ in tables(html):
        if told := re.search(r"the most severe first \((\d+) of (\d+)\)$", caption):
            counted = [len(under) for title, _, under in tables(html) if title.startswith(caption)]
            is_right = int(told[1]) == counted[0] and int(told[2]) == sum(counted)
            wrong += [] if is_right else [f"{caption}: {counted} rows"]
    return wrong


def wrong_claims(card: Card) -> list[str]:
    """Claims that their figures do not bear out, or whose negation they do not refute."""
    known = {m.id: m for m in [*card.audit.measures, *(card.probes.measures if card.probes else ())]}
    wrong = []
    for finding in ranked_findings(card):
        wrong += [f"{finding.key}: no measure {name}" for name in finding.measures if name not in known]
        proof = known.get(finding.measures[0]) if finding.measures else None
        if proof is not None:
            wrong += [f"{finding.key} {proof.id}: {why}" for why in _refuted(card, finding, proof, known)]
    return wrong


def _refuted(card: Card, finding: Finding, proof: Measure, known: dict[str, Measure]) -> Iterator[str]:
    values, margin = finding.values, card.audit.facts.settings.margin
    if finding.kind == "disparity":
        told = {"gap": proof.value, "gap_low": proof.low, "gap_high": proof.high}
        groups = dict(zip(("low", "high"), (known[name] for name in finding.measures[1:3]), strict=False))
        told |= {f"{end}_value": m.value for end, m in groups.items()} | {f"{end}_n": m.n for end, m in groups.items()}
        yield from (f"{n} {values[n]} is {v}" for n, v in told.items() if not _close(values[n], v))
        if not _close(float(values["high_value"] or 0) - float(values["low_value"] or 0), proof.value):
            yield "the gap is not the difference of its ends"
        yield from _verdict_of(finding, proof, margin)
        if finding.verdict == "shown" and not (proof.q is not None and proof.q <= 0.05):
            yield f"shown, and q is {proof.q}"
    elif finding.kind == "calibration":
        yield from _verdict_of(finding, proof, 0.05)
    elif finding.kind == "baseline":
        more, f1, base = (known[name] for name in (finding.measures[0], finding.measures[3], finding.measures[4]))
        is_better = [(more.low or 0) > 0, (f1.low or 0) > (base.value or 0)]
        yield from _baseline(finding.key.removesuffix("_test"), is_better, (more.high or 0) < 0)
    elif finding.kind == "slice" and finding.verdict == "shown":
        excess = known[finding.measures[1]]
        if not (excess.low or 0) > margin:
            yield f"shown, and the excess is {excess.low} to {excess.high}"
        if not _close(float(values["rate"] or 0) - float(values["rest"] or 0), excess.value):
            yield "the excess is not the difference of the rates"


def _baseline(key: str, is_better: list[bool], is_less_accurate: bool) -> Iterator[str]:
    expected = {
        "baseline_beaten": [True, True],
        "baseline_beaten_accuracy": [True, False],
        "baseline_beaten_f1": [False, True],
        "baseline_mixed": [False, True],
        "baseline_not_beaten": [False, False],
        "baseline_open": [False, False],
    }[key]
    if is_better != expected or (key == "baseline_mixed") != (is_less_accurate and is_better[1]):
        yield f"{key}, and better in accuracy and F1 is {is_better}"


def _verdict_of(finding: Finding, proof: Measure, margin: float) -> Iterator[str]:
    low, high = proof.low or 0.0, proof.high if proof.high is not None else 1.0
    is_true = {"shown": low > margin, "shown absent": high <= margin, "insufficient evidence": True}
    if not is_true[finding.verdict]:
        yield f"{finding.verdict}, and the interval is {low} to {high}"
    if finding.verdict == "insufficient evidence" and not low <= margin < high:
        is_doubted = (proof.q or 0) > 0.05 or finding.left_out is not None or proof.low is None
        if not is_doubted:
            yield f"open, and the interval is {low} to {high}"


def _close(one: object, other: object) -> bool:
    if one is None or other is None:
        return one is other
    return abs(float(str(one)) - float(str(other))) < 1e-9


def verdicts_of_one_gap(card: Card) -> dict[str, set[str]]:
    """Gaps about which findings, or a finding and the table's badge, disagree."""
    verdicts: dict[str, set[str]] = defaultdict(set)
    for finding in ranked_findings(card):
        if finding.kind == "disparity":
            verdicts[finding.measures[0]].add(finding.verdict)
    return {name: found for name, found in verdicts.items() if len(found) > 1}


def wrong_sentences(card: Card, html: str) -> list[str]:
    """Sentences of page one that the whole of the figures refutes: the worst class, and always the same answer."""
    context: Context = context_of(card, "en")
    text, wrong = plain(html.split('id="page_two"')[0]), []
    if m := re.search(r"Worst class by recall: .*?“(.+?)”.*?(\d+)%", text):
        recalls = {
            context.names.one(one.scope["class"]): one.value
            for one in context.evidence.select("recall", "class")
            if one.value is not None and not one.undefined_because
        }
        if recalls[m[1]] != min(recalls.values()) or abs(100 * min(recalls.values()) - int(m[2])) > 0.51:
            wrong.append(m[0])
    for label in re.findall(r"classes without an error[^:]*: ([^.]*)\.", plain(html)):
        names = {context.names.one(one): one for one in card.audit.facts.labels}
        wrong += [one for one in label.split(", ") if context.evidence.get(f"recall{{class={names.get(one)}}}") is None]
    sorted_gaps = [FIGURE.search(row[1]) for row in rows_under(html, "Recall gap of each class by gender,")]
    values = [float(found[1]) for found in sorted_gaps if found]
    wrong += [f"not in order: {a}, {b}" for a, b in pairwise(values) if a < b - 0.0051]
    return wrong


def readme_against_html(card: Card, html: str) -> list[str]:
    """Gates of the model card whose figures are not those of the report card."""
    told = render_markdown(card, "en").replace("\\", "")
    whole = {gate_name(row[0]): row for row in rows_under(html, "All gates")}
    wrong = []
    for name, row in whole.items():
        line = next((line for line in told.splitlines() if line.startswith(f"| {name} |")), "")
        if row[3].split()[0] not in line:
            wrong.append(f"{name}: {line[:200]}")
    return wrong


def contradictions(card: Card) -> list[str]:
    """All of them, in words."""
    html = render_html(card, "en")
    return [
        *(f"{name}: {found}" for name, found in different_figures(html).items()),
        *broken_places(html),
        *(f"Portuguese {place}" for place in broken_places(render_html(card, "pt-BR"))),
        *(f"in print {place}" for place in broken_places(render_html(card, "en", "pdf"))),
        *unproven_findings(card, html),
        *page_one_against_appendix(html),
        *wrong_counts(card, html),
        *wrong_claims(card),
        *(f"{name}: {found}" for name, found in verdicts_of_one_gap(card).items()),
        *wrong_sentences(card, html),
        *readme_against_html(card, html),
    ]
