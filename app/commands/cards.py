"""Commands on a finished card: render, check, diff, sign, verify."""

import os
from pathlib import Path
from typing import Annotated

import typer

from boletim.app.commands.options import AsJson, Debug, Quiet, RunFolderArgument
from boletim.app.screen.reader import work_in
from boletim.app.screen.terminal import Terminal
from boletim.contracts.errors import InputError
from boletim.contracts.sentence import Joined, Sentence, word

EXIT_OF_VERDICT = {"pass": 0, "not gated": 0, "fail": 1, "insufficient evidence": 3}


def render(
    run_folder: RunFolderArgument,
    language: Annotated[list[str] | None, typer.Option("--language", help="Language of the card; repeatable.")] = None,
    formats: Annotated[str, typer.Option("--format", help="Some of pdf,html,md,bom.")] = "pdf,html,md,bom",
    quiet: Quiet = False,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Draw the card again from disk, byte-identical."""
    from boletim.app.stages.render import FORMATS, draw_card, read_card
    from boletim.contracts.files.run_folder import RunFolder

    terminal = Terminal(quiet, as_json)
    chosen = [part.strip() for part in formats.split(",")]
    if unknown := sorted(set(chosen) - set(FORMATS)):
        raise InputError("formats", formats=",".join(FORMATS), got=unknown[0])
    folder = RunFolder.existing(run_folder, "card.json")
    card = read_card(folder)
    work_in(card.language)
    with folder.held():
        drawn = draw_card(folder, card, language or card.provided.languages, chosen, terminal)
    terminal.result("\n".join(map(str, drawn)), {"files": [str(path) for path in drawn]})


def check(
    run_folder: RunFolderArgument,
    junit: Annotated[Path | None, typer.Option("--junit", help="JUnit XML to write, for CI.")] = None,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Say how the gates stand: exit 0 pass, 1 fail, 3 insufficient evidence; a waived gate does not count."""
    from boletim.app.flows.recheck import rechecked_card
    from boletim.app.screen.reader import reader_language
    from boletim.contracts.files.run_folder import RunFolder
    from boletim.reports.page.context import Context, words_of
    from boletim.reports.views.page_one import gate_line

    card = rechecked_card(RunFolder.existing(run_folder, "card.json"))
    work_in(card.language)
    if junit is not None:
        from boletim.contracts.files.atomic import write_text
        from boletim.reports.exports.junit import render_junit

        write_text(junit, render_junit(card))
    context = Context(card, words_of(card, reader_language()))
    lines = [
        Sentence(
            "terminal.gates.checked", status=word(gate.status), measure=gate.measure, said=gate_line(context, gate)
        )
        for gate in card.gates
    ]
    content = {"verdict": card.verdict, "gates": [gate.model_dump(mode="json") for gate in card.gates]}
    Terminal(as_json=as_json).result(
        Joined([*lines, Sentence("terminal.summary.verdict", said=word(card.verdict))]), content
    )
    raise typer.Exit(EXIT_OF_VERDICT[card.verdict])


def diff(
    old_run: Annotated[Path, typer.Argument(help="Run folder to compare with.", metavar="OLD_RUN")],
    new_run: Annotated[Path, typer.Argument(help="Run folder that is judged.", metavar="NEW_RUN")],
    margin: Annotated[float | None, typer.Option("--margin", help="Default: audit.margin of NEW_RUN.")] = None,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """What changed, per class and group: exit 0 no regression, 1 regression, 3 cannot be told."""
    from boletim.app.flows.diff import describe_diff, diff_runs
    from boletim.app.stages.render import read_card
    from boletim.contracts.files.run_folder import RunFolder

    found = diff_runs(old_run, new_run, margin)
    work_in(read_card(RunFolder.existing(new_run, "card.json")).language)
    Terminal(as_json=as_json).result(describe_diff(found), found.model_dump(mode="json"))
    raise typer.Exit({"no regression": 0, "regression": 1, "cannot be told": 3}[found.outcome])


def sign(
    card: Annotated[Path, typer.Argument(help="A card's PDF.", metavar="CARD.pdf")],
    key: Annotated[Path, typer.Option("--key", help="PKCS#12 (.p12, .pfx) or PEM; password: BOLETIM_KEY_PASSWORD.")],
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="PEM, where the PEM key's file does not hold it.")
    ] = None,
    timestamp: Annotated[
        str | None, typer.Option("--timestamp", help="Address of a time-stamping authority (RFC 3161).", metavar="URL")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="Default: CARD.signed.pdf beside the card.")] = None,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Sign a card (PAdES); needs the extra `sign`. The card's own file stays as it is."""
    from boletim.app.flows.verify import read_file
    from boletim.contracts.files.atomic import write_bytes
    from boletim.reports.checking.signature import SigningKey, sign_card, time_stamper

    target = output or card.with_suffix(".signed.pdf")
    signing_key = SigningKey(key, certificate, os.environ.get("BOLETIM_KEY_PASSWORD"))
    signed = sign_card(read_file(card), signing_key, time_stamper(timestamp) if timestamp else None)
    write_bytes(target, signed)
    Terminal(as_json=as_json).result(str(target), {"file": str(target)})


def verify(
    card: Annotated[Path, typer.Argument(help="A card's PDF.", metavar="CARD.pdf")],
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="The run's predictions.parquet, where it is not attached.")
    ] = None,
    trust: Annotated[
        Path | None, typer.Option("--trust", help="PEM certificates of signers and time stamps that you trust.")
    ] = None,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Recompute a card from the evidence inside it: exit 0 agrees, 1 differs, 3 could not be checked."""
    from boletim.app.flows.verify import MEANING, describe_items, outcome_of
    from boletim.app.flows.verify_process import verify_apart

    items = verify_apart(card, predictions, trust)
    outcome = outcome_of(items)
    content = {
        "outcome": outcome,
        "means": Sentence(MEANING),
        "items": [item.model_dump(mode="json") for item in items],
    }
    Terminal(as_json=as_json).result(describe_items(items), content)
    raise typer.Exit({"agrees": 0, "differs": 1, "not checked": 3}[outcome])
