"""Make what the quick start of questions needs: the questions, and a link to the installed encoder.

Safe to run again. Writes `data/questions.json`, `data/questions_pt-BR.json` and the link `../quickstart/minilm`.
"""

import sys

from make_questions import FOLDER, LANGUAGES, make_questions, write_questions

QUICKSTART = FOLDER.parent / "quickstart"
sys.path.insert(0, str(QUICKSTART))
from prepare import link_encoder  # noqa: E402 - the folder stands on the path only now

N_TEXTS = 1300
SEED = 13


def main() -> None:
    """Write the questions and the link."""
    link_encoder(QUICKSTART / "minilm")
    for language in LANGUAGES:
        output = FOLDER / "data" / ("questions.json" if language == "en" else f"questions_{language}.json")
        write_questions(make_questions(N_TEXTS, SEED, language), output)
        print(f"questions about {N_TEXTS} made-up texts ({language}): {output.relative_to(FOLDER.parents[1])}")


if __name__ == "__main__":
    main()
