"""Make what the quick start of questions needs: both corpora, and the link to the encoder. Safe to run again.

Writes `data/questions.json`, `data/questions_pt-BR.json` and the link `../quickstart/minilm`.
"""

from make_questions import GENERATOR

if __name__ == "__main__":
    GENERATOR.prepare()
