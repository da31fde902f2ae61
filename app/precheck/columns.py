"""Columns that are given two roles, and names of classes that nothing bears."""

from collections.abc import Iterator

from boletim.app.precheck.names import Problem
from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.keys import nearest
from boletim.contracts.configuration.yaml_reading import Place, dotted, shown


def wrong_roles(config: RunConfig) -> Iterator[Problem]:
    """A column that is the text or the label, and something else too."""
    data = config.data
    main = {data.label: "data.label"} if config.predictions else {data.label: "data.label", data.text: "data.text"}
    if data.score is not None:
        main = {data.score.column: "data.score"}
    others: list[tuple[Place, str | None]] = [
        (("data", "cluster"), data.cluster),
        (("data", "split", "by"), data.split.by),
        (("data", "weights"), data.weights),
        *((("data", "groups", index), group.column) for index, group in enumerate(data.groups)),
    ]
    for place, column in others:
        if column in main:
            yield place, f"{dotted(place)}: {shown(column)} is {main[column]} already; name another column"


def idle_label_names(config: RunConfig, labels: tuple[str, ...]) -> Iterator[Problem]:
    """Entries of `data.label_names` after which no class is called so."""
    for written, name in config.data.label_names.items():
        if name not in labels:
            near = nearest(written, labels)
            meant = f", did you mean {near!r}?" if near else f"; the classes are {', '.join(labels[:10])}"
            yield ("data", "label_names", written), f"data.label_names: nothing is called {shown(written)}{meant}"
