"""What made predictions that came from a model behind an API."""

import datetime
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from boletim.contracts.errors import ConfigError, RuleError
from boletim.contracts.files.atomic import hash_file
from boletim.contracts.files.local_path import path_in
from boletim.contracts.record import Record


def _as_text(value: Any) -> Any:
    """YAML reads a date as a date, and a version such as 4.1 as a number."""
    return str(value) if isinstance(value, datetime.date | int | float) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_as_text), StringConstraints(strip_whitespace=True, min_length=1)]


class ProducedBy(Record):
    """Which model was asked, when and how; what counts as a refusal; which answers are to the same text."""

    model: Text
    """Its id with the provider, version included."""
    date: Text | None = None
    """When it was asked."""
    prompt: str | None = None
    """File of the prompt; the card prints its hash."""
    prompt_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    """Hash of the prompt, where its file is not at hand."""
    temperature: Annotated[float, Field(ge=0)] | None = None
    """That it was asked with."""
    refusals: tuple[Text, ...] = ()
    """What stands in the column of predictions where the model did not answer, such as `refused`."""
    repeats: str | None = None
    """Column that names the text of a row, where the same text was asked several times; it is the cluster."""

    @model_validator(mode="after")
    def _has_one_prompt(self) -> Self:
        if self.prompt is not None and self.prompt_sha256 is not None:
            raise RuleError("one_prompt")
        return self

    def with_hash(self, folder: Path) -> Self:
        """The same with the prompt's hash in place of its file, which is looked for in a folder.

        Raises:
            ConfigError: There is no such file.
        """
        if self.prompt is None:
            return self
        path = path_in(folder, self.prompt)
        if not path.is_file():
            raise ConfigError("prompt_of_api", got=self.prompt)
        return self.model_copy(update={"prompt": None, "prompt_sha256": hash_file(path)})


def with_repeats_as_cluster(values: Any) -> Any:
    """The column of repeated texts is the cluster.

    Raises:
        ValueError: Another column is.
    """
    match values:
        case {"produced_by": {"repeats": str(column)}, "data": {**data}}:
            if data.get("cluster") not in (None, column):
                raise RuleError("repeats_are_the_cluster", cluster=data["cluster"], repeats=column)
            return {**values, "data": {**data, "cluster": column}}
    return values
