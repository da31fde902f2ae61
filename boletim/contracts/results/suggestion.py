"""What `boletim suggest` says of the models that it compared."""

from typing import Literal

from boletim.contracts.measure import Measure
from boletim.contracts.record import Record
from boletim.contracts.results.card import WeightsFormat


class ReportedScore(Record):
    """A score that the model's own files report; it is not checked here, and nothing is ranked by it."""

    metric: str
    value: float
    data: str


class Suggestion(Record):
    """One model, compared."""

    model: str
    """Folder or hub id, as a configuration takes it."""
    place: Literal["folder", "cache", "hub"]
    languages: tuple[str, ...] = ()
    """As its files state them; empty where they state none."""
    knows_language: Literal["stated", "not stated", "others stated"]
    licence: str | None = None
    n_parameters: int | None = None
    weights: WeightsFormat
    longest: int
    """Tokens of the longest input."""
    max_length: int
    """Proposed: the shortest usual length that holds 99 % of the texts, at most `longest`."""
    training_bytes: int | None = None
    """Estimate for fine-tuning in fp32 with AdamW, 16 texts of `max_length` tokens at a time."""
    pieces_per_word: Measure
    unknown_share: Measure
    """Of the pieces."""
    cut_share: Measure
    """Texts that are longer than `longest`."""
    by_group: tuple[Measure, ...] = ()
    """Pieces per word of each group, and per attribute the difference between the most and the least."""
    reported: tuple[ReportedScore, ...] = ()


class Suggestions(Record):
    """The whole comparison."""

    task: str
    language: str
    n_texts: int
    source: str
    """File of the texts; empty where Boletim's own example texts were taken."""
    models: tuple[Suggestion, ...]
    """The first is the first to try."""
    left_out: dict[str, str] = {}
    """Models that cannot be used, and why."""
    candidates: str
    """YAML to paste."""
