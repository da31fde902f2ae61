"""Say where the data have a column that looks like authors or templates and nothing names it."""

from pathlib import Path

from boletim.app.run import Run
from boletim.audit.kind import kind_named
from boletim.contracts.finding import Finding
from boletim.contracts.results.audit import AuditResult
from boletim.contracts.sentence import Sentence
from boletim.tables.clusters import Suspect, suspect_cluster
from boletim.tables.read import column_names


def with_forgotten_cluster(
    run: Run, result: AuditResult, used: set[str] | None = None, scores_prefix: str | None = None
) -> AuditResult:
    """The result, with a finding where such a column is there; said in the log too.

    Args:
        run: Its configuration and terminal.
        result: Of the audit.
        used: Columns that are used besides those of the configuration.
        scores_prefix: Columns with this prefix are scores.
    """
    data = run.config.data
    path = data.test or data.source or ""
    if data.cluster_column or not Path(path).expanduser().is_file():
        return result
    own = kind_named(run.config.kind).columns(data)
    known = {data.text, data.label, data.weights or "", *(group.column for group in data.groups), *own, *(used or ())}
    if scores_prefix:
        known |= {name for name in column_names(path) if name.startswith(scores_prefix)}
    suspect = suspect_cluster(path, known)
    if suspect is None:
        return result
    run.terminal.warn(
        Sentence("terminal.data.cluster", column=suspect.column, n_values=suspect.n_values, n_rows=suspect.n_rows)
    )
    return result.model_copy(update={"findings": (*result.findings, _finding(suspect))})


def _finding(suspect: Suspect) -> Finding:
    return Finding(
        rule="cluster",
        kind="data",
        verdict="insufficient evidence",
        key="cluster_suspected",
        values={"column": suspect.column, "n_values": suspect.n_values, "n_rows": suspect.n_rows},
        measures=(),
    )
