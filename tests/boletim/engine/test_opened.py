"""How long an engine stays open."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from boletim.contracts.configuration import TuningConfig
from boletim.engine.opened import engines_kept, ray_for


def test_workers_start_once_where_their_engine_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    on_ray = pytest.importorskip("boletim.engine.on_ray", reason="Ray is not installed: pip install 'boletim[ray]'")
    events: list[Any] = []

    @contextmanager
    def ray_engine(*wanted: Any) -> Iterator[Any]:
        events.append(wanted[:3])
        yield object()
        events.append("end")

    monkeypatch.setattr(on_ray, "ray_engine", ray_engine)
    two, three = TuningConfig(parallel=2), TuningConfig(parallel=3)
    with engines_kept():
        with ray_for(two, Path()) as first:
            pass
        with ray_for(two, Path("refits")) as second, ray_for(three, Path()) as another:
            assert second is first
            assert another is not first
        assert events == [(None, 2, 1), (None, 3, 1)]
    assert events[2:] == ["end", "end"]
    with ray_for(two, Path()):
        pass
    assert events[4:] == [(None, 2, 1), "end"]
