"""How deep a room is: the longest chain of imports inside it. What many need lies low; nothing only passes on."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST = 8
HIGHER = {"tuning": 11}
"""Rooms that are still higher than they should be; the number may only fall."""


def imports(room):
    """Each module of a room with those of the same room that it imports, inside functions too."""
    modules = {}
    for path in (ROOT / room).rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        modules[".".join(("boletim", *(parts[:-1] if parts[-1] == "__init__" else parts)))] = path
    return {
        name: {
            one
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
            for one in (f"{node.module}.{alias.name}", node.module)
            if one in modules and one != name and not (one == node.module and f"{one}.{alias.name}" in modules)
        }
        for name, path in modules.items()
    }


@pytest.mark.parametrize("room", ["app", "audit", "probes", "reports", "tuning"])
def test_no_room_has_more_floors_than_eight(room):
    below, known = imports(room), {}

    def depth(name, above=()):
        if name not in known:
            chains = [depth(one, (*above, name)) for one in below[name] if one not in above]
            known[name] = [name, *max(chains, key=len, default=[])]
        return known[name]

    chain = max((depth(name) for name in below), key=len)
    most = HIGHER.get(room, MOST)
    assert len(below) > 50
    assert len(chain) <= most, (
        f"{room} has {len(chain)} floors, at most {most}; move what is shared down: " + " > ".join(chain)
    )
