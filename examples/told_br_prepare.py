"""Turn the vote columns of ToLD-Br into one label: toxic, yes or no.

The rule is that of the data set's authors: a tweet is toxic when at least one of its three annotators marked at least
one of the six categories (9,255 of 21,000 tweets). The tweets are offensive.

Usage: python examples/told_br_prepare.py ToLD-BR.csv [told_br.csv]

References:
    Leite, Silva, Bontcheva and Scarton (2020), Toxic Language Detection in Social Media for Brazilian Portuguese: New
    Dataset and Multilingual Analysis, AACL-IJCNLP.
"""

import csv
import sys
from pathlib import Path

CATEGORIES = ("homophobia", "obscene", "insult", "racism", "misogyny", "xenophobia")


def label_tweets(source: Path, output: Path) -> tuple[int, int]:
    """Write the columns text and toxic (yes or no).

    Returns:
        Number of tweets and number of toxic ones.

    Raises:
        KeyError: The source lacks a vote column.
    """
    n_tweets = n_toxic = 0
    with source.open(encoding="utf-8", newline="") as votes, output.open("w", encoding="utf-8", newline="") as labelled:
        writer = csv.writer(labelled, lineterminator="\n")
        writer.writerow(["text", "toxic"])
        for row in csv.DictReader(votes):
            is_toxic = any(float(row[category]) >= 1 for category in CATEGORIES)
            writer.writerow([row["text"], "yes" if is_toxic else "no"])
            n_tweets += 1
            n_toxic += is_toxic
    return n_tweets, n_toxic


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or not Path(sys.argv[1]).is_file():
        sys.exit("usage: python examples/told_br_prepare.py ToLD-BR.csv [told_br.csv]; the first must exist")
    target = Path(sys.argv[2]) if len(sys.argv) == 3 else Path(__file__).resolve().parent / "told_br.csv"
    tweets, toxic = label_tweets(Path(sys.argv[1]), target)
    print(f"{target}: {tweets:,} tweets, {toxic:,} of them toxic")
