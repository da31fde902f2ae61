"""Make what the quick start of named entities needs: both corpora, and the link to the encoder.

Writes `data/entities.jsonl`, `data/entities_pt-BR.jsonl` and the link `../quickstart/minilm`. Safe to run again.
"""

import sys

from make_entities import FOLDER, LANGUAGES, make_corpus, write_corpus

QUICKSTART = FOLDER.parent / "quickstart"
sys.path.insert(0, str(QUICKSTART))
from prepare import link_encoder  # noqa: E402 - the folder stands on the path only now

N_ROWS = 1500
SEED = 13


def main() -> None:
    """Write the corpora and the link."""
    link_encoder(QUICKSTART / "minilm")
    for language in LANGUAGES:
        output = FOLDER / "data" / ("entities.jsonl" if language == "en" else f"entities_{language}.jsonl")
        write_corpus(make_corpus(N_ROWS, SEED, language), language, output)
        print(f"{N_ROWS} synthetic biographies ({language}): {output.relative_to(FOLDER.parents[1])}")


if __name__ == "__main__":
    main()
