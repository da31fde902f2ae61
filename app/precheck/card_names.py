"""What the card calls things by: columns, groups and classes that the data must have."""

from collections.abc import Collection, Iterator

from boletim.app.precheck.evidence import Evidence
from boletim.app.precheck.names import Problem, no_such
from boletim.contracts.configuration import RunConfig
from boletim.contracts.configuration.yaml_reading import Place
from boletim.contracts.corpus import CleaningReport
from boletim.contracts.language import known_languages


def wrong_card_names(config: RunConfig, evidence: Evidence, cleaning: CleaningReport | None) -> Iterator[Problem]:
    """Entries of `card.names`, `card.translations` and `card.bias_audit` that are about nothing.

    Args:
        config: The run's.
        evidence: What its audit will see.
        cleaning: Of a corpus that was made before, whose other splits may hold further groups.
    """
    columns = [group.column for group in config.data.groups]
    groups = {value for values in evidence.values.values() for value in values}
    labels = set(evidence.labels)
    for split in cleaning.splits.values() if cleaning else ():
        labels |= set(split["labels"])
        groups |= {value for counts in split["groups"].values() for value in counts}
    card, known = config.card, [*columns, *sorted(groups), *sorted(labels)]
    for part in ("names", "translations"):
        yield from _unknown(("card", part), getattr(card, part), known_languages(), "errors.a_language")
    for code, names in card.names.items():
        yield from _unknown(("card", "names", code), names, known, "errors.a_card_name")
    if (asked := card.bias_audit) is not None:
        place: Place = ("card", "bias_audit")
        yield from _unknown((*place, "selected"), [asked.selected], sorted(labels), "errors.a_class")
        for role in ("sex", "race_ethnicity"):
            named = [column] if (column := getattr(asked, role)) is not None else []
            yield from _unknown((*place, role), named, columns, "errors.a_group_column")
        yield from _unknown((*place, "categories"), asked.categories, sorted(groups), "errors.a_group")


def _unknown(place: Place, names: Collection[str], known: Collection[str], what: str) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            yield (*place, name), no_such(place, name, what, known)
