"""A prompt that makes a classifier of a language model: what the card says of it, and what a model folder holds."""

import hashlib
import json
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from boletim.contracts.measure import Measure
from boletim.contracts.record import Record

PROMPT_FILE = "prompt.json"
"""In a model folder: the whole model is this file and the base model that it names."""
LabelScores = Literal["sum", "mean", "pmi"]
Calibration = Literal["none", "content_free", "prior", "validation"]
MOST_SHOTS = 64


class PromptFacts(Record):
    """A prompt without the training texts that it shows as examples."""

    name: str
    """Of the template's file."""
    template: Annotated[str, Field(max_length=20_000)]
    """Word for word."""
    words: dict[str, str]
    """What the model is asked to say for each class."""
    label_scores: LabelScores
    """`sum` of a word's tokens, their `mean`, or `pmi`: the sum less that after the prompt with an empty text."""
    n_shots: Annotated[int, Field(ge=0, le=MOST_SHOTS)]
    """Training texts that are shown as examples."""
    calibration: Calibration
    slope: Annotated[float, Field(allow_inf_nan=False)] = 1.0
    """What the classes' log-likelihoods are multiplied by."""
    offsets: dict[str, Annotated[float, Field(allow_inf_nan=False)]] = {}
    """What is then added for each class; nothing where it is empty."""
    max_length: Annotated[int, Field(ge=1)]
    """Longest text in tokens, its own and each example's; longer ones are cut."""
    label_mass: Measure | None = None
    """Mean probability that the words of all classes held together, on the validation texts."""
    sha256: str = ""
    """Of everything that decides an answer, the examples included."""


class Shot(Record):
    """One training text that the prompt shows with its answer."""

    text: str
    label: str


class PromptFile(PromptFacts):
    """The content of prompt.json."""

    schema_: Annotated[Literal["boletim/prompt/1"], Field(alias="schema")] = "boletim/prompt/1"
    base_model: str
    """Hub id or folder."""
    base_revision: str | None = None
    base_sha256: str
    """Of the base model's weights, see `hash_folder`; others are refused."""
    labels: tuple[str, ...]
    """Classes in the order of the scores."""
    shots: tuple[Shot, ...] = ()

    model_config = {**Record.model_config, "populate_by_name": True, "serialize_by_alias": True}

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if set(self.words) != set(self.labels) or len(set(self.words.values())) < len(self.labels):
            raise ValueError("every class has one word, and no two have the same")
        if len(self.labels) < 2 or (self.offsets and set(self.offsets) != set(self.labels)):
            raise ValueError("there are two classes or more, and an offset for each or none")
        if len(self.shots) != self.n_shots or any(shot.label not in self.words for shot in self.shots):
            raise ValueError("n_shots counts the shots, and each has one of the classes")
        return self

    def sealed(self) -> Self:
        """The same with its hash; where the base model lies is no part of it, its weights are."""
        content = self.model_dump(mode="json", exclude={"sha256", "label_mass", "base_model", "base_revision"})
        digest = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode())
        return self.model_copy(update={"sha256": digest.hexdigest()})

    def facts(self) -> PromptFacts:
        """What may leave the machine: no training text."""
        return PromptFacts(**{name: getattr(self, name) for name in PromptFacts.model_fields})
