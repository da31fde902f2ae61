"""Commands that measure a model made anywhere: audit and probe."""

from pathlib import Path
from typing import Annotated, Any

import typer

from boletim.app.commands.one_run import one_run, print_card, run_stages_of
from boletim.app.commands.options import AsJson, Debug, Groups, LanguageCode, Overrides, Quiet, RunDir
from boletim.app.screen.reader import reader_language, work_in
from boletim.app.screen.terminal import Terminal
from boletim.contracts.errors import InputError
from boletim.contracts.sentence import Joined, Sentence, word


def audit(
    config: Annotated[Path | None, typer.Argument(help="A configuration: audits its run.", metavar="CONFIG")] = None,
    model: Annotated[str | None, typer.Option("--model", help="Any classifier: folder or hub id.")] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Labelled file for --model, or of questions."),
    ] = None,
    text: Annotated[str | None, typer.Option("--text", help="Text column of --data.")] = None,
    predictions: Annotated[Path | None, typer.Option("--predictions", help="Predictions made anywhere.")] = None,
    predicted: Annotated[str, typer.Option("--predicted", help="Column of the predicted labels.")] = "predicted",
    scores: Annotated[
        str | None, typer.Option("--scores", help="Prefix of the probability columns, such as score_.")
    ] = None,
    label: Annotated[str, typer.Option("--label", help="Column of the true labels.")] = "label",
    label_name: Annotated[
        list[str] | None,
        typer.Option("--label-name", help="A class and its name, as in 0=negative; repeatable."),
    ] = None,
    group: Groups = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="Column of authors or templates, whose rows depend on each other.")
    ] = None,
    task: Annotated[str | None, typer.Option("--task", help="What is answered, such as token_classification.")] = None,
    score_column: Annotated[
        str | None, typer.Option("--score-column", help="In place of labels: a number per row, such as rouge_l.")
    ] = None,
    score_range: Annotated[
        str | None, typer.Option("--score-range", help="Least and most that a score can be, such as 0,1.")
    ] = None,
    lower_is_better: Annotated[
        bool, typer.Option("--lower-is-better", help="The score is a distance, a loss or a share of errors.")
    ] = False,
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
    work_in(language)
    subjects = {"CONFIG": config, "--model": model, "--predictions": predictions}
    given = [option for option, value in subjects.items() if value]
    if len(given) != 1:
        raise InputError("one_of", said=", ".join(given) or word("none"))
    if config is not None:
        overrides = [*(overrides or []), f"data.cluster={cluster}"] if cluster else overrides
        run_stages_of(("audit", "probe", "render"), config, overrides, run_dir, terminal)
        return
    from boletim.app.flows.foreign import audit_finished, foreign_config
    from boletim.app.precheck.run import check_before
    from boletim.contracts.configuration.file import NOWHERE, with_overrides
    from boletim.contracts.examples import answers_class, kinds_by_task

    answers = answers_class(kinds_by_task().get(task or "", "one_label"))
    takes_data = answers.in_two_files
    if predictions and ((data and not takes_data) or text):
        unused = "--data" if data else "--text"
        raise InputError("predictions_alone", unused=unused)
    source = data or predictions
    if source is None or (model and text is None and not answers.usual_text):
        raise InputError("model_needs")
    settings = foreign_config(
        name=name or Path(model or str(predictions)).stem, language=language, source=source,
        text=text or (answers.usual_text if model else ""), label=label, groups=group or [], model=model or "",
        predicted="predicted" if model else predicted, scores=None if model else scores,
        label_names=label_name or [], cluster=cluster, task=task,
        predictions=predictions, score=_score(score_column, score_range, lower_is_better),
    )  # fmt: skip
    one = one_run(with_overrides(settings, overrides or ()), run_dir, terminal)
    one.warn(check_before(one.config, NOWHERE, one.folder, ("audit",), allow_pickle=allow_pickle))
    print_card(one, audit_finished(one, allow_pickle=allow_pickle))


def _score(column: str | None, span: str | None, lower_is_better: bool) -> dict[str, Any] | None:
    if column is None:
        if span or lower_is_better:
            unused = "--score-range" if span else "--lower-is-better"
            raise InputError("score_alone", option=unused)
        return None
    ends = span.split(",") if span else []
    try:
        numbers = [float(end) for end in ends]
    except ValueError:
        numbers = []
    if len(numbers) != (2 if span else 0):
        raise InputError("score_ends", got=span)
    return {"column": column, "higher_is_better": not lower_is_better, "range": numbers or None}


def probe(
    model: Annotated[str, typer.Option("--model", help="Classifier, language model or encoder: folder or hub id.")],
    probe: Annotated[
        list[str] | None,
        typer.Option(
            "--probe", help="A probe's name; repeatable. Without one: those usual for the model's kind of answer."
        ),
    ] = None,
    language: LanguageCode = "en",
    data: Annotated[
        list[str] | None,
        typer.Option(
            "--data", help="Real texts for the probes that read them, or name=path of a probe's data set; repeatable."
        ),
    ] = None,
    text: Annotated[str, typer.Option("--text", help="Text column of real texts.")] = "text",
    flagged: Annotated[
        list[str] | None, typer.Option("--flagged", help="A label that counts against a text; repeatable.")
    ] = None,
    frames: Annotated[
        Path | None, typer.Option("--frames", help="YAML file with frames and word lists of your own.")
    ] = None,
    output: Annotated[Path, typer.Option("--output", help="Where to write the results.")] = Path("probes.json"),
    quiet: Quiet = False,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Run bias probes alone on any model."""
    from boletim.app.flows.probe_model import probe_model
    from boletim.reports.page.words import Words

    terminal = Terminal(quiet, as_json)
    work_in(language)
    own = {"frames": str(frames) if frames else None, "flagged": tuple(flagged or ())}
    result = probe_model(model, tuple(probe or ()), language, data or [], text, output, terminal, **own)  # type: ignore[arg-type]
    words = Words.of(reader_language())
    shown = [words.finding(finding) for finding in result.findings if finding.verdict == "shown"]
    lines = [Sentence("terminal.other.shown", claim=claim) for claim in shown] or [Sentence("terminal.other.nothing")]
    terminal.result(Joined([*lines, str(output)]), result.model_dump(mode="json"))
