"""Which probes are run, on what."""

from boletim.contracts.record import Record


class ProbesConfig(Record):
    """Which probes run."""

    use: tuple[str, ...] = ("gender_profession", "pronoun_swap")
    """Names of probes."""
    frames: str | None = None
    """A YAML file with the user's own sentence frames and word lists."""
    flagged: tuple[str, ...] = ()
    """Labels that count against a text, such as `toxic`; probes of identity terms judge false positives of these."""
    person: tuple[str, ...] = ("PER", "PERSON", "PESSOA", "GIVEN_NAME")
    """Types of entities that are persons, of a model that finds entities; capitals make no difference."""
    data: dict[str, str] = {}
    """Where the data sets of probes lie that Boletim may not pass on, by name: a path or a hub id."""
