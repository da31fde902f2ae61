"""The last lines of a run: the verdict, the findings that matter most, and where the card lies."""

from typing import Any

from boletim.app.screen.reader import reader_language
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.finding import Finding
from boletim.contracts.results.card import Card
from boletim.contracts.results.search import SearchResult
from boletim.contracts.sentence import Joined, Sentence, word
from boletim.reports.page.context import Context, words_of
from boletim.reports.page.words import Words
from boletim.reports.views.page_one import gate_line
from boletim.reports.views.search.training import mishap_sentence

_RANK = {"high": 0, "medium": 1, "low": 2, "info": 3}
_VERDICT_RANK = {"shown": 0, "insufficient evidence": 1, "shown absent": 2}


def top_findings(card: Card, n: int = 3) -> list[Finding]:
    """The `n` findings that matter most, the worst first."""
    found = [*card.audit.findings, *(card.probes.findings if card.probes else ())]
    return sorted(found, key=lambda f: (_RANK[f.severity], _VERDICT_RANK[f.verdict]))[:n]


def mishap_lines(search: SearchResult, language: str) -> list[str]:
    """What went wrong in the search and what was done about it, one line each, in the reader's words."""
    words = Words.of(language)
    excluded, trial = words.text("training.excluded"), words.text("training.trial")
    lines = [f"{excluded}: {candidate}: {reason}" for candidate, reason in search.excluded.items()]
    return lines + [f"{trial} {mishap.trial}: {mishap_sentence(words, mishap)}" for mishap in search.mishaps]


def search_summary(search: SearchResult, folder: RunFolder, language: str) -> tuple[str, dict[str, Any]]:
    """How a search went, as text and as JSON-able values."""
    best = next(trial for trial in search.trials if trial.number == search.best_trial)
    states = [trial.state for trial in search.trials]
    lines = [
        Sentence(
            "terminal.stage.tuned",
            objective=search.objective,
            n_value=best.objective,
            trial=best.number,
            model=best.candidate,
        ),
        Sentence(
            "terminal.summary.trials",
            n_complete=states.count("complete"),
            n_pruned=search.n_pruned,
            n_failed=search.n_failed,
        ),
        *(f"  {line}" for line in mishap_lines(search, language)),
        str(folder.path),
    ]
    content = {
        "run": str(folder.path),
        "best_trial": best.number,
        "objective": best.objective,
        "mishaps": [mishap.model_dump(mode="json") for mishap in search.mishaps],
        "excluded": search.excluded,
    }
    return Joined(lines), content


def card_summary(card: Card, folder: RunFolder) -> tuple[str, dict[str, Any]]:
    """The same outcome as text and as JSON-able values."""
    findings = top_findings(card)
    pdf = folder.path / "card.pdf"
    lines: list[str] = [Sentence("terminal.summary.verdict", said=word(card.verdict))]
    context = Context(card, words_of(card, reader_language()))
    lines += [
        Sentence("terminal.summary.gate", status=word(gate.status), measure=gate.measure, said=gate_line(context, gate))
        for gate in card.gates
    ]
    lines.append(Sentence("terminal.summary.findings"))
    lines += [
        Sentence("terminal.summary.finding", standing=_standing(f), claim=context.words.finding(f)) for f in findings
    ]
    mishaps = mishap_lines(card.search, reader_language()) if card.search else []
    lines += [Sentence("terminal.summary.search"), *(f"  {line}" for line in mishaps)] if mishaps else []
    lines += [Sentence("terminal.summary.card", path=pdf)]
    content = {
        "verdict": card.verdict,
        "gates": [gate.model_dump(mode="json") for gate in card.gates],
        "findings": [finding.model_dump(mode="json") for finding in findings],
        "mishaps": [mishap.model_dump(mode="json") for mishap in card.search.mishaps] if card.search else [],
        "card": str(pdf),
        "run": str(folder.path),
    }
    return Joined(lines), content


def _standing(finding: Finding) -> str:
    """`shown absent` would deny a claim that says itself that all is well."""
    if finding.verdict == "shown absent":
        return word("no concern")
    return Sentence("terminal.summary.standing", severity=word(finding.severity), verdict=word(finding.verdict))
