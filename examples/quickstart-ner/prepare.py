"""Make what the quick start of named entities needs: both corpora, and the link to the encoder. Safe to run again.

Writes `data/entities.jsonl`, `data/entities_pt-BR.jsonl` and the link `../quickstart/minilm`.
"""

from make_entities import GENERATOR

if __name__ == "__main__":
    GENERATOR.prepare()
