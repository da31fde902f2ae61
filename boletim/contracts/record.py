"""The base of every record that is written to JSON."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """Immutable, closed record; `model_dump_json` of equal records is byte-identical."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        ser_json_inf_nan="constants",
        protected_namespaces=(),
        use_attribute_docstrings=True,  # the schema then says what the source says
    )
