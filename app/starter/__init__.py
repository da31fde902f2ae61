"""What `boletim init` writes: a commented configuration that runs, and a small corpus for it."""

from pathlib import Path

from boletim.app.starter.example import installed_model
from boletim.contracts.errors import InputError
from boletim.contracts.files.atomic import write_text
from boletim.contracts.language import known_languages, language_folder
from boletim.contracts.sentence import Sentence, word

_HUB_MODEL = "sentence-transformers/all-MiniLM-L6-v2"

CORPUS_NAME = "boletim-example.csv"


def write_starter(output: Path, language: str) -> tuple[Path, Path]:
    """Write the configuration and the example corpus beside it; never overwrites.

    The candidate is the local MiniLM folder where its package is installed, else its hub id.

    Raises:
        InputError: A file is there already, or the language is not known.
    """
    _check(output, language)
    corpus = output.parent / CORPUS_NAME
    folder = language_folder(language) / "starter"
    text = folder.joinpath("boletim.yaml").read_text(encoding="utf-8")
    if not corpus.exists():
        write_text(corpus, folder.joinpath("corpus.csv").read_text(encoding="utf-8"))
    write_text(output, text.replace("CANDIDATE", _candidate()).replace("CORPUS", CORPUS_NAME))
    return output, corpus


def write_own(output: Path, data: Path, language: str | None) -> str:
    """Write a configuration for a table of the user's own; never overwrites.

    Args:
        output: Where.
        data: The table.
        language: Of the texts; None is found out.

    Returns:
        What was proposed, one line.

    Raises:
        InputError: The configuration is there already, or the language is not known.
        DataError: The table cannot be read, or no column looks like texts or classes.
    """
    import pandas as pd

    from boletim.app.starter.found_reading import found_reading
    from boletim.app.starter.own_data import own_configuration
    from boletim.app.starter.proposal import propose
    from boletim.tables.folders import splits_of
    from boletim.tables.read import read_table

    _check(output, language)
    parts = [str(part) for split in splits_of(data.expanduser()).values() for part in split] or [str(data)]
    found = propose(str(data), pd.concat([read_table(part) for part in parts], ignore_index=True))
    reading = "" if len(parts) > 1 else found_reading(parts[0])
    text, chosen = own_configuration(found, data.expanduser(), output, language, _candidate(), reading)
    write_text(output, text)
    groups = ", ".join(found.groups) or word("none")
    columns = Sentence("terminal.init.columns", label=found.label.column, groups=groups)
    said = Sentence("terminal.init.in_language", language=chosen)
    if found.language not in (None, chosen):
        said = Sentence("terminal.init.against_texts", language=chosen, other=found.language)
    if found.predictions is None:
        return Sentence("terminal.init.proposed", text=found.text, columns=columns, said=said, file=output)
    scores, predicted = found.predictions.scores, found.predictions.predicted
    shown = Sentence("terminal.init.scores", scores=scores) if scores else ""
    return Sentence(
        "terminal.init.predictions", columns=columns, predicted=predicted, scores=shown, said=said, file=output
    )


def other_language_beside(corpus: Path, language: str) -> str | None:
    """The language of an example corpus that was there before, where it is another one."""
    from boletim.tables.language_of_texts import language_of
    from boletim.tables.read import read_table

    found = language_of(str(text) for text in read_table(str(corpus), ["bio"])["bio"].dropna())
    return found if found not in (None, language) else None


def _check(output: Path, language: str | None) -> None:
    if language is not None and language not in known_languages():
        raise InputError("language_option", known_languages=known_languages(), language=language)
    if not output.parent.is_dir():
        raise InputError("output_parent", parent=output.parent)
    if output.exists():
        raise InputError("init_exists", file=output)


def _candidate() -> str:
    return str(installed_model() or _HUB_MODEL)
