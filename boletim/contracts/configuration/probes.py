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
    data: dict[str, str] = {}
    """Where the data sets of probes lie that Boletim may not pass on, by name: a path or a hub id."""
