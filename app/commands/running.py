"""Commands that make a model: init, suggest, run, tune, predict."""

from pathlib import Path
from typing import Annotated

import typer

from boletim.app.commands.one_run import run_stages_of
from boletim.app.commands.options import (
    AsJson,
    Cluster,
    ConfigFile,
    Debug,
    Groups,
    LanguageCode,
    Overrides,
    Quiet,
    RunDir,
    RunFolderArgument,
    in_cluster,
)
from boletim.app.screen.terminal import Terminal, as_read
from boletim.contracts.sentence import Sentence


def init(
    data: Annotated[Path | None, typer.Option("--data", help="A table of your own: its columns are looked at.")] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Language of texts and card: en, pt-BR; found out of --data.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", help="Where to write it.")] = Path("boletim.yaml"),
    debug: Debug = False,
) -> None:
    """Write a commented configuration that runs, for a table of yours or with a small example corpus beside it."""
    from boletim.app.starter import other_language_beside, write_own, write_starter

    if data is not None:
        print(as_read(write_own(output, data, language)))
    else:
        _, corpus = write_starter(output, language or "en")
        print(output, corpus, sep="\n")
        if found := other_language_beside(corpus, language or "en"):
            print(
                as_read(
                    Sentence(
                        "terminal.init.was_there",
                        corpus=corpus,
                        found=found,
                        file=output,
                        language=language or "en",
                        other=found,
                    )
                )
            )
    print(as_read(Sentence("terminal.init.next", command=f"boletim run {output}")))


def suggest(
    task: Annotated[str, typer.Option("--task", help="What the model is to do.")] = "text_classification",
    language: LanguageCode = "en",
    data: Annotated[
        Path | None, typer.Option("--data", help="Table with texts of yours; else Boletim's example texts.")
    ] = None,
    text: Annotated[str | None, typer.Option("--text", help="Its text column; found out where left out.")] = None,
    group: Groups = None,
    models: Annotated[
        list[Path] | None,
        typer.Option(
            "--models", help="A model's folder, or one that holds some; repeatable; else the folder you are in."
        ),
    ] = None,
    hub: Annotated[bool, typer.Option("--hub", help="Ask the hub for its list too.")] = False,
    quiet: Quiet = False,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Compare candidate models on your texts, before anything is trained; ends in candidates to paste."""
    from boletim.app.flows.suggest import suggest as compare
    from boletim.app.flows.suggest_words import describe_suggestions
    from boletim.app.screen.reader import reader_language
    from boletim.reports.page.words import Words

    terminal = Terminal(quiet, as_json)
    found = compare(task, language, data, text, group or [], models or [], terminal, with_hub=hub)
    said = describe_suggestions(found, Words.of(reader_language()))
    terminal.result(said, found.model_dump(mode="json"))


def run(
    config: ConfigFile,
    overrides: Overrides = None,
    cluster: Cluster = None,
    run_dir: RunDir = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and write nothing.")] = False,
    quiet: Quiet = False,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Prepare, tune, audit, probe and render; resumes where it stopped."""
    from boletim.app.flows.pipeline import STAGES

    run_stages_of(STAGES, config, in_cluster(overrides, cluster), run_dir, Terminal(quiet, as_json), is_dry=dry_run)


def tune(
    config: ConfigFile,
    overrides: Overrides = None,
    cluster: Cluster = None,
    run_dir: RunDir = None,
    quiet: Quiet = False,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """The search alone."""
    run_stages_of(("prepare", "tune"), config, in_cluster(overrides, cluster), run_dir, Terminal(quiet, as_json))


def clean(run_folder: RunFolderArgument, debug: Debug = False, as_json: AsJson = False) -> None:
    """Remove from a finished run what only a running search needs: checkpoints, optimiser states, second weights."""
    from boletim.app.stages.clean import clean as clean_run
    from boletim.contracts.files.run_folder import RunFolder

    n = clean_run(RunFolder.existing(run_folder, "search.json"))
    Terminal(as_json=as_json).result(
        Sentence("terminal.other.freed", n=n / 1e6), {"run": str(run_folder), "bytes_freed": n}
    )


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
    from boletim.app.flows.predict import predict_file

    terminal = Terminal(quiet, as_json)
    n = predict_file(run_folder, data, text, output, terminal)
    terminal.result(Sentence("terminal.other.predicted", n=n, file=output), {"n": n, "output": str(output)})
