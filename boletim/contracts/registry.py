"""Find plug-ins: every public file of a package is one, named for itself."""

import difflib
import importlib
import pkgutil
from types import ModuleType

from boletim.contracts.errors import InputError


def plugin_names(package: str) -> tuple[str, ...]:
    """Names of the public modules of a package, sorted; `run`, which calls the plug-ins, is not one."""
    path = importlib.import_module(package).__path__
    names = (module.name for module in pkgutil.iter_modules(path))
    return tuple(sorted(name for name in names if not name.startswith("_") and name != "run"))


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
