"""A finished audit in Python: its figures as tables, its card, what changed."""

from __future__ import annotations

import shutil
import weakref
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from boletim.contracts.errors import InputError
from boletim.contracts.files.run_folder import RunFolder
from boletim.contracts.sentence import word

if TYPE_CHECKING:
    import pandas as pd

    from boletim.contracts.results.card import Card
    from boletim.contracts.results.changes import RunDiff
    from boletim.reports.page.context import Context

_COLUMNS = ("id", "metric", "value", "low", "high", "level", "n", "unit", "higher_is_better", "p", "q", "method")
_FORMATS = {".pdf": "pdf", ".html": "html", ".md": "md", ".json": "json"}


class Report:
    """An audit with its evidence on disk; `boletim.load` opens one, `boletim.evaluate` and `boletim.run` make one.

    Example:
        >>> import boletim
        >>> report = boletim.evaluate({"label": ["a", "b"] * 60, "predicted": ["a", "b"] * 60})
        >>> report.verdict
        'not gated'
        >>> float(report.measures.set_index("id").loc["accuracy", "value"])
        1.0
    """

    def __init__(self, folder: Path, *, goes_with: Path | None = None) -> None:
        self._folder = RunFolder.existing(folder, "card.json")
        if goes_with is not None:  # what nobody asked to keep goes when the report goes
            weakref.finalize(self, shutil.rmtree, goes_with, ignore_errors=True)

    @property
    def path(self) -> Path:
        """The run folder."""
        return self._folder.path

    @property
    def verdict(self) -> str:
        """`pass`, `fail`, `insufficient evidence` or `not gated`."""
        return str(self._card.verdict)

    @cached_property
    def _english(self) -> Context:
        """Says what the card's records mean."""
        from boletim.reports.page.context import Context, words_of

        return Context(self._card, words_of(self._card, "en"))

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Every figure, one row each, of the audit and the probes.

        Columns: id, metric, value, low, high, level, n, unit, higher_is_better, p, q, method, undefined_because, then
        one column per key of the scopes (class, attribute, the group columns), None where a figure has no such key.
        Undefined values are NaN, with the reason beside them.
        """
        import pandas as pd

        words = self._english.words
        found = [*self._card.audit.measures, *(self._card.probes.measures if self._card.probes else ())]
        keys = list(dict.fromkeys(key for measure in found for key in measure.scope))
        rows = [
            {name: getattr(measure, name) for name in (*_COLUMNS, "undefined_because")}
            | {
                "method": words.method(measure.method),
                "undefined_because": words.reason(measure.undefined_because) or None,
            }
            | {key: measure.scope.get(key) for key in keys}
            for measure in found
        ]
        table = pd.DataFrame(rows, columns=[*_COLUMNS, "undefined_because", *keys])
        floats = ["value", "low", "high", "level", "p", "q"]
        return table.astype(dict.fromkeys(floats, "float64") | {"n": "int64", "higher_is_better": "boolean"})

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What was concluded: severity, kind, verdict, claim, and the ids of the measures that prove it.

        The claim is a sentence in the first of `card.languages`; the other columns are names, in English everywhere.
        """
        import pandas as pd

        from boletim.reports.page.context import words_of

        found = [*self._card.audit.findings, *(self._card.probes.findings if self._card.probes else ())]
        columns = ["severity", "kind", "verdict", "claim", "measures"]
        words = words_of(self._card, self._card.provided.languages[0])
        rows = [{name: getattr(one, name, None) for name in columns} | {"claim": words.finding(one)} for one in found]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def gates(self) -> pd.DataFrame:
        """The gates: measure, bar, threshold, value, low, high, n, status, because."""
        import pandas as pd

        columns = ["measure", "bar", "threshold", "value", "low", "high", "n", "status", "because"]
        rows = [
            {name: getattr(gate, name) for name in columns} | {"because": self._english.gate_reason(gate)}
            for gate in self._card.gates
        ]
        return pd.DataFrame(rows, columns=columns)

    def check(self) -> Report:
        """Nothing where the verdict is `pass` or `not gated`, an error otherwise; for scripts that deploy.

        Raises:
            GateError: A gate failed, or there is not enough evidence to say.
        """
        from boletim.contracts.errors import GateError
        from boletim.reports.views.page_one import gate_line

        if self.verdict not in ("pass", "not gated"):
            missed = [gate for gate in self._card.gates if gate.status != "pass"]
            stated = "; ".join(f"{gate.measure} {gate_line(self._english, gate)}" for gate in missed)
            raise GateError("gates_must_pass", verdict=word(self.verdict), stated=stated)
        return self

    def diff(self, new: Report, margin: float | None = None) -> RunDiff:
        """What changed from this report to a newer one, paired where both hold the same examples.

        Args:
            new: The report that is judged.
            margin: How much worse counts as no worse, a share; None takes `audit.margin` of the new one.
        """
        from boletim.app.flows.diff import diff_runs

        return diff_runs(self.path, new.path, margin)

    def card(self, path: str | Path, language: str | None = None) -> Path:
        """Write the card.

        Args:
            path: Ends in .pdf, .html, .md (the model card of the hub) or .json.
            language: Of the card; None takes the first of `card.languages`.

        Raises:
            InputError: Another ending, or a language that there is not.
        """
        from boletim.contracts.files.atomic import write_bytes

        target = Path(path)
        kind = _FORMATS.get(target.suffix)
        if kind is None:
            raise InputError("card_ending", formats=_FORMATS, target=target.name)
        write_bytes(target, self._drawn(kind, language or self._card.provided.languages[0]))
        return target

    def push_to_hub(
        self, repo_id: str, *, private: bool = True, dry_run: bool = False, token: str | None = None
    ) -> list[str]:
        """Upload the model, its tokenizer, the README card, card.pdf and audit.json; never the corpus.

        Args:
            repo_id: `organisation/model` on the hub.
            private: Whether a repository that is made for it is private.
            dry_run: Only say what would go.
            token: Of the hub; None takes the one that `hf auth login` keeps.

        Returns:
            Names of the files in the repository.
        """
        from boletim.app.api.hub import push_report

        return push_report(self, repo_id, private=private, dry_run=dry_run, token=token)

    @cached_property
    def _card(self) -> Card:
        from boletim.app.stages.render import read_card

        return read_card(self._folder)

    def _drawn(self, kind: str, language: str) -> bytes:
        if kind == "json":
            return self._folder.card.read_bytes()
        from boletim.app.screen.terminal import Terminal
        from boletim.app.stages.render import draw_card

        with TemporaryDirectory(prefix="boletim-") as place:
            (drawn,) = draw_card(self._folder, self._card, [language], [kind], Terminal(quiet=True), Path(place))
            return drawn.read_bytes()

    def _repr_html_(self) -> str:
        """The card's executive pages in a frame of a notebook; the whole card is `card("card.html")`."""
        from boletim.app.api.inline import inline_card

        page = self._drawn("html", self._card.provided.languages[0]).decode("utf-8")
        return inline_card(page, self._card.name)

    def __repr__(self) -> str:
        shown = sum(finding.verdict == "shown" for finding in self._card.audit.findings)
        return (
            f"Report({self._card.name!r}, verdict={self.verdict!r}, findings shown={shown}, folder={str(self.path)!r})"
        )
