"""Audit predictions or a model from Python, or do a whole run."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Any

from boletim.app.api.report import Report
from boletim.contracts.errors import ConfigError, InputError

if TYPE_CHECKING:
    from boletim.app.run import Run
    from boletim.contracts.results.changes import RunDiff


def evaluate(
    data: Any,
    *,
    label: str = "label",
    predicted: str = "predicted",
    scores: str | None = None,
    model: Any = None,
    text: str | None = None,
    groups: Sequence[str | Mapping[str, Sequence[float]]] = (),
    cluster: str | None = None,
    weights: str | None = None,
    label_names: Mapping[Any, str] | None = None,
    task: str = "text_classification",
    score_column: str | Mapping[str, Any] | None = None,
    gates: Sequence[Mapping[str, Any]] = (),
    name: str = "evaluation",
    language: str = "en",
    run_dir: str | Path | None = None,
    verbose: bool = False,
    **sections: Any,
) -> Report:
    """Audit predictions, or a model on labelled texts, per class and per group.

    Args:
        data: DataFrame, Arrow table, `Dataset`, `DatasetDict` (its test split), mapping of columns, or a file.
        label: Column of the true classes.
        predicted: Column of the predicted classes, where no model is given.
        scores: What the names of the columns of probabilities begin with, such as `score_`.
        model: Transformers pipeline, `(model, tokenizer)`, folder or hub id; None audits the predictions in `data`,
            without torch.
        text: Column of the texts, with `model`.
        groups: Columns whose groups are compared; `{"age": [0, 30, 45]}` cuts a number into bands.
        cluster: Column of authors or templates, whose rows depend on each other.
        weights: Column of sampling weights, how many of the population each row stands for.
        label_names: Names of the classes by what stands in the data, such as `{0: "negative"}`.
        task: What is answered, such as `token_classification`.
        score_column: In place of labels, a number per row such as `rouge_l`; or with its direction and range,
            `{"column": "edits", "higher_is_better": False, "range": [0, 50]}`.
        gates: Such as `{"measure": "f1_macro", "at_least": 0.8}`; sealed before the first score is read.
        name: On the card.
        language: Of the texts and of the card: `en` or `pt-BR`.
        run_dir: Where the evidence is kept; None keeps it as long as the report lives.
        verbose: Whether status lines go to standard error.
        sections: Further parts of a configuration: `audit={"bootstrap": 2000}`, `card={...}`, `probes={...}`.

    Returns:
        The report; its card is drawn when it is asked for.

    Raises:
        BoletimError: The data, the model or a setting breaks a rule; the message says which and what to do.

    Example:
        >>> import boletim
        >>> rows = {"label": ["no", "yes"] * 100, "predicted": ["no", "yes", "no", "no"] * 50}
        >>> report = boletim.evaluate(rows, gates=[{"measure": "accuracy", "at_least": 0.6}])
        >>> report.verdict
        'pass'
    """
    columns: dict[str, Any] = {
        "label": label, "predicted": predicted, "scores": scores, "text": text or "", "cluster": cluster,
        "weights": weights, "groups": list(groups), "label_names": dict(label_names or {}),
    }  # fmt: skip
    if score_column is not None:
        columns |= {"label": "", "score": score_column}
        task = "scored_texts"
    given = {"name": name, "language": language, "task": task, "gates": list(gates), "card": {"languages": [language]}}
    return _audited(data, model, columns, given, sections, run_dir, verbose)


def _audited(
    data: Any,
    model: Any,
    columns: dict[str, Any],
    given: dict[str, Any],
    sections: dict[str, Any],
    run_dir: str | Path | None,
    verbose: bool,
) -> Report:
    from boletim.app.api.inputs import model_folder, table_file
    from boletim.app.flows.foreign import audit_finished
    from boletim.app.precheck.run import check_before
    from boletim.contracts.configuration.file import NOWHERE

    passing = None if run_dir is not None else Path(mkdtemp(prefix="boletim-"))
    folder = Path(run_dir) if run_dir is not None else passing / "run"  # type: ignore[operator]
    with TemporaryDirectory(prefix="boletim-data-") as place:
        source = str(table_file(data, Path(place)).resolve())
        subject = {"predictions": source}
        if model is not None and not columns["text"]:
            raise InputError("text_column")
        if model is not None:
            columns["source"], subject = source, {"model": model_folder(model, Path(place) / "model")}
        run = _run_of(_merged(given | subject | {"data": columns}, sections), folder, verbose)
        run.warn(check_before(run.config, NOWHERE, run.folder, ("audit",)))
        audit_finished(run, formats=())
    return Report(folder, goes_with=passing)


def run(config: str | Path, *, run_dir: str | Path | None = None, verbose: bool = True, **sections: Any) -> Report:
    """The whole flow of a configuration: prepare, tune, audit, probe, draw; continues where it stopped.

    Args:
        config: YAML file.
        run_dir: Run folder; None is `runs/<name>`.
        verbose: Whether status lines go to standard error.
        sections: Values to change, such as `tuning={"trials": 40}`.

    Returns:
        The report of the finished run.

    Raises:
        BoletimError: Something the user gave breaks a rule; what was finished is kept.
    """
    from boletim.app.commands.one_run import finish
    from boletim.app.flows.pipeline import STAGES
    from boletim.app.screen.terminal import Terminal

    terminal = Terminal(quiet=not verbose)
    where = Path(run_dir) if run_dir is not None else None
    one, _ = finish(STAGES, Path(config), list(_assignments(sections)), where, terminal)
    return Report(one.folder.path)


def load(run_folder: str | Path) -> Report:
    """The report of a run folder.

    Raises:
        RunFolderError: It holds no card.
    """
    return Report(Path(run_folder))


def diff(old: Report | str | Path, new: Report | str | Path, margin: float | None = None) -> RunDiff:
    """What changed from one report, or run folder, to a newer one; see `Report.diff`."""
    before, after = (one if isinstance(one, Report) else load(one) for one in (old, new))
    return before.diff(after, margin)


def _run_of(content: dict[str, Any], folder: Path, verbose: bool) -> Run:
    from pydantic import ValidationError

    from boletim.app.run import Run
    from boletim.app.screen.reader import work_in
    from boletim.app.screen.terminal import Terminal
    from boletim.contracts.configuration import RunConfig
    from boletim.contracts.files.run_folder import RunFolder

    try:
        config = RunConfig.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the settings"
        raise ConfigError(
            "entry_said", place=place, message=first["msg"].removeprefix("Value error, "), got=first["input"]
        ) from error
    work_in(config.language)
    return Run(config, RunFolder(folder), Terminal(quiet=not verbose), "boletim.evaluate(...)")


def _merged(content: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Sections laid over what the arguments gave, mappings joined key by key."""
    joined = dict(content)
    for key, value in more.items():
        both = isinstance(value, Mapping) and isinstance(joined.get(key), Mapping)
        joined[key] = _merged(joined[key], value) if both else value
    return joined


def _assignments(sections: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """`tuning={"trials": 40}` as `tuning.trials=40`."""
    for key, value in sections.items():
        place = f"{before}{key}"
        if isinstance(value, Mapping):
            yield from _assignments(value, f"{place}.")
        else:
            yield f"{place}={json.dumps(value, default=os.fspath)}"
