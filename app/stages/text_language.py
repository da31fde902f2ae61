"""Say where the texts look like another language than the run was given: in the log, and on the card."""

from collections.abc import Sequence

from boletim.app.run import Run
from boletim.contracts.finding import Finding
from boletim.contracts.results.audit import AuditResult
from boletim.contracts.sentence import Sentence
from boletim.tables.language_of_texts import language_of


def say_language(run: Run, texts: Sequence[str]) -> None:
    """Warn where the texts look like another language than `language` says."""
    if found := _other_language(run, texts):
        run.terminal.warn(Sentence("terminal.data.other_language", set=run.config.language, found=found, other=found))


def with_other_language(run: Run, result: AuditResult, texts: Sequence[str] | None) -> AuditResult:
    """The result, with a finding where the texts look like another language; a run without texts has none."""
    found = _other_language(run, texts) if texts is not None else None
    if found is None:
        return result
    finding = Finding(
        rule="other_language",
        kind="data",
        verdict="shown",
        key="other_language",
        values={"found_language": found, "given_language": run.config.language},
        measures=(),
    )
    return result.model_copy(update={"findings": (*result.findings, finding)})


def _other_language(run: Run, texts: Sequence[str]) -> str | None:
    found = language_of(texts)
    return found if found not in (None, run.config.language) else None
