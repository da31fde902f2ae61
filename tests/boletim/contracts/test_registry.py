"""Plug-ins are found by kind, in the project's folders and in other packages."""

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from boletim.contracts import registry
from boletim.contracts.errors import InputError
from boletim.contracts.registry import find_plugin, plugin_names


@pytest.fixture(autouse=True)
def ask_again() -> Iterator[None]:
    """What is installed is read once in a process; here it changes."""
    registry._of_other_packages.cache_clear()
    yield
    registry._of_other_packages.cache_clear()


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch):
    """offer(name, module): another package that is installed offers a metric."""

    def make(name: str, module: str) -> None:
        point = EntryPoint(name, module, "boletim.metric")
        monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == "boletim.metric" else [])

    return make


def test_every_kind_has_plug_ins_and_their_modules_can_be_imported() -> None:
    for kind in registry.FOLDERS:
        names = plugin_names(kind)
        assert names
        for name in names:
            found = find_plugin(kind, name)
            held = found if isinstance(found, type) else type(found)
            assert any(one.__name__.endswith(kind.capitalize()) for one in held.__mro__)


def test_a_package_beside_boletim_adds_a_metric(offer, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = ModuleType("their_package.gini")
    theirs.METRIC = object()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "their_package.gini", theirs)
    offer("gini", "their_package.gini")
    assert "gini" in plugin_names("metric")
    assert "gini" not in plugin_names("probe")
    assert find_plugin("metric", "gini") is theirs.METRIC


def test_a_file_without_its_plug_in_is_refused(offer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "their_package.gini", ModuleType("their_package.gini"))
    offer("gini", "their_package.gini")
    with pytest.raises(InputError, match=r"holds METRIC, their_package\.gini does not"):
        find_plugin("metric", "gini")


def test_two_of_one_name_are_refused(offer) -> None:
    offer("accuracy", "their_package.accuracy")
    with pytest.raises(InputError, match=r"name of its own, 'accuracy' is .* and their_package.accuracy"):
        plugin_names("metric")


def test_an_unknown_name_lists_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'accuracy'"):
        find_plugin("metric", "acuracy")
