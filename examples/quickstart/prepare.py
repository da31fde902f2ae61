"""Make what the quick start needs: both corpora, and a link to the installed encoder. Safe to run again.

Writes `data/bios.csv`, `data/bios_pt-BR.csv` and the link `minilm` beside this file.
"""

from make_corpus import GENERATOR

if __name__ == "__main__":
    GENERATOR.prepare()
