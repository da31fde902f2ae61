"""Find plug-ins: every file of a plug-in folder is one, named for itself; other packages add theirs by entry points."""

import difflib
import importlib
import pkgutil
from importlib.metadata import entry_points
from types import ModuleType
from typing import Literal

from boletim.contracts.errors import InputError

Sort = Literal["answers", "kind", "metric", "probe", "task"]

FOLDERS: dict[Sort, tuple[str, ...]] = {
    "answers": ("boletim.contracts.answers",),
    "kind": ("boletim.audit.kinds",),
    "metric": ("boletim.audit.metrics.overall", "boletim.audit.metrics.per_class", "boletim.audit.metrics.scores"),
    "probe": ("boletim.probes.classifiers", "boletim.probes.encoders", "boletim.probes.language_models"),
    "task": ("boletim.tuning.tasks",),
}
"""Where the plug-ins of a sort lie; a package that is installed beside Boletim names its own under `boletim.SORT`."""


def plugin_names(sort: Sort) -> tuple[str, ...]:
    """Names of all plug-ins of a sort, sorted."""
    return tuple(sorted(_places(sort)))


def find_plugin(sort: Sort, name: str) -> ModuleType:
    """Import one plug-in.

    Raises:
        InputError: No such plug-in; the message lists the known names and the nearest. Or two have one name.
    """
    places = _places(sort)
    if name not in places:
        nearest = difflib.get_close_matches(name, places, n=1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
        raise InputError(f"{sort} must be one of {', '.join(sorted(places))}, got {name!r}{hint}")
    return importlib.import_module(places[name])


def _places(sort: Sort) -> dict[str, str]:
    """Each plug-in's name with the module that holds it."""
    own = [
        (module.name, f"{folder}.{module.name}")
        for folder in FOLDERS[sort]
        for module in pkgutil.iter_modules(importlib.import_module(folder).__path__)
    ]
    others = [(point.name, point.value) for point in entry_points(group=f"boletim.{sort}")]
    places: dict[str, str] = {}
    for name, place in own + others:
        if name in places:
            raise InputError(
                f"a {sort} must have a name of its own, {name!r} is {places[name]} and {place}; rename one"
            )
        places[name] = place
    return places
