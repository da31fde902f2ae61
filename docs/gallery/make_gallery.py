"""Pictures of finished cards for the README: the first two pages of each PDF.

    boletim run examples/quickstart/boletim.yaml --run-dir runs/quickstart
    boletim run docs/gallery/reviews.yaml --set data.source=/path/to/womens_clothing_reviews.csv --run-dir runs/reviews
    boletim run docs/gallery/told_br.yaml --set data.source=/path/to/ToLD-BR.csv --run-dir runs/told-br
    python docs/gallery/make_gallery.py quickstart-en=card.pdf inicio-rapido-pt=card.pt-BR.pdf
    python docs/gallery/make_gallery.py reviews-en=card.pdf told-br-pt=card.pdf

Needs pdftoppm (poppler-utils). The same PDF gives the same pictures.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DPI = 72
PAGES = (1, 2)


def draw(name: str, pdf: Path) -> list[Path]:
    """The pictures of one card, `NAME-1.png` and so on."""
    made = []
    for page in PAGES:
        stem = HERE / f"{name}-{page}"
        command = [
            "pdftoppm",
            "-png",
            "-singlefile",
            "-r",
            str(DPI),
            "-f",
            str(page),
            "-l",
            str(page),
            str(pdf),
            str(stem),
        ]
        subprocess.run(command, check=True)
        made.append(stem.with_suffix(".png"))
    return made


def main() -> int:
    """One line per picture; 2 where nothing was asked for."""
    if len(sys.argv) < 2:
        sys.stderr.write("name cards as NAME=card.pdf\n")
        return 2
    for argument in sys.argv[1:]:
        name, _, pdf = argument.partition("=")
        for picture in draw(name, Path(pdf)):
            print(picture.relative_to(HERE))
    return 0


if __name__ == "__main__":
    sys.exit(main())
