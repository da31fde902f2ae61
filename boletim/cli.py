"""The commands: parse, call, print. Heavy imports live inside the command that needs them."""

import shlex
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer

from boletim import __version__
from boletim.contracts.errors import BoletimError, InputError, StopRequest
from boletim.terminal import Terminal

app = typer.Typer(
    help="Evaluate and audit Transformer classifiers; the run ends in a PDF report card.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)

ConfigFile = Annotated[Path, typer.Argument(help="The YAML configuration.", metavar="CONFIG")]
RunDir = Annotated[Path | None, typer.Option("--run-dir", help="Where to write; default runs/<name>.")]
Overrides = Annotated[
    list[str] | None, typer.Option("--set", help="Change one value, such as tuning.trials=40; repeatable.")
]
RunFolderArgument = Annotated[Path, typer.Argument(help="A run folder.", metavar="RUN")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No status lines.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Groups = Annotated[
    list[str] | None,
    typer.Option("--group", help="A group column, or 'age: [0, 30, 45]' to cut a number into bands; repeatable."),
]
LanguageCode = Annotated[str, typer.Option("--language", help="Language of texts, probes and card: en, pt-BR.")]

EXIT_OF_VERDICT = {"pass": 0, "not gated": 0, "fail": 1, "insufficient evidence": 3}


def main() -> None:
    """Run the command line; an error that the user can mend is one line and exit code 2."""
    try:
        app()
    except BoletimError as error:
        if "--debug" in sys.argv:
            traceback.print_exc()
        print(f"boletim: {error}", file=sys.stderr)
        sys.exit(2)
    except StopRequest as stop:
        print(f"boletim: {stop}", file=sys.stderr)
        sys.exit(0)
    except KeyboardInterrupt:
        print("boletim: interrupted; the same command continues", file=sys.stderr)
        sys.exit(130)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        print(f"boletim {__version__}")
        raise typer.Exit()


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Evaluate and audit Transformer classifiers; the run ends in a PDF report card."""


@app.command()
def init(
    language: LanguageCode = "en",
    output: Annotated[Path, typer.Option("--output", help="Where to write it.")] = Path("boletim.yaml"),
    debug: Debug = False,
) -> None:
    """Write a commented configuration that runs, with a small example corpus beside it."""
    from boletim.starter import write_starter

    for path in write_starter(output, language):
        print(path)
    print(f"next: boletim run {output}")


@app.command()
def run(
    config: ConfigFile,
    overrides: Overrides = None,
    run_dir: RunDir = None,
    quiet: Quiet = False,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Prepare, tune, audit, probe and render; resumes where it stopped."""
    from boletim.pipeline import STAGES

    _run_stages(STAGES, config, overrides, run_dir, Terminal(quiet, as_json))


@app.command()
def tune(
    config: ConfigFile,
    overrides: Overrides = None,
    run_dir: RunDir = None,
    quiet: Quiet = False,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """The search alone."""
    _run_stages(("prepare", "tune"), config, overrides, run_dir, Terminal(quiet, as_json))


@app.command()
def worker(
    config: ConfigFile,
    overrides: Overrides = None,
    run_dir: RunDir = None,
    quiet: Quiet = False,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """One more worker on the same study, from any machine that reaches tuning.storage."""
    from boletim.contracts.config_file import load_config
    from boletim.pipeline import check_names
    from boletim.stages.tune import work

    one = _one_run(load_config(config, overrides or []), run_dir, Terminal(quiet, as_json))
    check_names(one.config)
    summary = work(one)
    one.terminal.result(summary, {"run": str(one.folder.path), "summary": summary})


@app.command()
def audit(
    config: Annotated[Path | None, typer.Argument(help="A configuration: audits its run.", metavar="CONFIG")] = None,
    model: Annotated[str | None, typer.Option("--model", help="Any classifier: folder or hub id.")] = None,
    data: Annotated[Path | None, typer.Option("--data", help="Labelled file for --model.")] = None,
    text: Annotated[str | None, typer.Option("--text", help="Text column of --data.")] = None,
    predictions: Annotated[Path | None, typer.Option("--predictions", help="Predictions made anywhere.")] = None,
    predicted: Annotated[str, typer.Option("--predicted", help="Column of the predicted labels.")] = "predicted",
    scores: Annotated[
        str | None, typer.Option("--scores", help="Prefix of the probability columns, such as score_.")
    ] = None,
    label: Annotated[str, typer.Option("--label", help="Column of the true labels.")] = "label",
    group: Groups = None,
    language: LanguageCode = "en",
    name: Annotated[str | None, typer.Option("--name", help="Name on the card.")] = None,
    allow_pickle: Annotated[
        bool, typer.Option("--allow-pickle", help="Accept pickled weights; printed on the card.")
    ] = False,
    overrides: Overrides = None,
    run_dir: RunDir = None,
    quiet: Quiet = False,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Audit the run of a configuration, any classifier, or predictions made anywhere; ends in a card."""
    terminal = Terminal(quiet, as_json)
    given = [
        option for option, value in (("CONFIG", config), ("--model", model), ("--predictions", predictions)) if value
    ]
    if len(given) != 1:
        raise InputError(f"give one of CONFIG, --model and --predictions, got {', '.join(given) or 'none'}")
    if config is not None:
        _run_stages(("audit", "probe", "render"), config, overrides, run_dir, terminal)
        return
    from boletim.foreign import audit_foreign_model, audit_foreign_predictions, foreign_config

    source = data if model else predictions
    if source is None or (model and text is None):
        raise InputError("--model needs --data and --text, the file and its text column")
    settings = foreign_config(
        name=name or Path(model or str(source)).stem, language=language, source=source,
        text=text or "", label=label, groups=group or [], model=model or "",
    )  # fmt: skip
    one = _one_run(settings, run_dir, terminal)
    card = (
        audit_foreign_model(one, model, allow_pickle=allow_pickle)
        if model
        else audit_foreign_predictions(one, predicted, scores)
    )
    _print_card(one, card)


@app.command()
def probe(
    model: Annotated[str, typer.Option("--model", help="Classifier, language model or encoder: folder or hub id.")],
    probe: Annotated[list[str] | None, typer.Option("--probe", help="A probe's name; repeatable.")] = None,
    language: LanguageCode = "en",
    data: Annotated[
        list[str] | None,
        typer.Option("--data", help="Real texts for pronoun_swap, or name=path of a probe's data set; repeatable."),
    ] = None,
    text: Annotated[str, typer.Option("--text", help="Text column of real texts.")] = "text",
    output: Annotated[Path, typer.Option("--output", help="Where to write the results.")] = Path("probes.json"),
    quiet: Quiet = False,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Run bias probes alone on any model."""
    from boletim.probe_model import probe_model

    terminal = Terminal(quiet, as_json)
    names = (
        tuple(probe)
        if probe
        else ("gender_profession", "pronoun_swap")
        if data and "=" not in data[0]
        else ("gender_profession",)
    )
    result = probe_model(model, names, language, data or [], text, output, terminal)
    lines = [f"{f.verdict}: {f.claim}" for f in result.findings if f.verdict == "shown"] or ["nothing shown"]
    terminal.result("\n".join([*lines, str(output)]), result.model_dump(mode="json"))


@app.command()
def predict(
    run_folder: RunFolderArgument,
    data: Annotated[Path, typer.Option("--data", help="File with new texts.")],
    text: Annotated[str, typer.Option("--text", help="Its text column.")],
    output: Annotated[Path, typer.Option("--output", help="csv, jsonl or parquet to write.")],
    quiet: Quiet = False,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Use the tuned model on new texts."""
    from boletim.predict import predict_file

    terminal = Terminal(quiet, as_json)
    n = predict_file(run_folder, data, text, output, terminal)
    terminal.result(f"{n:,} texts: {output}", {"n": n, "output": str(output)})


@app.command()
def render(
    run_folder: RunFolderArgument,
    language: Annotated[list[str] | None, typer.Option("--language", help="Language of the card; repeatable.")] = None,
    formats: Annotated[str, typer.Option("--format", help="Some of pdf,html,md.")] = "pdf,html,md",
    quiet: Quiet = False,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Draw the card again from disk, byte-identical."""
    from boletim.contracts.run_folder import RunFolder
    from boletim.stages.render import FORMATS, draw_card, read_card

    terminal = Terminal(quiet, as_json)
    chosen = [part.strip() for part in formats.split(",")]
    if unknown := sorted(set(chosen) - set(FORMATS)):
        raise InputError(f"--format takes some of {','.join(FORMATS)}, got {unknown[0]!r}")
    folder = RunFolder.existing(run_folder, "card.json")
    card = read_card(folder)
    with folder.held():
        drawn = draw_card(folder, card, language or card.provided.languages, chosen, terminal)
    terminal.result("\n".join(map(str, drawn)), {"files": [str(path) for path in drawn]})


@app.command()
def check(
    run_folder: RunFolderArgument,
    junit: Annotated[Path | None, typer.Option("--junit", help="JUnit XML to write, for CI.")] = None,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Say how the gates stand: exit 0 pass, 1 fail, 3 insufficient evidence."""
    from boletim.contracts.run_folder import RunFolder
    from boletim.stages.render import read_card

    card = read_card(RunFolder.existing(run_folder, "card.json"))
    if junit is not None:
        from boletim.contracts.atomic import write_text
        from reports.junit import render_junit

        write_text(junit, render_junit(card))
    lines = [f"{gate.status:>21}  {gate.measure}: {gate.because}" for gate in card.gates]
    content = {"verdict": card.verdict, "gates": [gate.model_dump(mode="json") for gate in card.gates]}
    Terminal(as_json=as_json).result("\n".join([*lines, f"verdict: {card.verdict}"]), content)
    raise typer.Exit(EXIT_OF_VERDICT[card.verdict])


@app.command()
def diff(
    old_run: Annotated[Path, typer.Argument(help="Run folder to compare with.", metavar="OLD_RUN")],
    new_run: Annotated[Path, typer.Argument(help="Run folder that is judged.", metavar="NEW_RUN")],
    margin: Annotated[float | None, typer.Option("--margin", help="Default: audit.margin of NEW_RUN.")] = None,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """What changed, per class and group: exit 0 no regression, 1 regression, 3 cannot be told."""
    from boletim.diff import describe_diff, diff_runs

    found = diff_runs(old_run, new_run, margin)
    Terminal(as_json=as_json).result(describe_diff(found), found.model_dump(mode="json"))
    raise typer.Exit({"no regression": 0, "regression": 1, "cannot be told": 3}[found.outcome])


@app.command()
def verify(
    card: Annotated[Path, typer.Argument(help="A card's PDF.", metavar="CARD.pdf")],
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="The run's predictions.parquet, where it is not attached.")
    ] = None,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Recompute a card from the evidence inside it: exit 0 agrees, 1 differs, 3 could not be checked."""
    from boletim.verify import describe_items, outcome_of, verify_file

    items = verify_file(card, predictions)
    outcome = outcome_of(items)
    content = {"outcome": outcome, "items": [item.model_dump(mode="json") for item in items]}
    Terminal(as_json=as_json).result(describe_items(items), content)
    raise typer.Exit({"agrees": 0, "differs": 1, "not checked": 3}[outcome])


@app.command()
def selftest(
    data: Annotated[Path | None, typer.Option("--data", help="Folder with data sets that are not shipped.")] = None,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Reproduce published numbers with the installed code; exit 1 when one is not reproduced."""
    from boletim.selftest import describe_selftest, run_selftest

    if data is not None and not data.is_dir():
        raise InputError(f"--data takes a folder, {data} is none; give the folder that holds the data sets")
    rows = run_selftest(data)
    content = {"rows": [row.model_dump(mode="json") for row in rows]}
    Terminal(as_json=as_json).result(describe_selftest(rows), content)
    raise typer.Exit(int(any(row.status == "not reproduced" for row in rows)))


@app.command()
def doctor(debug: Debug = False, as_json: AsJson = False) -> None:
    """Print what the machine has and lacks; exit 1 when something needed is missing."""
    from boletim.doctor import examine_machine

    checks = examine_machine()
    lines = [
        f"{'ok' if c.found else 'MISSING' if c.is_needed else 'absent':>8}  {c.name}: {c.found or c.remedy}"
        for c in checks
    ]
    Terminal(as_json=as_json).result("\n".join(lines), {"checks": [c.model_dump(mode="json") for c in checks]})
    raise typer.Exit(int(any(c.found is None and c.is_needed for c in checks)))


@app.command()
def schema(
    which: Annotated[str, typer.Argument(help="config or audit.", metavar="[config|audit]")] = "config",
    debug: Debug = False,
) -> None:
    """Print the JSON Schema of the configuration or of audit.json."""
    import json

    from pydantic import BaseModel

    from boletim.contracts.config import RunConfig
    from boletim.contracts.results import AuditResult

    schemas: dict[str, type[BaseModel]] = {"config": RunConfig, "audit": AuditResult}
    if which not in schemas:
        raise InputError(f"a schema is one of {', '.join(schemas)}, got {which!r}")
    print(json.dumps(schemas[which].model_json_schema(), indent=1))


def _run_stages(
    stages: tuple[str, ...], config: Path, overrides: list[str] | None, run_dir: Path | None, terminal: Terminal
) -> None:
    from boletim.contracts.config_file import load_config
    from boletim.pipeline import run_stages

    one = _one_run(load_config(config, overrides or []), run_dir, terminal)
    card = run_stages(one, stages)
    if card is None:
        from boletim.stages.tune import read_search
        from boletim.summary import search_summary

        terminal.result(*search_summary(read_search(one.folder), one.folder, one.config.card.languages[0]))
    else:
        _print_card(one, card)


def _one_run(config: Any, run_dir: Path | None, terminal: Terminal) -> Any:
    from boletim.contracts.run_folder import RunFolder
    from boletim.run import Run

    folder = RunFolder(run_dir or Path("runs") / config.name)
    return Run(config, folder, terminal, f"boletim {shlex.join(sys.argv[1:])}")


def _print_card(one: Any, card: Any) -> None:
    from boletim.summary import card_summary

    one.terminal.result(*card_summary(card, one.folder))
