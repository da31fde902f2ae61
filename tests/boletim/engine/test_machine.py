import platform
import re

import pytest

from boletim.engine.machine import machine_mark, processor_name


def test_a_machine_has_a_mark_of_its_own_that_is_not_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "node", lambda: "ada")
    ada = machine_mark()
    assert machine_mark() == ada
    assert re.fullmatch("[0-9a-f]{16}", ada)
    monkeypatch.setattr(platform, "node", lambda: "bea")
    assert machine_mark() != ada


def test_the_processor_has_a_name() -> None:
    assert processor_name()
