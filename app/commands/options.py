"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

ConfigFile = Annotated[Path, typer.Argument(help="The YAML configuration.", metavar="CONFIG")]
RunDir = Annotated[Path | None, typer.Option("--run-dir", help="Where to write; default runs/<name>.")]
Overrides = Annotated[
    list[str] | None, typer.Option("--set", help="Change one value, such as tuning.trials=40; repeatable.")
]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", help="Train on a Ray cluster: auto, or its address such as ray://host:10001."),
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


def in_cluster(overrides: list[str] | None, cluster: str | None) -> list[str]:
    """The overrides, and the one that `--cluster` stands for."""
    return [*(overrides or []), *([f"tuning.cluster={cluster}"] if cluster else [])]
