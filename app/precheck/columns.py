"""Columns that are given two roles, and names of classes that nothing bears."""

from collections.abc import Iterator

from boletim.app.precheck.names import Problem, about
from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.keys import nearest
from boletim.contracts.configuration.yaml_reading import Place, shown
from boletim.contracts.sentence import Sentence


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
            yield place, about(place, Sentence("errors.role_taken", column=shown(column), role=main[column]))


def idle_label_names(config: RunConfig, labels: tuple[str, ...]) -> Iterator[Problem]:
    """Entries of `data.label_names` after which no class is called so."""
    for written, name in config.data.label_names.items():
        if name not in labels:
            near = nearest(written, labels)
            hint = (
                Sentence("errors.comma_did_you_mean", near=near)
                if near
                else Sentence("errors.classes_are", names=labels[:10])
            )
            yield (
                ("data", "label_names", written),
                Sentence("errors.label_name_idle", written=shown(written), hint=hint),
            )
