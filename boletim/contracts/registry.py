"""Find plug-ins: every file of a plug-in folder holds one of its name; other packages add theirs by entry points."""

import difflib
import importlib
import pkgutil
from importlib.metadata import entry_points
from typing import Any, Literal

from boletim.contracts.errors import InputError
from boletim.contracts.sentence import Sentence

Kind = Literal["answers", "kind", "metric", "probe", "section", "task"]

FOLDERS: dict[Kind, tuple[str, ...]] = {
    "answers": ("boletim.contracts.answers",),
    "kind": ("boletim.audit.kinds",),
    "metric": ("boletim.audit.metrics.overall", "boletim.audit.metrics.per_class", "boletim.audit.metrics.scores"),
    "probe": (
        "boletim.probes.classifiers",
        "boletim.probes.encoders",
        "boletim.probes.language_models",
        "boletim.probes.token_classifiers",
    ),
    "section": ("boletim.reports.views", "boletim.reports.views.kinds", "boletim.reports.views.search"),
    "task": ("boletim.tuning.tasks",),
}
"""Where the plug-ins of a kind lie; a package that is installed beside Boletim names its own under `boletim.KIND`."""


def plugin_names(kind: Kind) -> tuple[str, ...]:
    """Names of all plug-ins of a kind, sorted."""
    return tuple(sorted(_places(kind)))


def find_plugin(kind: Kind, name: str) -> Any:
    """What the file of this name holds as `METRIC`, `PROBE`, `SECTION`, …; each room has the typed way to it.

    Raises:
        InputError: No such plug-in; the message lists the known names and the nearest. Or two have one name, or the
            file holds none.
    """
    places = _places(kind)
    if name not in places:
        nearest = difflib.get_close_matches(name, places, n=1)
        hint = Sentence("errors.semicolon_did_you_mean", near=nearest[0]) if nearest else ""
        raise InputError("plugin_unknown", kind=kind, places=sorted(places), name=name, hint=hint)
    held = getattr(importlib.import_module(places[name]), kind.upper(), None)
    if held is None:
        raise InputError("plugin_constant", kind=kind, constant=kind.upper(), place=places[name])
    return held


def _places(kind: Kind) -> dict[str, str]:
    """Each plug-in's name with the module that holds it."""
    own = [
        (module.name, f"{folder}.{module.name}")
        for folder in FOLDERS[kind]
        for module in pkgutil.iter_modules(importlib.import_module(folder).__path__)
        if not module.ispkg
    ]
    others = [(point.name, point.value) for point in entry_points(group=f"boletim.{kind}")]
    places: dict[str, str] = {}
    for name, place in own + others:
        if name in places:
            raise InputError("plugin_twice", kind=kind, name=name, place=places[name], other=place)
        places[name] = place
    return places
