"""Find plug-ins: every public file of a package is one, named for itself."""

import difflib
import importlib
import pkgutil
from types import ModuleType

from boletim.contracts.errors import InputError


def plugin_names(package: str) -> tuple[str, ...]:
    """Names of the public modules of a package, sorted."""
    path = importlib.import_module(package).__path__
    return tuple(sorted(m.name for m in pkgutil.iter_modules(path) if not m.name.startswith("_")))


def find_plugin(package: str, kind: str, name: str) -> ModuleType:
    """Import one plug-in.

    Raises:
        InputError: No such file; the message lists the known names and the nearest.
    """
    known = plugin_names(package)
    if name not in known:
        nearest = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
        raise InputError(f"{kind} must be one of {', '.join(known)}, got {name!r}{hint}")
    return importlib.import_module(f"{package}.{name}")
