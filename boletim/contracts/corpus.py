"""Labelled texts, cleaned and split; the test split is sealed from tuning."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from boletim.contracts.record import Record

ID, TEXT, LABEL = "id", "text", "label"
"""Columns of every split, before one column per group."""
CLUSTER = "cluster"
"""Column of every split when `data.cluster` or `data.split.by` names one: whose examples depend on each other."""
WEIGHT = "weight"
"""Column of every split when `data.weights` names one: how many of the population each example stands for."""


class CleaningReport(Record):
    """The content of cleaning.json: what was removed or changed, and what the splits look like."""

    n_rows_read: int
    n_rows_kept: int
    removed: dict[str, int] = {}
    """Rows removed, by reason: missing_text, missing_label, empty_after_cleaning, exact_duplicate,
    near_duplicate, duplicate_across_splits, answer_not_in_text, not_sampled."""
    not_removed: tuple[str, ...] = ()
    """Reasons that were looked for and held for no row."""
    changed: dict[str, int] = {}
    """Texts changed, by step: html, urls, emoji, control_characters, whitespace; and answers_moved, true answers
    that stand elsewhere in their text than the data say."""
    label_conflicts: int = 0
    """Groups of identical texts that carry different labels."""
    splits: dict[str, dict[str, Any]] = {}
    """For train, validation, test: n, labels {label: n}, groups {column: {value or "(missing)": n}}."""
    tokens: dict[str, dict[str, Any]] = {}
    """Per candidate: max_length, median, p95, max, n_truncated, n."""
    source_sha256: dict[str, str] = {}
    """Hash of each file read; hub data sets give their commit or fingerprint."""
    fingerprint: str = ""
    """sha256 over the cleaned splits."""


@dataclass(frozen=True)
class TuningData:
    """All that tuning may see: no test split. Frames have the columns id, text, label, then one per group."""

    train: pd.DataFrame
    validation: pd.DataFrame
    labels: tuple[str, ...]
    """Class names in the order of the model's outputs."""
    groups: tuple[str, ...]
    swapped: pd.DataFrame | None = None
    """Copies of training texts with the genders swapped, by the text's place in `train` (their index); None where the
    search does not ask for them."""

    def frames(self) -> dict[str, pd.DataFrame]:
        """What there is to tokenise, by name."""
        known = {"train": self.train, "validation": self.validation}
        return known if self.swapped is None else known | {"swapped": self.swapped}


@dataclass(frozen=True)
class Corpus:
    """The three splits. Group values are strings; a missing one is None."""

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    report: CleaningReport
